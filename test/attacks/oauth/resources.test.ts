import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Guard, guard, requireScope } from '../../../packages/guard/src/index.ts';
import { device, type Person, person } from '../../journeys/cast.ts';
import { changeClient, form, makeClient, type TestClient } from '../../kit/clients.ts';
import { type Serving, serveBrowsers, serveHandler } from '../../kit/serving.ts';
import { askAs, claimsIn, tokensBy, tokensOf } from '../../kit/tokens.ts';
import { type Answer, visit } from '../../kit/visitor.ts';
import { type ProofKey, proofKey } from '../proof-key.ts';

const reports = 'https://reports.example';

let serving: Serving;
let client: TestClient;
let machine: TestClient;
let ada: Person;
beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { resources: [reports] } });
  client = await makeClient(serving);
  machine = await makeClient(serving, {
    authentication: 'client_secret_basic',
    grantTypes: ['client_credentials'],
    scopes: ['reports:read'],
    firstParty: false,
  });
  ada = await person(serving, 'ada', { carrier: 'cookie' });
});
afterAll(() => serving.close());

/** A cookie device of its own: what a test does to its session touches no other. */
const browserOf = (who: Person): Promise<Person> => device(serving, who, { carrier: 'cookie' });
const program = () => visit(serving, { program: true });

describe('OAU-27: user info', () => {
  const ask = (bearer: string): Promise<Answer> => program().ask('GET', '/oauth/userinfo', { bearer });
  const refused = (answer: Answer): unknown[] => [answer.status, answer.json['error']];

  test('is told to nobody without a token, with a challenge that names no error', async () => {
    for (const path of ['/oauth/userinfo', '/oauth/userinfo?access_token=x'])
      for (const method of ['GET', 'POST']) {
        const answer = await program().ask(method, path);
        if (answer.status === 400) continue;
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="[^"]+", DPoP algs="[^"]+"$/);
        expect(answer.json).toMatchObject({ code: 'credentials_missing' });
        expect(answer.json).not.toHaveProperty('error');
      }
  });

  test('a token in the query opens nothing', async () => {
    const { access } = await tokensOf(serving, client, { browser: await browserOf(ada) });
    expect((await program().ask('GET', `/oauth/userinfo?access_token=${access}`)).status).toBe(401);
  });

  test('GRD-07: two tokens are one too many', async () => {
    const { access } = await tokensOf(serving, client, { browser: await browserOf(ada) });
    const { raw, headers } = form({ access_token: access });
    const answer = await program().ask('POST', '/oauth/userinfo', {
      raw: raw ?? '',
      headers: headers ?? {},
      bearer: access,
    });
    expect(refused(answer)).toEqual([400, 'invalid_request']);
  });

  test('only an access token of a client opens it', async () => {
    const browser = await browserOf(ada);
    const { refresh, idToken } = await tokensOf(serving, client, {
      browser,
      request: { scope: 'openid offline_access' },
    });
    const { access: session } = await device(serving, ada, { carrier: 'jwt' });
    const { access: opaque } = await device(serving, ada, { carrier: 'opaque' });
    const cookie = [...browser.cookies.values()][0] ?? '';
    for (const token of [refresh, idToken, session, opaque, cookie, machine.secret, 'dw_at_x', 'a.b.c']) {
      const answer = await ask(token);
      expect(refused(answer)).toEqual([401, 'invalid_token']);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(answer.text).not.toContain(token);
    }
  });

  test.each(['jwt', 'opaque'] as const)(
    'a token (%s) dies with its time, its session, its family and its client',
    async (accessTokenFormat) => {
      const own = await makeClient(serving, { accessTokenFormat });
      const fresh = async (): Promise<{ access: string; browser: Person }> => {
        const browser = await browserOf(ada);
        return { browser, ...(await tokensOf(serving, own, { browser })) };
      };
      const ended = await fresh();
      await ended.browser.ask('DELETE', '/api/v1/session');
      expect(refused(await ask(ended.access))).toEqual([401, 'invalid_token']);
      const given = await fresh();
      await askAs(serving, own, { path: '/oauth/revoke', fields: { token: given.access } });
      expect(refused(await ask(given.access))).toEqual([401, 'invalid_token']);
      const old = await fresh();
      const disabled = await fresh();
      expect((await ask(disabled.access)).status).toBe(200);
      serving.clock.advance(306_000);
      expect(refused(await ask(old.access))).toEqual([401, 'invalid_token']);
      const last = await fresh();
      await changeClient(serving, own, { status: 'disabled' });
      expect(refused(await ask(last.access))).toEqual([401, 'invalid_token']);
    },
  );

  test('a token for a named API alone opens that API alone', async () => {
    const { access } = await tokensOf(serving, client, {
      browser: await browserOf(ada),
      request: { resource: reports },
    });
    expect(claimsIn(access)['aud']).toBe(reports);
    expect(refused(await ask(access))).toEqual([401, 'invalid_token']);
  });

  test('OAU-28: without openid, and for a client that acts for itself, there is nothing', async () => {
    const browser = await browserOf(ada);
    const { access } = await tokensOf(serving, client, { browser, request: { scope: 'profile' } });
    const own = await tokensBy(serving, machine, { grant_type: 'client_credentials' });
    for (const token of [access, own.access])
      expect(refused(await ask(token))).toEqual([403, 'insufficient_scope']);
  });

  test('every refusal says in a challenge what is wrong (RFC 6750 §3), also where it is no 401', async () => {
    const { access } = await tokensOf(serving, client, {
      browser: await browserOf(ada),
      request: { scope: 'profile' },
    });
    const basic = await program().ask('GET', '/oauth/userinfo', { headers: { authorization: 'Basic eDp5' } });
    for (const [answer, status, error] of [
      [await ask(access), 403, 'insufficient_scope'],
      [basic, 400, 'invalid_request'],
    ] as const) {
      expect(refused(answer)).toEqual([status, error]);
      expect(answer.headers.get('www-authenticate')).toMatch(
        new RegExp(`^Bearer realm="[^"]+", error="${error}", error_description="[^"]+"$`),
      );
    }
  });
});

