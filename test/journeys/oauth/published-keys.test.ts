/**
 * The keys of ID tokens: published from the moment when a client may have one signed with them, so that a program which keeps
 * the set finds the key of its first sign-in there.
 */
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { changedDraft } from '../../../packages/server/src/domain/clients/client-draft.ts';
import { createClient } from '../../../packages/server/src/domain/clients/govern-clients.ts';
import { operator } from '../../../packages/server/src/program/verbs.ts';
import { callback, makeClient } from '../../kit/clients.ts';
import { type Serving, serveHandler, serveTwo, servings } from '../../kit/serving.ts';
import { headerIn, tokensOf } from '../../kit/tokens.ts';
import { signIn, signUp, visit } from '../../kit/visitor.ts';
import { administrator, type Person } from '../cast.ts';

const clientsPath = '/api/v1/admin/clients';
const app = { name: 'Notes', redirect_uris: [callback], first_party: true, authentication: 'none' };

const keysOf = async (serving: Serving): Promise<Record<string, string>[]> =>
  (await visit(serving).ask('GET', '/.well-known/jwks.json')).json['keys'] as Record<string, string>[];
const algorithmsOf = async (serving: Serving): Promise<string[]> =>
  (await keysOf(serving)).map(({ alg }) => String(alg)).sort();
const eventsOf = async ({ assembly }: Serving): Promise<string[]> =>
  (await assembly.ports.store.read.events.list({ after: 0, limit: 1000, type: 'key.created' })).map(
    ({ data }) => String((JSON.parse(data) as Record<string, unknown>)['algorithm']),
  );
const draftOf = (idTokenAlgorithm: 'RS256' | 'ES256') =>
  changedDraft({}, { name: 'Notes', redirectUris: [callback], idTokenAlgorithm });

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let root: Person;
  afterEach(() => serving.close());
  const start = async (settings = {}): Promise<void> => {
    serving = await serve({ lightHashing: true, settings });
    root = await administrator(serving);
  };

  test('a client that an administrator makes finds its key in the set that it read before anybody signed in', async () => {
    await start();
    expect(await algorithmsOf(serving)).toEqual(['EdDSA', 'EdDSA']);
    const made = await root.ask('POST', clientsPath, { body: app });
    expect([made.status, made.json['id_token_algorithm']]).toEqual([201, 'RS256']);
    const kept = await keysOf(serving);
    expect(kept.map(({ alg }) => String(alg)).sort()).toEqual(['EdDSA', 'EdDSA', 'RS256', 'RS256']);
    const browser = visit(serving);
    await signUp(browser, 'ada@example.com');
    await signIn(browser, 'ada@example.com');
    const client = await serving.assembly.ports.store.read.clients.find(String(made.json['id']));
    if (!client) throw new Error('no such client');
    const { idToken } = await tokensOf(serving, { ...client, secret: '' }, { browser });
    expect(kept.map(({ kid }) => kid)).toContain(headerIn(idToken)['kid']);
    expect(await keysOf(serving)).toEqual(kept);
  });

  test('a client that is changed to another algorithm has its key published, and one that chooses a known one makes none', async () => {
    await start();
    const made = await root.ask('POST', clientsPath, { body: { ...app, id_token_algorithm: 'EdDSA' } });
    expect(await algorithmsOf(serving)).toEqual(['EdDSA', 'EdDSA']);
    const change = (id_token_algorithm: string) =>
      root.ask('PATCH', `${clientsPath}/${String(made.json['id'])}`, { body: { id_token_algorithm } });
    for (const algorithm of ['ES256', 'EdDSA', 'ES256'])
      expect((await change(algorithm)).json).toMatchObject({ id_token_algorithm: algorithm });
    expect(await algorithmsOf(serving)).toEqual(['ES256', 'ES256', 'EdDSA', 'EdDSA']);
    expect(await eventsOf(serving)).toHaveLength(4);
  });

  test('a client that is refused makes no key', async () => {
    await start();
    const refused = { ...app, redirect_uris: ['http://app.example/'] };
    expect((await root.ask('POST', clientsPath, { body: refused })).status).toBe(400);
    expect(await algorithmsOf(serving)).toEqual(['EdDSA', 'EdDSA']);
  });

  test('a program that registers itself, and that changes its mind, has its key published', async () => {
    await start({ registration: 'open' });
    const program = visit(serving, { program: true });
    const said = { redirect_uris: [callback], token_endpoint_auth_method: 'none' };
    const made = await program.ask('POST', '/oauth/register', {
      body: { ...said, id_token_signed_response_alg: 'ES256' },
    });
    expect(made.status).toBe(201);
    expect(await algorithmsOf(serving)).toEqual(['ES256', 'ES256', 'EdDSA', 'EdDSA']);
    const { client_id: id, registration_access_token: bearer } = made.json as Record<string, string>;
    const body = { ...said, client_id: id };
    const changed = await program.ask('PUT', `/oauth/register/${id}`, { body, bearer: String(bearer) });
    expect(changed.json).toMatchObject({ id_token_signed_response_alg: 'RS256' });
    expect(await algorithmsOf(serving)).toEqual(['ES256', 'ES256', 'EdDSA', 'EdDSA', 'RS256', 'RS256']);
  });

  test('clients that choose an algorithm at the same moment have one key of it, and one to come', async () => {
    await start();
    const all = Array.from({ length: 8 }, () =>
      createClient(serving.assembly.ports, operator, draftOf('RS256')),
    );
    await Promise.all(all);
    expect(await algorithmsOf(serving)).toEqual(['EdDSA', 'EdDSA', 'RS256', 'RS256']);
  });

  test('a client that was there before its key has one from the start on', async () => {
    await start();
    await makeClient(serving, { idTokenAlgorithm: 'ES256' });
    await makeClient(serving, { idTokenAlgorithm: 'RS256', status: 'disabled' });
    expect(await algorithmsOf(serving)).toEqual(['EdDSA', 'EdDSA']);
    const { dataFolder, clock } = serving;
    const later = await serve({ lightHashing: true, dataFolder, clock });
    onTestFinished(() => later.close());
    expect(await algorithmsOf(later)).toEqual(['ES256', 'ES256', 'EdDSA', 'EdDSA', 'RS256', 'RS256']);
  });
});

