import { afterEach, expect, test } from 'vitest';
import { collect } from '../../../packages/server/src/domain/admin/collect.ts';
import { authorizeAt, changeClient, makeClient, told, waitingAt } from '../../kit/clients.ts';
import { addTotp } from '../../kit/factors.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { claimsIn, tokensOf } from '../../kit/tokens.ts';
import { signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { administrator } from '../cast.ts';

const made: Serving[] = [];
afterEach(async () => {
  for (const one of made.splice(0)) await one.close();
});

async function place(settings = {}): Promise<{ serving: Serving; browser: Visitor; ada: string }> {
  const serving = await serveHandler({ lightHashing: true, settings });
  made.push(serving);
  const browser = visit(serving);
  const ada = await signUp(browser, 'ada@example.com');
  await signIn(browser, 'ada@example.com');
  return { serving, browser, ada };
}

test('default_max_age counts for a request that says nothing, and no other (OpenID Connect Registration §2)', async () => {
  const { serving, browser } = await place();
  const client = await makeClient(serving, { defaultMaxAge: 60 });
  serving.clock.advance(61_000);
  expect(waitingAt(await authorizeAt(browser, client))).not.toBe('');
  expect(told(await authorizeAt(browser, client, { max_age: '3600' }))).toHaveProperty('code');
  await changeClient(serving, client, { defaultMaxAge: undefined });
  expect(told(await authorizeAt(browser, client))).toHaveProperty('code');
});

test('an administrator decides how old a proof may be, and takes that back', async () => {
  const { serving, browser } = await place();
  const root = await administrator(serving);
  const body = {
    name: 'Bank',
    redirect_uris: ['https://app.example/callback'],
    default_max_age: 60,
    first_party: true,
  };
  const { json } = await root.ask('POST', '/api/v1/admin/clients', { body });
  const id = String(json['id']);
  serving.clock.advance(61_000);
  expect(waitingAt(await authorizeAt(browser, { id }))).not.toBe('');
  const change = { body: { default_max_age: null } };
  const changed = await root.ask('PATCH', `/api/v1/admin/clients/${id}`, change);
  expect(changed.json).toMatchObject({ default_max_age: null });
  expect(told(await authorizeAt(browser, { id }))).toHaveProperty('code');
  for (const wrong of [-1, 1.5, '60'])
    expect(
      (await root.ask('PATCH', `/api/v1/admin/clients/${id}`, { body: { default_max_age: wrong } })).status,
    ).toBe(400);
});

test('an administrator has a client told by its ID tokens, and decides how it signs its assertions', async () => {
  const { serving } = await place();
  const root = await administrator(serving);
  const body = { name: 'Wiki', redirect_uris: ['https://wiki.example/'] };
  const created = await root.ask('POST', '/api/v1/admin/clients', { body });
  expect(created.json).toMatchObject({ claims_in_id_token: false, assertion_algorithm: null });
  const decided = { claims_in_id_token: true, assertion_algorithm: 'ES256' };
  const at = `/api/v1/admin/clients/${String(created.json['id'])}`;
  expect((await root.ask('PATCH', at, { body: decided })).json).toMatchObject(decided);
  // What is changed later leaves both as they are.
  expect((await root.ask('PATCH', at, { body: { name: 'Wikis' } })).json).toMatchObject(decided);
  const undone = { claims_in_id_token: false, assertion_algorithm: null };
  expect((await root.ask('PATCH', at, { body: undone })).json).toMatchObject(undone);
  for (const wrong of [{ assertion_algorithm: 'HS256' }, { claims_in_id_token: 'yes' }])
    expect((await root.ask('PATCH', at, { body: wrong })).status).toBe(400);
});

test('an administrator decides how strongly people prove themselves to a client, unless it says otherwise', async () => {
  const { serving, browser } = await place();
  const root = await administrator(serving);
  const decided = { default_acr_values: ['urn:doorward:acr:two-factor'] };
  const redirect_uris = ['https://app.example/callback'];
  const body = { name: 'Bank', redirect_uris, first_party: true, ...decided };
  const { json } = await root.ask('POST', '/api/v1/admin/clients', { body });
  expect(json).toMatchObject(decided);
  const id = String(json['id']);
  await addTotp(serving, browser);
  expect(waitingAt(await authorizeAt(browser, { id }))).not.toBe('');
  const less = { acr_values: 'urn:doorward:acr:one-factor' };
  expect(told(await authorizeAt(browser, { id }, less))).toHaveProperty('code');
  const change = { body: { default_acr_values: [] } };
  const changed = await root.ask('PATCH', `/api/v1/admin/clients/${id}`, change);
  expect(changed.json).toMatchObject({ default_acr_values: [] });
  expect(told(await authorizeAt(browser, { id }))).toHaveProperty('code');
});

test('a program that registers itself has its words kept: they are told again, and hold', async () => {
  const { serving, browser } = await place({ registration: 'open' });
  const said = {
    default_max_age: 60,
    default_acr_values: ['urn:doorward:acr:one-factor'],
    require_auth_time: true,
    token_endpoint_auth_signing_alg: 'ES256',
  };
  const program = visit(serving, { program: true });
  const registered = await program.ask('POST', '/oauth/register', {
    body: { redirect_uris: ['https://app.example/callback'], token_endpoint_auth_method: 'none', ...said },
  });
  expect(registered.json).toMatchObject(said);
  expect(registered.json).not.toHaveProperty('claims_in_id_token');
  const { client_id: id = '', registration_access_token: bearer = '' } = registered.json as Record<
    string,
    string
  >;
  const read = await program.ask('GET', `/oauth/register/${id}`, { bearer });
  expect(read.json).toMatchObject(said);
  serving.clock.advance(61_000);
  expect(told(await authorizeAt(browser, { id }, { prompt: 'none' }))['error']).toBe('login_required');
});

test('auth_time is in every ID token, whether it was required or not', async () => {
  const { serving, browser } = await place();
  for (const requireAuthTime of [true, undefined]) {
    const client = await makeClient(serving, { requireAuthTime });
    const { idToken } = await tokensOf(serving, client, { browser });
    expect(claimsIn(idToken)['auth_time']).toBeTypeOf('number');
  }
});

test('keys and sign-out addresses by plain http are for places that the operator allows, and no others', async () => {
  const { serving } = await place({ registration: 'open', outgoingAllow: ['app.internal:8080'] });
  const root = await administrator(serving);
  const redirect_uris = ['https://app.example/callback'];
  const create = async (members: object): Promise<number> =>
    (await root.ask('POST', '/api/v1/admin/clients', { body: { name: 'App', redirect_uris, ...members } }))
      .status;
  const register = async (members: object): Promise<number> =>
    (
      await visit(serving, { program: true }).ask('POST', '/oauth/register', {
        body: { redirect_uris, ...members },
      })
    ).status;
  for (const say of [create, register])
    for (const member of ['jwks_uri', 'backchannel_logout_uri']) {
      expect([member, await say({ [member]: 'http://app.internal:8080/x' })]).toEqual([member, 201]);
      for (const address of [
        'http://app.internal/x',
        'http://app.internal:8081/x',
        'http://other.internal:8080/x',
        'http://user@app.internal:8080/x',
        'http://app.internal:8080/x#y',
        'ftp://app.internal:8080/x',
      ])
        expect([address, await say({ [member]: address })]).toEqual([address, 400]);
    }
});

test('a client that registered itself and that nobody lets in is gone after its time, and no other', async () => {
  const day = 86_400_000;
  const { serving, ada } = await place({ registration: 'open', unusedClientRetention: 7 * 86_400 });
  const register = async (): Promise<string> => {
    const body = { redirect_uris: ['https://app.example/callback'], token_endpoint_auth_method: 'none' };
    const { json } = await visit(serving, { program: true }).ask('POST', '/oauth/register', { body });
    return String(json['client_id']);
  };
  const { read } = serving.assembly.ports.store;
  const kept = async (...ids: string[]) =>
    Promise.all(ids.map(async (id) => (await read.clients.find(id)) !== undefined));
  const [idle, used, ours] = [await register(), await register(), (await makeClient(serving)).id];
  const now = serving.clock.now();
  const grant = {
    accountId: ada,
    clientId: used,
    scopes: ['openid'],
    resources: [],
    createdAt: now,
    updatedAt: now,
  };
  await serving.assembly.ports.store.transact((tx) => tx.grants.put(grant));
  serving.clock.advance(7 * day);
  await collect(serving.assembly.ports);
  expect(await kept(idle, used, ours)).toEqual([true, true, true]);
  serving.clock.advance(1000);
  await collect(serving.assembly.ports);
  expect(await kept(idle, used, ours)).toEqual([false, true, true]);
  const [event] = await read.events.list({ after: 0, limit: 9, type: 'client.deleted' });
  expect([event?.actor, JSON.parse(event?.data ?? '{}')]).toEqual([
    'system',
    { client: idle, name: 'app.example' },
  ]);
});
