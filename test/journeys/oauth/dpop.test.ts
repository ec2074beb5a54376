/**
 * Tokens that are bound to a key (RFC 9449), from the first refusal that hands out a nonce to the refresh.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proveClientAccess } from '../../../packages/server/src/domain/oauth/client-access-token.ts';
import { callback, type TestClient } from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, member } from '../../kit/visitor.ts';
import { type Person, person } from '../cast.ts';
import { askTokens, type ClientKey, claimsOf, clientKey, codeFor, pkce, program, proof } from './cast.ts';

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let ada: Person;
  let app: TestClient;
  let page: TestClient;
  let nonce: string;
  const key = clientKey();
  beforeAll(async () => {
    serving = await serve({ lightHashing: true });
    ada = await person(serving, 'ada');
    app = await program(serving);
    page = await program(serving, { authentication: 'none' });
    const fields = { grant_type: 'client_credentials' };
    const asked = await askTokens(serving, { fields, as: app, headers: { dpop: proof(serving, key) } });
    nonce = asked.headers.get('dpop-nonce') ?? '';
  });
  afterAll(() => serving.close());

  const withProof = (fields: Record<string, string>, by: ClientKey, as?: TestClient): Promise<Answer> =>
    askTokens(serving, { fields, headers: { dpop: proof(serving, by, { nonce }) }, ...(as ? { as } : {}) });

  const exchange = async (client: TestClient, by: ClientKey, bound = ''): Promise<Answer> => {
    const { verifier, challenge } = pkce();
    const code = await codeFor(serving, client, {
      session: ada.session,
      codeChallenge: challenge,
      dpopThumbprint: bound,
    });
    const fields = {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: callback,
    };
    return client === page ? withProof({ ...fields, client_id: page.id }, by) : withProof(fields, by, client);
  };

  test('a proof without a nonce is answered with one, and with it the token is bound to the key', async () => {
    const fields = { grant_type: 'client_credentials' };
    const first = await askTokens(serving, { fields, as: app, headers: { dpop: proof(serving, key) } });
    expect([first.status, first.json['error']]).toEqual([400, 'use_dpop_nonce']);
    const given = first.headers.get('dpop-nonce') ?? '';
    const headers = { dpop: proof(serving, key, { nonce: given }) };
    const answer = await askTokens(serving, { fields, as: app, headers });
    expect([answer.status, answer.json['token_type']]).toEqual([200, 'DPoP']);
    expect(answer.headers.get('dpop-nonce')).toBe(given);
    expect(claimsOf(member(answer.json, 'access_token'))['cnf']).toEqual({ jkt: key.thumbprint });
  });

  test('a nonce is good for two to four minutes', async () => {
    const fields = { grant_type: 'client_credentials' };
    const ask = (): Promise<Answer> =>
      askTokens(serving, { fields, as: app, headers: { dpop: proof(serving, key, { nonce }) } });
    serving.clock.advance(120_000);
    const still = await ask();
    expect(still.status).toBe(200);
    serving.clock.advance(120_000);
    expect((await ask()).json['error']).toBe('use_dpop_nonce');
    nonce = still.headers.get('dpop-nonce') ?? '';
    expect((await ask()).status).toBe(200);
  });

  test('a public client refreshes with the key of the beginning and no other', async () => {
    const { json } = await exchange(page, key, key.thumbprint);
    const fields = {
      grant_type: 'refresh_token',
      refresh_token: member(json, 'refresh_token'),
      client_id: page.id,
    };
    const bare = await askTokens(serving, { fields });
    expect([bare.status, bare.json['error']]).toEqual([400, 'invalid_grant']);
    expect((await withProof(fields, clientKey())).json['error']).toBe('invalid_grant');
    const answer = await withProof(fields, key);
    expect([answer.status, answer.json['token_type']]).toEqual([200, 'DPoP']);
  });

  test('a client that proves itself may change its key at a refresh, and the token is bound to the new one', async () => {
    const { json } = await exchange(app, key);
    const fields = { grant_type: 'refresh_token', refresh_token: member(json, 'refresh_token') };
    const other = clientKey();
    const answer = await withProof(fields, other, app);
    expect(answer.status).toBe(200);
    expect(claimsOf(member(answer.json, 'access_token'))['cnf']).toEqual({ jkt: other.thumbprint });
    expect(claimsOf(member(json, 'access_token'))['cnf']).toEqual({ jkt: key.thumbprint });
  });

  test('an opaque token of each generation keeps the key it was bound to', async () => {
    const opaque = await program(serving, { accessTokenFormat: 'opaque' });
    const { json } = await exchange(opaque, key);
    const other = clientKey();
    const fields = { grant_type: 'refresh_token', refresh_token: member(json, 'refresh_token') };
    const answer = await withProof(fields, other, opaque);
    const thumbprintOf = async (told: Answer['json']): Promise<unknown> =>
      proveClientAccess(serving.assembly.ports, member(told, 'access_token'));
    expect(await thumbprintOf(answer.json)).toMatchObject({ dpopThumbprint: other.thumbprint });
    expect(await thumbprintOf(json)).toMatchObject({ dpopThumbprint: key.thumbprint });
  });

  test('a client that was decided to be bound gets nothing without a proof', async () => {
    const bound = await program(serving, { dpopBound: true });
    const fields = { grant_type: 'client_credentials' };
    const bare = await askTokens(serving, { fields, as: bound });
    expect([bare.status, bare.json['error']]).toEqual([400, 'invalid_dpop_proof']);
    expect((await withProof(fields, key, bound)).status).toBe(200);
  });

  test('a code that was asked for with a key is redeemed by that key alone', async () => {
    expect((await exchange(app, clientKey(), key.thumbprint)).json['error']).toBe('invalid_grant');
    expect((await exchange(app, key, key.thumbprint)).status).toBe(200);
  });
});
