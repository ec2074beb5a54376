import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../../../src/base/clock.ts';
import type { Governor } from '../../../src/domain/accounts/govern.ts';
import { secretLives } from '../../../src/domain/clients/client.ts';
import type { ClientDraft } from '../../../src/domain/clients/client-draft.ts';
import { rotateSecret } from '../../../src/domain/clients/client-secrets.ts';
import {
  changeClient,
  createClient,
  deleteClient,
  type GovernedClientChange,
} from '../../../src/domain/clients/govern-clients.ts';
import type { Fetched, Outgoing } from '../../../src/domain/outgoing.ts';
import type { Ports } from '../../../src/domain/ports.ts';
import { loadConfiguration } from '../../../src/program/configuration/configuration.ts';
import { type Assembly, assemble } from '../../../src/program/create-doorward.ts';
import { freshDatabase, now } from '../../store/folder.ts';

const operator: Governor = { actor: 'operator', permissions: 'all', network: 'unknown' };
const web: ClientDraft = { name: 'Web', redirectUris: ['https://app.example/callback'] };
const key = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'one' };
const list = 'https://lists.example/uris.json';

let clock: ManualClock;
let assembly: Assembly;
let ports: Ports;
/** What the addresses of others answer, and which were asked. */
let answers: Record<string, Fetched>;
let asked: string[];
beforeEach(async () => {
  clock = manualClock(now);
  const { values } = loadConfiguration({ flags: { dataFolder: dirname(freshDatabase()) } });
  assembly = await assemble(values, { clock, port: 3000 });
  answers = {};
  asked = [];
  const outgoing: Outgoing = {
    allows: (url) => url.startsWith('http://keys.internal:8080/'),
    fetchJson: async (url) => {
      asked.push(url);
      return answers[url] ?? { ok: false, reason: 'unreachable' };
    },
    post: async () => ({ ok: true }),
  };
  ports = { ...assembly.ports, outgoing };
});
afterEach(() => assembly.close());

const create = (draft: ClientDraft, governor = operator) => createClient(ports, governor, draft);
const change = (clientId: string, to: GovernedClientChange, governor = operator) =>
  changeClient(ports, governor, { clientId, change: to });
const found = (id: string) => ports.store.read.clients.find(id);
const secretsOf = async (id: string) => (await ports.store.read.clientSecrets.list(id)).map((one) => one.id);
const liveSecrets = async (id: string) =>
  (await ports.store.read.clientSecrets.list(id))
    .filter((one) => secretLives(one, clock.now()))
    .map((one) => one.id);
const told = async () =>
  (await ports.store.read.events.list({ after: 0, limit: 100 }))
    .filter(({ type }) => type.startsWith('client.'))
    .map(({ type, data }) => [type, JSON.parse(data) as Record<string, unknown>] as const);
const faultAt = (field: string) => ({ code: 'input_invalid', fields: [{ field }] });

