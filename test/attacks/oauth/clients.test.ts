/** Attacks on the making of clients by administrators who may little, and on what is left of a client that is gone. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  isRefused,
  proveClientAccess,
} from '../../../packages/server/src/domain/oauth/client-access-token.ts';
import { administrator, type Person, person } from '../../journeys/cast.ts';
import { askTokens, codeFor, deviceFor, deviceGrant, pkce, program } from '../../journeys/oauth/cast.ts';
import { callback, type TestClient } from '../../kit/clients.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, member, type Said, visit } from '../../kit/visitor.ts';

const clients = '/api/v1/admin/clients';
const web = { name: 'Web', redirect_uris: [callback] };

const open: Serving[] = [];
let serving: Serving;
let root: Person;
const serve = async (settings = {}): Promise<void> => {
  serving = await serveHandler({ lightHashing: true, settings });
  open.push(serving);
  root = await administrator(serving);
};
beforeEach(() => serve());
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const ask = (method: string, path: string, said: Said = {}): Promise<Answer> =>
  visit(serving, { program: true }).ask(method, path, said);
const known = () => serving.assembly.ports.store.read.clients.list({ limit: 100 });

describe('an administrator who may little', () => {
  let clerk: Person;
  beforeEach(async () => {
    const permissions = ['doorward:clients:read', 'doorward:clients:write', 'tickets:read'];
    await root.ask('PUT', '/api/v1/admin/roles/clerk', { body: { permissions } });
    await root.ask('PUT', '/api/v1/admin/roles/payer', { body: { permissions: ['payments:write'] } });
    const payer = { roles: ['admin', 'payer'] };
    await root.ask('PATCH', `/api/v1/admin/accounts/${root.account}`, { body: payer });
    clerk = await person(serving, 'clerk', { roles: ['clerk'] });
  });
  const own = { ...web, grant_types: ['client_credentials'], redirect_uris: [], scopes: ['tickets:read'] };

  test('ADM-03: makes no client that may more than they do', async () => {
    expect((await clerk.ask('POST', clients, { body: own })).status).toBe(201);
    for (const scopes of [['payments:write'], ['tickets:read', 'payments:write']]) {
      const answer = await clerk.ask('POST', clients, { body: { ...own, scopes } });
      expect([answer.status, answer.json['code']]).toEqual([403, 'privilege_exceeded']);
    }
    expect(await known()).toHaveLength(1);
  });

  test('ADM-03: takes over no client that may more than they do', async () => {
    const made = await root.ask('POST', clients, { body: { ...own, scopes: ['payments:write'] } });
    const at = `${clients}/${String(made.json['id'])}`;
    const attempts: [string, string, Said][] = [
      ['POST', `${at}/secrets`, {}],
      ['PATCH', at, { body: { authentication: 'private_key_jwt', jwks_uri: 'https://clerk.example/keys' } }],
      ['PATCH', at, { body: { scopes: ['tickets:read'] } }],
      ['PATCH', at, { body: { status: 'disabled' } }],
      ['DELETE', at, {}],
    ];
    for (const [method, path, said] of attempts)
      expect((await clerk.ask(method, path, said)).json['code']).toBe('privilege_exceeded');
    const { client_secret: _secret, client_secret_id: _id, ...client } = made.json;
    expect((await root.ask('GET', at)).json).toMatchObject(client);
  });

  test('ADM-03: nobody gives a client permissions of our own API, and no token of a client opens it', async () => {
    const body = { ...own, scopes: ['doorward:accounts:read'] };
    expect((await root.ask('POST', clients, { body })).json['code']).toBe('input_invalid');
    const cron = await clerk.ask('POST', clients, { body: own });
    const as = { id: member(cron.json, 'id'), secret: member(cron.json, 'client_secret') };
    const { json } = await askTokens(serving, { fields: { grant_type: 'client_credentials' }, as });
    const answer = await ask('GET', clients, { bearer: member(json, 'access_token') });
    expect(answer.status).toBe(401);
  });

  test('ADM-01: without the permission nothing is read, made or changed', async () => {
    const made = await root.ask('POST', clients, { body: web });
    const at = `${clients}/${String(made.json['id'])}`;
    const ada = await person(serving, 'ada');
    const permissions = ['doorward:clients:read'];
    await root.ask('PUT', '/api/v1/admin/roles/viewer', { body: { permissions } });
    const viewer = await person(serving, 'viewer', { roles: ['viewer'] });
    for (const who of [ada, viewer])
      for (const [method, path, body] of [
        ['POST', clients, web],
        ['PATCH', at, { name: 'Mine' }],
        ['POST', `${at}/secrets`, {}],
      ] as const)
        expect((await who.ask(method, path, { body })).json['code']).toBe('permission_missing');
    expect((await viewer.ask('DELETE', at)).status).toBe(403);
    expect((await viewer.ask('GET', at)).status).toBe(200);
    for (const path of [clients, at]) expect((await ada.ask('GET', path)).status).toBe(403);
  });
});

test('ADM-04: a secret of a client is shown once, to whoever made it', async () => {
  const made = await root.ask('POST', clients, { body: web });
  const at = `${clients}/${String(made.json['id'])}`;
  const next = await root.ask('POST', `${at}/secrets`, {});
  const changed = await root.ask('PATCH', at, { body: { name: 'Other' } });
  const shown = [changed, await root.ask('GET', at), await root.ask('GET', clients)];
  shown.push(await root.ask('GET', '/api/v1/admin/events'));
  const { digest } =
    (await serving.assembly.ports.store.read.clientSecrets.list(String(made.json['id'])))[0] ?? {};
  for (const secret of [made.json['client_secret'], next.json['client_secret'], digest])
    for (const { text } of shown) expect(text).not.toContain(secret);
});

describe.each([
  ['disabled', (at: string) => root.ask('PATCH', at, { body: { status: 'disabled' } })],
  ['deleted', (at: string) => root.ask('DELETE', at)],
])('OAU-32: of a client that is %s', (_how, end) => {
  const { verifier, challenge } = pkce();
  const redemption = { grant_type: 'authorization_code', code_verifier: verifier, redirect_uri: callback };

  test.each(['jwt', 'opaque'] as const)(
    'nothing that was given opens anything any more (%s)',
    async (format) => {
      const app: TestClient = await program(serving, { accessTokenFormat: format, firstParty: true });
      const ada = await person(serving, 'ada');
      const { session } = ada;
      const code = (): Promise<string> => codeFor(serving, app, { session, codeChallenge: challenge });
      const given = (await askTokens(serving, { fields: { ...redemption, code: await code() }, as: app }))
        .json;
      const own = (await askTokens(serving, { fields: { grant_type: 'client_credentials' }, as: app })).json;
      const waiting = await code();
      const device = await deviceFor(serving, app, { status: 'allowed', sessionId: session });
      const tokens = [member(given, 'access_token'), member(own, 'access_token')];
      const opens = () =>
        Promise.all(
          tokens.map(async (token) => !isRefused(await proveClientAccess(serving.assembly.ports, token))),
        );
      expect(await opens()).toEqual([true, true]);

      expect((await end(`${clients}/${app.id}`)).status).toBeLessThan(300);
      expect(await opens()).toEqual([false, false]);
      expect((await ask('GET', '/oauth/userinfo', { bearer: tokens[0] ?? '' })).status).toBe(401);
      for (const fields of [
        { ...redemption, code: waiting },
        { grant_type: 'refresh_token', refresh_token: member(given, 'refresh_token') },
        { grant_type: deviceGrant, device_code: device.code },
        { grant_type: 'client_credentials' },
      ]) {
        const answer = await askTokens(serving, { fields, as: app });
        expect([answer.status, answer.json['error']]).toEqual([401, 'invalid_client']);
      }
    },
  );
});