describe('OAU-30: user info with a bound token', () => {
  const path = '/oauth/userinfo';
  let key: ProofKey;
  let access: string;
  let nonce: string;
  beforeAll(async () => {
    key = proofKey();
    const own = await makeClient(serving, { dpopBound: true });
    const browser = await browserOf(ada);
    ({ access, nonce } = await key.tokensFor(serving, own, browser));
  });
  const ask = (authorization: string, proof?: string, method = 'GET'): Promise<Answer> =>
    program().ask(method, path, {
      headers: { authorization, ...(proof === undefined ? {} : { dpop: proof }) },
    });
  const proof = (claims: Readonly<Record<string, unknown>> = {}, by = key): string =>
    by.proof({
      htm: 'GET',
      htu: `${serving.origin}${path}`,
      iat: Math.floor(serving.clock.now() / 1000),
      nonce,
      ath: by.hashOf(access),
      ...claims,
    });

  test('a fresh proof opens it once', async () => {
    const one = proof();
    expect((await ask(`DPoP ${access}`, one)).status).toBe(200);
    const again = await ask(`DPoP ${access}`, one);
    expect([again.status, again.json['error']]).toEqual([401, 'invalid_dpop_proof']);
    expect(again.headers.get('www-authenticate')).toMatch(/^DPoP /);
  });

  test('it is never good as a bearer token, with a good proof beside it or not', async () => {
    for (const beside of [undefined, proof()])
      expect((await ask(`Bearer ${access}`, beside)).status).toBe(401);
    const { raw, headers } = form({ access_token: access });
    const inForm = await program().ask('POST', path, { raw: raw ?? '', headers: headers ?? {} });
    expect(inForm.status).toBe(401);
  });

  test('a proof of another key, request, time or token opens nothing', async () => {
    const now = Math.floor(serving.clock.now() / 1000);
    const wrong = [
      undefined,
      proof({}, proofKey()),
      proof({ htm: 'POST' }),
      proof({ htu: `${serving.origin}/oauth/token` }),
      proof({ htu: `https://evil.example${path}` }),
      proof({ iat: now - 300 }),
      proof({ iat: now + 300 }),
      proof({ ath: undefined }),
      proof({ ath: key.hashOf('another token') }),
      proof({ nonce: 'another nonce' }),
      proof({ jti: undefined }),
      `${proof()}, ${proof()}`,
    ];
    for (const one of wrong) expect((await ask(`DPoP ${access}`, one)).status).toBe(401);
    expect((await ask(`DPoP ${access}`, proof(), 'POST')).status).toBe(401);
  });

  test('a token that is not bound is a bearer token and nothing else', async () => {
    const free = await tokensOf(serving, client, { browser: await browserOf(ada) });
    const beside = proof({ ath: key.hashOf(free.access) });
    expect((await ask(`DPoP ${free.access}`, beside)).status).toBe(401);
  });
});

