import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CustomClaims } from '../../../packages/server/src/domain/oauth/custom-claims.ts';
import { changeClient, makeClient, type TestClient } from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { askAs, claimsIn, headerIn, tokensBy, tokensOf } from '../../kit/tokens.ts';
import { type Answer, goodPassword, member, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';

const claims = JSON.stringify({ id_token: { email: null, birthdate: null }, userinfo: { name: null } });

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let client: TestClient;
  let browser: Visitor;
  let account: string;
  let session: string;
  const made: Serving[] = [];
  const start = async (customClaims?: CustomClaims): Promise<void> => {
    serving = await serve({ lightHashing: true, customClaims });
    made.push(serving);
    client = await makeClient(serving);
    browser = visit(serving);
    account = await signUp(browser, 'ada@example.com');
    ({ session } = await signIn(browser, 'ada@example.com'));
    await browser.ask('PATCH', '/api/v1/account', { body: { name: 'Ada' } });
  };
  beforeEach(() => start());
  afterEach(async () => {
    for (const one of made.splice(0)) await one.close();
  });
  const userInfo = (access: string): Promise<Answer> =>
    visit(serving, { program: true }).ask('GET', '/oauth/userinfo', { bearer: access });

  test('user info tells what the scopes of the token stand for, and nothing else', async () => {
    const { access } = await tokensOf(serving, client, { browser, request: { scope: 'openid profile' } });
    const answer = await userInfo(access);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(answer.json).toEqual({ sub: account, name: 'Ada', updated_at: expect.any(Number) });
    const mailed = await tokensOf(serving, client, { browser, request: { scope: 'openid email' } });
    const email = { email: 'ada@example.com', email_verified: false };
    expect((await userInfo(mailed.access)).json).toEqual({ sub: account, ...email });
  });

  test('user info is told by GET and by POST, the token in the header or in the form', async () => {
    const { access } = await tokensOf(serving, client, { browser });
    const program = visit(serving, { program: true });
    const inForm = {
      raw: new URLSearchParams({ access_token: access }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    };
    for (const said of [inForm, { bearer: access }])
      expect((await program.ask('POST', '/oauth/userinfo', said)).json).toEqual({ sub: account });
  });

  test('an ID token names session, time and strength of the sign-in, and is signed by a published key', async () => {
    for (const idTokenAlgorithm of ['EdDSA', 'ES256', 'RS256'] as const) {
      await changeClient(serving, client, { idTokenAlgorithm });
      const { idToken, access } = await tokensOf(serving, client, { browser });
      const now = Math.floor(serving.clock.now() / 1000);
      const digest = createHash(idTokenAlgorithm === 'EdDSA' ? 'sha512' : 'sha256')
        .update(access)
        .digest();
      expect(claimsIn(idToken)).toEqual({
        iss: serving.origin,
        sub: account,
        aud: client.id,
        iat: now,
        exp: now + 300,
        auth_time: now,
        nonce: 'a nonce',
        sid: session,
        amr: ['pwd'],
        acr: 'urn:doorward:acr:one-factor',
        at_hash: digest.subarray(0, digest.length / 2).toString('base64url'),
      });
      const { alg, kid } = headerIn(idToken);
      expect(alg).toBe(idTokenAlgorithm);
      expect(await isPublished(serving, idToken, String(kid))).toBe(true);
    }
  });

  test('single claims are told where the claims parameter wants them', async () => {
    const { idToken, access } = await tokensOf(serving, client, { browser, request: { claims } });
    expect(claimsIn(idToken)).toMatchObject({ email: 'ada@example.com' });
    expect(claimsIn(idToken)).not.toHaveProperty('birthdate');
    expect((await userInfo(access)).json).toEqual({ sub: account, name: 'Ada' });
  });

  test('a client that never asks user info is told by its ID tokens, as far as its scopes go', async () => {
    await changeClient(serving, client, { claimsInIdToken: true });
    const first = await tokensOf(serving, client, { browser, request: { scope: 'openid profile' } });
    const profile = { sub: account, name: 'Ada', updated_at: expect.any(Number) };
    expect(claimsIn(first.idToken)).toMatchObject(profile);
    expect(claimsIn(first.idToken)).not.toHaveProperty('email');
    expect((await userInfo(first.access)).json).toEqual(profile);
    const fields = { grant_type: 'refresh_token', refresh_token: first.refresh };
    expect(claimsIn((await tokensBy(serving, client, fields)).idToken)).toMatchObject(profile);
    const mailed = await tokensOf(serving, client, { browser, request: { scope: 'openid email' } });
    expect(claimsIn(mailed.idToken)).toMatchObject({ email: 'ada@example.com', email_verified: false });
    expect(claimsIn(mailed.idToken)).not.toHaveProperty('name');
    expect(claimsIn(mailed.access)).not.toHaveProperty('email');
  });

  test('auth_time stays that of the sign-in behind a family, whenever its person is proven anew (OpenID Connect Core §12.2)', async () => {
    const first = await tokensOf(serving, client, { browser });
    const { auth_time } = claimsIn(first.idToken);
    serving.clock.advance(60_000);
    const proof = { body: { password: goodPassword } };
    expect((await browser.ask('POST', '/api/v1/session/proof', proof)).status).toBe(200);
    for (const turn of ['rotated', 'given out again']) {
      const fields = { grant_type: 'refresh_token', refresh_token: first.refresh };
      const { idToken } = await tokensBy(serving, client, fields);
      expect([turn, claimsIn(idToken)['auth_time']]).toEqual([turn, auth_time]);
    }
    const later = await tokensOf(serving, client, { browser });
    expect(claimsIn(later.idToken)['auth_time']).toBe(Number(auth_time) + 60);
  });

  test('a refresh keeps what the claims parameter wanted', async () => {
    const request = { claims, scope: 'openid offline_access' };
    const first = await tokensOf(serving, client, { browser, request });
    serving.clock.advance(60_000);
    const fields = { grant_type: 'refresh_token', refresh_token: first.refresh };
    const second = await tokensBy(serving, client, fields);
    expect(claimsIn(second.idToken)).toMatchObject({ sub: account, sid: session, email: 'ada@example.com' });
    expect((await userInfo(second.access)).json).toEqual({ sub: account, name: 'Ada' });
  });

  test("an operator's claims are told everywhere, and never in place of ours", async () => {
    await start(({ account: { username = 'none' }, place, client: { name } }) => ({
      username,
      place,
      team: name,
      email: 'other@example.com',
      sub: 'somebody else',
      aud: 'elsewhere',
      active: true,
    }));
    const { idToken, access } = await tokensOf(serving, client, { browser });
    const own = { username: 'none', team: 'Example App' };
    expect((await userInfo(access)).json).toEqual({ ...own, sub: account, place: 'userinfo' });
    expect(claimsIn(idToken)).toMatchObject({ ...own, sub: account, aud: client.id, place: 'id-token' });
    expect(claimsIn(idToken)).not.toHaveProperty('email');
    expect(claimsIn(access)).toMatchObject({ ...own, sub: account, place: 'access-token' });
  });

  test('a hook for claims has a second; a token without its claims is not given', async () => {
    let release: () => void = () => undefined;
    let asked: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      asked = resolve;
    });
    let slow = false;
    await start(async () => {
      if (slow) {
        asked();
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return { late: true };
    });
    const { access } = await tokensOf(serving, client, { browser });
    slow = true;
    const answer = userInfo(access);
    await begun;
    serving.clock.advance(1000);
    expect((await answer).status).toBe(500);
    expect(String(serving.reported[0])).toContain('took too long');
    release();
  });

  test('pairwise clients of one host know an account by one name, and others by another', async () => {
    const pairwise = { subjectType: 'pairwise' } as const;
    const elsewhere = 'https://other.example/callback';
    const clients = [
      await makeClient(serving, pairwise),
      await makeClient(serving, pairwise),
      await makeClient(serving, { ...pairwise, redirectUris: [elsewhere] }),
      await makeClient(serving, { ...pairwise, redirectUris: [elsewhere], sectorIdentifier: 'app.example' }),
    ];
    const subjects: unknown[] = [];
    for (const one of clients) {
      const request = { redirect_uri: one.redirectUris[0] };
      const { idToken, access } = await tokensOf(serving, one, { browser, request });
      const { sub } = claimsIn(idToken);
      expect((await userInfo(access)).json['sub']).toBe(sub);
      subjects.push(sub);
    }
    const [first, second, third, fourth] = subjects;
    expect([second, fourth]).toEqual([first, first]);
    expect(new Set([first, third, account]).size).toBe(3);
  });

  describe('introspection', () => {
    let api: TestClient;
    const ask = (asker: TestClient, token: string): Promise<Answer> =>
      askAs(serving, asker, { path: '/oauth/introspect', fields: { token } });
    beforeEach(async () => {
      api = await makeClient(serving, { authentication: 'client_secret_basic', name: 'API' });
    });

    test.each(['jwt', 'opaque'] as const)('tells what an access token (%s) is good for', async (format) => {
      await changeClient(serving, client, { accessTokenFormat: format });
      const { access } = await tokensOf(serving, client, { browser, request: { scope: 'openid profile' } });
      const { json, status } = await ask(api, access);
      const now = Math.floor(serving.clock.now() / 1000);
      expect(status).toBe(200);
      expect(json).toMatchObject({
        active: true,
        iss: serving.origin,
        sub: account,
        client_id: client.id,
        aud: serving.origin,
        scope: 'openid profile',
        token_type: 'Bearer',
        exp: now + 300,
        sid: session,
        auth_time: now,
        amr: ['pwd'],
        acr: 'urn:doorward:acr:one-factor',
      });
      serving.clock.advance(306_000);
      expect((await ask(api, access)).json).toEqual({ active: false });
    });

    test('tells a client of its own refresh token, until it is used', async () => {
      const own = await makeClient(serving, { authentication: 'client_secret_post' });
      const request = { scope: 'openid offline_access' };
      const { refresh } = await tokensOf(serving, own, { browser, request });
      const told = (await ask(own, refresh)).json;
      expect(told).toMatchObject({ active: true, sub: account, client_id: own.id, sid: session });
      expect(told).not.toHaveProperty('token_type');
      expect((await ask(api, refresh)).json).toEqual({ active: false });
      await tokensBy(serving, own, { grant_type: 'refresh_token', refresh_token: refresh });
      expect((await ask(own, refresh)).json).toEqual({ active: false });
    });

    test('tells of a token that a client has for itself', async () => {
      for (const accessTokenFormat of ['jwt', 'opaque'] as const) {
        const machine = await makeClient(serving, {
          authentication: 'client_secret_basic',
          grantTypes: ['client_credentials'],
          scopes: ['reports:read'],
          accessTokenFormat,
        });
        const { access } = await tokensBy(serving, machine, { grant_type: 'client_credentials' });
        const { json } = await ask(machine, access);
        expect(json).toMatchObject({
          active: true,
          sub: machine.id,
          client_id: machine.id,
          scope: 'reports:read',
        });
        expect(json).not.toHaveProperty('sid');
      }
    });
  });
});

/** Whether a token is signed by the key of that name in the published set. */
async function isPublished(serving: Serving, token: string, kid: string): Promise<boolean> {
  const { json } = await visit(serving).ask('GET', '/.well-known/jwks.json');
  const keys = json['keys'] as Readonly<Record<string, string>>[];
  const jwk = keys.find((one) => one['kid'] === kid);
  if (!jwk) return false;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const [header = '', payload = '', signature = ''] = token.split('.');
  const hash = member(headerIn(token), 'alg') === 'EdDSA' ? null : 'sha256';
  const options = { key, dsaEncoding: 'ieee-p1363' } as const;
  return verify(hash, Buffer.from(`${header}.${payload}`), options, Buffer.from(signature, 'base64url'));
}