describe('a client that is made', () => {
  test('has the careful defaults, and a secret that the store does not know', async () => {
    const { client, secret } = await create(web);
    expect(await found(client.id)).toEqual(client);
    expect(client).toMatchObject({
      status: 'active',
      madeBy: 'operator',
      application: 'web',
      authentication: 'client_secret_basic',
      grantTypes: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      firstParty: false,
      requirePkce: true,
      subjectType: 'public',
    });
    const row = await ports.store.read.clientSecrets.find(secret?.id ?? '');
    expect(ports.handles.read('client-secret', secret?.text ?? '')?.digest).toBe(row?.digest);
    expect(JSON.stringify(row)).not.toContain(secret?.text);
  });

  test('has no secret when it is native, or proves itself by a key', async () => {
    const native = await create({ name: 'Tool', application: 'native', redirectUris: ['http://127.0.0.1/'] });
    const signing = await create({ ...web, authentication: 'private_key_jwt', jwks: { keys: [key] } });
    for (const { client, secret } of [native, signing]) {
      expect(secret).toBeUndefined();
      expect(await secretsOf(client.id)).toEqual([]);
    }
    expect(native.client.authentication).toBe('none');
    expect(signing.client.jwks?.keys).toEqual([{ ...key, use: 'sig' }]);
  });

  test('may ask for nothing of people when it acts for itself alone', async () => {
    expect((await create({ name: 'Cron', grantTypes: ['client_credentials'] })).client.scopes).toEqual([]);
  });

  test.each<[string, string, Partial<ClientDraft>]>([
    ['a blank name', 'name', { name: ' ' }],
    ['no name', 'name', { name: undefined }],
    ['a redirect URI with a fragment', 'redirect_uris', { redirectUris: ['https://app.example/#a'] }],
    ['a redirect URI on plain http', 'redirect_uris', { redirectUris: ['http://app.example/'] }],
    ['no redirect URI', 'redirect_uris', { redirectUris: [] }],
    ['a scope that is two', 'scopes', { scopes: ['openid profile'] }],
    ['a permission of our own API', 'scopes', { scopes: ['doorward:accounts:read'] }],
    ['a key address on plain http', 'jwks_uri', { jwksUri: 'http://app.example/keys' }],
    ['a private key', 'jwks', { jwks: { keys: [{ ...key, d: 'AAAA' }] } }],
    ['a key method without a key', 'jwks', { authentication: 'private_key_jwt' }],
    [
      'a self-acting client that proves nothing',
      'grant_types',
      { authentication: 'none', grantTypes: ['client_credentials'] },
    ],
    [
      'no PKCE for a client that proves nothing',
      'require_pkce',
      { authentication: 'none', requirePkce: false },
    ],
    [
      'two hosts in one sector without a list',
      'sector_identifier_uri',
      {
        subjectType: 'pairwise',
        redirectUris: ['https://a.example/', 'https://b.example/'],
      },
    ],
  ])('is refused with %s, and nothing is written', async (_what, field, draft) => {
    await expect(create({ ...web, ...draft })).rejects.toMatchObject(faultAt(field));
    expect(await ports.store.read.clients.list({ limit: 9 })).toEqual([]);
    expect(await told()).toEqual([]);
  });

  test('is told of, without its secret', async () => {
    const { client, secret } = await create(web);
    expect(await told()).toEqual([['client.created', { client: client.id, name: 'Web' }]]);
    expect(JSON.stringify(await told())).not.toContain(secret?.text);
  });
});

describe('a sector', () => {
  const draft: ClientDraft = {
    name: 'Pair',
    subjectType: 'pairwise',
    redirectUris: ['https://a.example/', 'https://b.example/'],
    sectorIdentifierUri: list,
  };

  test('is the host of the list that names every redirect URI', async () => {
    answers = {
      [list]: { ok: true, value: ['https://b.example/', 'https://c.example/', 'https://a.example/'] },
    };
    const { client } = await create(draft);
    expect([client.sectorIdentifier, client.sectorIdentifierUri]).toEqual(['lists.example', list]);
    expect(asked).toEqual([list]);
  });

  test.each<[string, Fetched]>([
    ['is missing', { ok: false, reason: 'status' }],
    ['lies inside', { ok: false, reason: 'address-refused' }],
    ['is no list', { ok: true, value: { uris: ['https://a.example/', 'https://b.example/'] } }],
    ['lacks a redirect URI', { ok: true, value: ['https://a.example/'] }],
  ])('is refused when its list %s, with the same words', async (_how, answer) => {
    answers = { [list]: answer };
    await expect(create(draft)).rejects.toMatchObject({
      code: 'input_invalid',
      fields: [{ field: 'sector_identifier_uri', message: 'Such a client cannot have this.' }],
    });
  });

  test('is the host of the redirect URIs when there is one, and nobody is asked', async () => {
    const { client } = await create({ ...web, subjectType: 'pairwise' });
    expect(client.sectorIdentifier).toBe('app.example');
    expect(asked).toEqual([]);
  });
});