describe('introspection', () => {
  const ask = (asker: TestClient, token: string): Promise<Answer> =>
    askAs(serving, asker, { path: '/oauth/introspect', fields: { token } });

  test('OAU-17 TOK-12: is answered to no client that proves nothing', async () => {
    const { access } = await tokensOf(serving, client, { browser: await browserOf(ada) });
    const wrong = {
      ...machine,
      secret: `${machine.secret.slice(0, -1)}${machine.secret.endsWith('x') ? 'y' : 'x'}`,
    };
    for (const asker of [client, wrong, { ...machine, id: client.id }]) {
      const answer = await ask(asker, access);
      expect([answer.status, answer.json['error']]).toEqual([401, 'invalid_client']);
    }
    expect((await program().ask('POST', '/oauth/introspect', form({ token: access }))).status).toBe(401);
  });

  test('TOK-12: tells a client that is not of the operator nothing of tokens of others', async () => {
    const { access } = await tokensOf(serving, client, { browser: await browserOf(ada) });
    expect((await ask(machine, access)).json).toEqual({ active: false });
  });

  test('TOK-12: tells of sessions, keys and made-up tokens what it tells of any bad one', async () => {
    const api = await makeClient(serving, { authentication: 'client_secret_basic' });
    const { access: session } = await device(serving, ada, { carrier: 'jwt' });
    const { access: opaque, refresh } = await device(serving, ada, { carrier: 'opaque' });
    const { idToken } = await tokensOf(serving, client, { browser: await browserOf(ada) });
    for (const token of [session, opaque, refresh, idToken, api.secret, 'dw_at_x', 'x'])
      expect((await ask(api, token)).json).toEqual({ active: false });
  });
});

describe('guarded APIs', () => {
  let own: Serving;
  let one: Guard;
  beforeAll(async () => {
    own = await serveBrowsers({ lightHashing: true, settings: { freeScopes: ['reports:read'] } });
    one = guard({ issuer: own.origin, clock: own.clock, feed: 'pull', log: () => undefined });
  });
  afterAll(async () => {
    one.close();
    await own.close();
  });
  const byToken = (token: string): Request =>
    new Request('https://api.example', { headers: { authorization: `Bearer ${token}` } });

  test("GRD-06: a client's token is a principal with the scopes of its grant and without the roles of its account", async () => {
    const root = await person(own, 'root', { carrier: 'cookie', roles: ['admin'] });
    const app = await makeClient(own, { scopes: ['openid', 'reports:read'] });
    const { access } = await tokensOf(own, app, { browser: root, request: { scope: 'openid reports:read' } });
    const { principal } = await one.verify(byToken(access));
    expect(principal).toMatchObject({
      accountId: root.account,
      sessionId: root.session,
      roles: [],
      scopes: ['openid', 'reports:read'],
    });
    const { failure } = await one.verify(byToken(access), requireScope('doorward:accounts:read'));
    expect(failure?.code).toBe('scope_missing');
  });

  test('OAU-28: a token that a client has for itself is no principal', async () => {
    const app = await makeClient(own, {
      authentication: 'client_secret_basic',
      grantTypes: ['client_credentials'],
      scopes: ['reports:read'],
    });
    for (const accessTokenFormat of ['jwt', 'opaque'] as const) {
      await changeClient(own, app, { accessTokenFormat });
      const { access } = await tokensBy(own, app, { grant_type: 'client_credentials' });
      const { failure } = await one.verify(byToken(access));
      expect(failure?.code).toBe('credentials_invalid');
    }
  });
});
