/**
 * Clients at the token endpoint: each grant from the request to tokens that open something, and giving them back.
 */
import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uuidv7 } from '../../../packages/server/src/base/uuid.ts';
import { proveClientAccess } from '../../../packages/server/src/domain/oauth/client-access-token.ts';
import { callback, type TestClient } from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, member, visit } from '../../kit/visitor.ts';
import { type Person, person } from '../cast.ts';
import {
  allowDevice,
  askTokens,
  asserted,
  claimsOf,
  clientKey,
  codeFor,
  deviceFor,
  deviceGrant,
  pkce,
  post,
  program,
} from './cast.ts';

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let ada: Person;
  let app: TestClient;
  beforeAll(async () => {
    serving = await serve({
      lightHashing: true,
      settings: { resources: ['https://reports.example.com'], freeScopes: ['reports:read', 'reports:write'] },
    });
    ada = await person(serving, 'ada');
    app = await program(serving);
  });
  afterAll(() => serving.close());

  const exchange = async (client: TestClient, more: Record<string, string> = {}): Promise<Answer> => {
    const { verifier, challenge } = pkce();
    const code = await codeFor(serving, client, {
      session: ada.session,
      codeChallenge: challenge,
      nonce: 'n-1',
    });
    const fields = {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: callback,
    };
    return client.authentication === 'none'
      ? askTokens(serving, { fields: { ...fields, client_id: client.id, ...more } })
      : askTokens(serving, { fields: { ...fields, ...more }, as: client });
  };
  const refresh = (client: TestClient, token: string, more: Record<string, string> = {}): Promise<Answer> =>
    askTokens(serving, {
      fields: { grant_type: 'refresh_token', refresh_token: token, ...more },
      as: client,
    });
  const proven = (token: string) => proveClientAccess(serving.assembly.ports, token);

  test('client_credentials answer with a JWT that names the client, its scopes and no person', async () => {
    const fields = { grant_type: 'client_credentials', scope: 'reports:read' };
    const answer = await askTokens(serving, { fields, as: app });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'reports:read',
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    const token = member(answer.json, 'access_token');
    expect(claimsOf(token)).toEqual({
      iss: serving.origin,
      sub: app.id,
      client_id: app.id,
      aud: serving.origin,
      iat: expect.any(Number),
      exp: expect.any(Number),
      jti: expect.any(String),
      scope: 'reports:read',
    });
    expect(await proven(token)).toMatchObject({ scopes: ['reports:read'], session: undefined });
  });

  test('the JWT is signed by a key of the JWKS, as RFC 9068 says', async () => {
    const answer = await askTokens(serving, { fields: { grant_type: 'client_credentials' }, as: app });
    const token = member(answer.json, 'access_token');
    const [head = '', payload = '', signature = ''] = token.split('.');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, string>;
    expect(header).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.any(String) });
    const { json } = await visit(serving).ask('GET', '/.well-known/jwks.json');
    const keys = json['keys'] as Record<string, string>[];
    const jwk = keys.find(({ kid }) => kid === header['kid']);
    const key = createPublicKey({ key: jwk ?? {}, format: 'jwk' });
    expect(verify(null, Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
  });

  test('client_credentials without a scope get all that is not about a person, and a resource is the audience', async () => {
    const fields = { grant_type: 'client_credentials', resource: 'https://reports.example.com' };
    const answer = await askTokens(serving, { fields, as: app });
    expect(answer.json['scope']).toBe('reports:read reports:write');
    expect(claimsOf(member(answer.json, 'access_token'))['aud']).toBe('https://reports.example.com');
  });

  test('a client whose tokens are opaque gets a handle, which it can give back', async () => {
    const opaque = await program(serving, { accessTokenFormat: 'opaque' });
    const fields = { grant_type: 'client_credentials', scope: 'reports:read' };
    const answer = await askTokens(serving, { fields, as: opaque });
    const token = member(answer.json, 'access_token');
    expect(token).toMatch(/^dw_ct_/);
    expect(await proven(token)).toMatchObject({ scopes: ['reports:read'], audience: [serving.origin] });
    const given = await post(serving, '/oauth/revoke', { fields: { token }, as: opaque });
    expect([given.status, given.json]).toEqual([200, {}]);
    expect(await proven(token)).toEqual({ check: 'token-unknown' });
  });

  test('each way to prove a client works for the client that it was decided for', async () => {
    const fields = { grant_type: 'client_credentials' };
    const posting = await program(serving, { authentication: 'client_secret_post' });
    const inBody = { ...fields, client_id: posting.id, client_secret: posting.secret };
    expect((await askTokens(serving, { fields: inBody })).status).toBe(200);
    const key = clientKey();
    const jwks = { keys: [{ ...key.jwk, kid: 'one' }] };
    const signing = await program(serving, { authentication: 'private_key_jwt', jwks });
    const assertion = asserted(serving, { id: signing.id, key }, { header: { kid: 'one' } });
    expect((await askTokens(serving, { fields: { ...fields, ...assertion } })).status).toBe(200);
  });

  test('a code becomes tokens that open what the person allowed, and an ID token', async () => {
    const answer = await exchange(app);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'openid offline_access reports:read reports:write',
      refresh_token: expect.stringMatching(/^dw_rt_/),
      id_token: expect.any(String),
    });
    expect(claimsOf(member(answer.json, 'access_token'))).toMatchObject({
      sub: ada.account,
      sid: ada.session,
      client_id: app.id,
      amr: ['pwd'],
    });
    expect(claimsOf(member(answer.json, 'id_token'))).toMatchObject({
      aud: app.id,
      sub: ada.account,
      sid: ada.session,
      nonce: 'n-1',
    });
    expect(await proven(member(answer.json, 'access_token'))).toMatchObject({
      session: { id: ada.session, accountId: ada.account },
      client: { id: app.id },
    });
  });

  test('a client without the refresh grant gets no refresh token', async () => {
    const short = await program(serving, { grantTypes: ['authorization_code'] });
    const answer = await exchange(short);
    expect(answer.status).toBe(200);
    expect(answer.json).not.toHaveProperty('refresh_token');
    expect(await proven(member(answer.json, 'access_token'))).toHaveProperty('familyId');
  });

  test('a public client exchanges by its verifier alone', async () => {
    const page = await program(serving, { authentication: 'none' });
    expect((await exchange(page)).status).toBe(200);
  });

  test.each(['jwt', 'opaque'] as const)(
    'a refresh rotates, and narrows what the token opens: %s',
    async (format) => {
      const client = await program(serving, { accessTokenFormat: format });
      const first = await exchange(client);
      const answer = await refresh(client, member(first.json, 'refresh_token'), { scope: 'reports:read' });
      expect(answer.status).toBe(200);
      expect(answer.json['scope']).toBe('reports:read');
      expect(answer.json).not.toHaveProperty('id_token');
      expect(await proven(member(answer.json, 'access_token'))).toMatchObject({ scopes: ['reports:read'] });
      // The one before goes on with what it was given for.
      expect(await proven(member(first.json, 'access_token'))).toMatchObject({
        scopes: expect.arrayContaining(['reports:write']),
      });
      const wide = await refresh(client, member(answer.json, 'refresh_token'));
      expect(wide.json['scope']).toBe('openid offline_access reports:read reports:write');
      expect(claimsOf(member(wide.json, 'id_token'))).not.toHaveProperty('nonce');
      expect(await proven(member(wide.json, 'access_token'))).toMatchObject({
        scopes: expect.arrayContaining(['openid', 'reports:write']),
      });
      expect(await proven(member(answer.json, 'access_token'))).toMatchObject({ scopes: ['reports:read'] });
    },
  );

  test('an opaque token that was narrowed stays so when the next one is as narrow', async () => {
    const client = await program(serving, { accessTokenFormat: 'opaque' });
    const first = await exchange(client);
    const scope = 'reports:read';
    const second = await refresh(client, member(first.json, 'refresh_token'), { scope });
    await refresh(client, member(second.json, 'refresh_token'), { scope });
    expect(await proven(member(second.json, 'access_token'))).toMatchObject({ scopes: [scope] });
  });

  test('a refresh token asked for again within the window is answered with the same successor', async () => {
    const first = await exchange(app);
    const answers = await Promise.all([1, 2, 3].map(() => refresh(app, member(first.json, 'refresh_token'))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ json }) => json['refresh_token'])).size).toBe(1);
  });

  test('signing out ends every token that came from the session', async () => {
    const bea = await person(serving, `bea-${uuidv7(serving.clock.now())}`);
    const code = await codeFor(serving, app, { session: bea.session });
    const fields = { grant_type: 'authorization_code', code, redirect_uri: callback };
    const { json } = await askTokens(serving, { fields, as: app });
    expect((await bea.ask('DELETE', '/api/v1/session')).status).toBe(204);
    expect((await refresh(app, member(json, 'refresh_token'))).json['error']).toBe('invalid_grant');
    expect(await proven(member(json, 'access_token'))).toMatchObject({ check: 'session-ended' });
  });

  test.each(['refresh_token', 'access_token'])(
    'giving back the %s ends its family and not the session',
    async (name) => {
      for (const format of ['jwt', 'opaque'] as const) {
        const client = await program(serving, { accessTokenFormat: format });
        const { json } = await exchange(client);
        const given = await post(serving, '/oauth/revoke', {
          fields: { token: member(json, name) },
          as: client,
        });
        expect(given.status).toBe(200);
        expect((await refresh(client, member(json, 'refresh_token'))).json['error']).toBe('invalid_grant');
        expect(await proven(member(json, 'access_token'))).toMatchObject({ check: 'family-unknown' });
      }
      expect((await ada.ask('GET', '/api/v1/session')).status).toBe(200);
    },
  );

  test('a device waits, is told to be slower, and gets its tokens when its person has allowed it', async () => {
    const { id, code } = await deviceFor(serving, app);
    const poll = async (): Promise<Answer> =>
      askTokens(serving, { fields: { grant_type: deviceGrant, device_code: code }, as: app });
    expect((await poll()).json['error']).toBe('authorization_pending');
    expect((await poll()).json['error']).toBe('slow_down');
    serving.clock.advance(10_000);
    expect((await poll()).json['error']).toBe('authorization_pending');
    await allowDevice(serving, id, ada.session);
    const answer = await poll();
    expect(answer.status).toBe(200);
    expect(claimsOf(member(answer.json, 'access_token'))).toMatchObject({
      sub: ada.account,
      scope: 'openid reports:read',
    });
    expect((await poll()).json['error']).toBe('invalid_grant');
  });

  test('what began a family and what ended it stands among the events', async () => {
    const { json } = await exchange(app);
    await post(serving, '/oauth/revoke', { fields: { token: member(json, 'refresh_token') }, as: app });
    const events = await serving.assembly.ports.store.read.events.listBack({ before: 1e9, limit: 2 });
    expect(events.map(({ type, data }) => [type, JSON.parse(data)])).toEqual([
      ['family.ended', { client: app.id, reason: 'given-back' }],
      ['family.started', { client: app.id, grant: 'authorization_code', scope: expect.any(String) }],
    ]);
  });
});