describe('a client that is changed', () => {
  test('keeps what is not named, and loses what is taken away', async () => {
    const { client } = await create({ ...web, logoUri: 'https://app.example/logo.png', contacts: ['ada'] });
    clock.advance(5000);
    const after = (await change(client.id, { logoUri: null, firstParty: true })).client;
    expect(after).toEqual({ ...client, logoUri: undefined, firstParty: true, updatedAt: now + 5000 });
    expect(await told()).toContainEqual([
      'client.changed',
      { client: client.id, name: 'Web', changed: 'first_party logo_uri' },
    ]);
  });

  test('to what it is already leaves no trace', async () => {
    const { client } = await create(web);
    clock.advance(5000);
    expect(await change(client.id, { name: 'Web', status: 'active' })).toEqual({ client, secret: undefined });
    expect(await told()).toHaveLength(1);
  });

  test('is given a secret when it needs one, and loses those that it has no use for', async () => {
    const { client } = await create({ ...web, authentication: 'none' });
    const { secret } = await change(client.id, { authentication: 'client_secret_post' });
    expect(await secretsOf(client.id)).toEqual([secret?.id]);
    expect((await change(client.id, { authentication: 'client_secret_basic' })).secret).toBeUndefined();
    expect(await secretsOf(client.id)).toEqual([secret?.id]);
    await change(client.id, { authentication: 'none' });
    expect(await secretsOf(client.id)).toEqual([]);
  });

  test('is refused as a whole', async () => {
    const { client } = await create(web);
    const bad = change(client.id, { name: 'Other', status: 'disabled', redirectUris: ['ftp://a.example/'] });
    await expect(bad).rejects.toMatchObject(faultAt('redirect_uris'));
    expect(await found(client.id)).toEqual(client);
    await expect(change('nobody', {})).rejects.toMatchObject({ code: 'not_found' });
  });

  test('twice at once takes both changes', async () => {
    const { client } = await create(web);
    await Promise.all([change(client.id, { name: 'New' }), change(client.id, { firstParty: true })]);
    expect(await found(client.id)).toMatchObject({ name: 'New', firstParty: true });
  });

  test('is disabled and enabled, each told of once', async () => {
    const { client } = await create(web);
    for (const status of ['disabled', 'disabled', 'active'] as const)
      expect((await change(client.id, { status })).client.status).toBe(status);
    const types = (await told()).map(([type]) => type);
    expect(types).toEqual(['client.created', 'client.disabled', 'client.enabled']);
  });

  test('is deleted, once', async () => {
    const { client } = await create(web);
    await deleteClient(ports, operator, client.id);
    expect([await found(client.id), await secretsOf(client.id)]).toEqual([undefined, []]);
    await expect(deleteClient(ports, operator, client.id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await told()).at(-1)).toEqual(['client.deleted', { client: client.id, name: 'Web' }]);
  });
});

describe('a new secret', () => {
  test('stands beside the one before for as long as is said, and both before it are gone', async () => {
    const { client, secret: first } = await create(web);
    const clientId = client.id;
    clock.advance(1000);
    const second = await rotateSecret(ports, operator, { clientId, overlap: 60 });
    expect(await liveSecrets(clientId)).toEqual([second.id, first?.id]);
    clock.advance(1000);
    const third = await rotateSecret(ports, operator, { clientId, overlap: 60 });
    expect(await liveSecrets(clientId)).toEqual([third.id, second.id]);
    clock.advance(60_000);
    expect(await liveSecrets(clientId)).toEqual([third.id]);
  });

  test('ends the one before at once when there is to be no overlap', async () => {
    const { client } = await create(web);
    const { id } = await rotateSecret(ports, operator, { clientId: client.id, overlap: 0 });
    expect(await liveSecrets(client.id)).toEqual([id]);
  });

  test('is not for a client that has none', async () => {
    const { client } = await create({ ...web, authentication: 'none' });
    await expect(rotateSecret(ports, operator, { clientId: client.id })).rejects.toMatchObject(
      faultAt('authentication'),
    );
  });
});

describe('whoever may not do what a client may', () => {
  const clerk: Governor = { actor: 'clerk', permissions: ['doorward:clients:write', 'a:read'], network: '' };

  test('makes clients for people, and gives them what they have themselves', async () => {
    const { client } = await create({ ...web, scopes: ['openid', 'email', 'a:read'] }, clerk);
    expect((await change(client.id, { name: 'Other' }, clerk)).client.name).toBe('Other');
  });

  test('neither makes nor touches one that may more', async () => {
    const exceeded = { code: 'privilege_exceeded' };
    await expect(create({ ...web, scopes: ['b:read'] }, clerk)).rejects.toMatchObject(exceeded);
    const { client } = await create({ ...web, scopes: ['b:read'] });
    const { id: clientId } = client;
    await expect(change(clientId, { scopes: [] }, clerk)).rejects.toMatchObject(exceeded);
    await expect(change(clientId, { status: 'disabled' }, clerk)).rejects.toMatchObject(exceeded);
    await expect(rotateSecret(ports, clerk, { clientId })).rejects.toMatchObject(exceeded);
    await expect(deleteClient(ports, clerk, clientId)).rejects.toMatchObject(exceeded);
    expect(await found(clientId)).toEqual(client);
    const mine = (await create(web, clerk)).client;
    await expect(change(mine.id, { scopes: ['b:read'] }, clerk)).rejects.toMatchObject(exceeded);
  });
});