test('a client that another process or a command makes has its key published by every process', async () => {
  const { one, other, close } = await serveTwo({ lightHashing: true });
  onTestFinished(close);
  await createClient(one.assembly.ports, operator, draftOf('RS256'));
  one.clock.advance(1000);
  const kept = await keysOf(other);
  expect(kept.map(({ alg }) => String(alg)).sort()).toEqual(['EdDSA', 'EdDSA', 'RS256', 'RS256']);
  expect(await keysOf(one)).toEqual(kept);
  expect(kept.map(({ kid }) => kid)).toContain((await other.assembly.ports.keys.ready('RS256')).kid);
});

test('keys that are known are published while the store does not answer', async () => {
  const serving = await serveHandler({ lightHashing: true });
  onTestFinished(() => serving.close());
  const kept = await keysOf(serving);
  const { signingKeys } = serving.assembly.ports.store.read;
  const { list } = signingKeys;
  Object.assign(signingKeys, { list: () => Promise.reject(new Error('gone')) });
  serving.clock.advance(1000);
  expect(await keysOf(serving)).toEqual(kept);
  Object.assign(signingKeys, { list });
});

test('a client does not hurry the key of a setting that was changed: guards see it before it signs access tokens', async () => {
  const before = await serveHandler({ lightHashing: true });
  onTestFinished(() => before.close());
  const { dataFolder, clock } = before;
  const settings = { signingAlgorithm: 'ES256' };
  await makeClient(before, { idTokenAlgorithm: 'ES256' });
  const after = await serveHandler({ lightHashing: true, dataFolder, clock, settings });
  onTestFinished(() => after.close());
  await createClient(after.assembly.ports, operator, draftOf('ES256'));
  expect(await algorithmsOf(after)).toEqual(['ES256', 'EdDSA', 'EdDSA']);
  expect(after.assembly.ports.keys.active().algorithm).toBe('EdDSA');
});
