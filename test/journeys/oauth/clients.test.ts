/** Clients under the hand of those who govern them: over the API, at the command line, inside a program. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDoorward } from '../../../packages/server/src/index.ts';
import { runProcess } from '../../kit/process.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import type { Answer } from '../../kit/visitor.ts';
import { administrator, type Person } from '../cast.ts';
import { basic, clientKey, post } from './cast.ts';

const path = '/api/v1/admin/clients';
const books = { name: 'Books', redirect_uris: ['https://books.example/callback'] };
const machine = { name: 'Cron', grant_types: ['client_credentials'], scopes: ['reports:read'] };

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let root: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    root = await administrator(serving);
    await root.ask('PUT', '/api/v1/admin/roles/reader', { body: { permissions: ['reports:read'] } });
  });
  afterEach(() => serving.close());

  const create = async (body: unknown): Promise<Answer> => {
    const answer = await root.ask('POST', path, { body });
    if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
    return answer;
  };
  const at = (client: Answer, more = ''): string => `${path}/${String(client.json['id'])}${more}`;
  /** Asks for a token of the client's own. */
  const token = (client: Answer, secret: unknown): Promise<Answer> =>
    post(serving, '/oauth/token', {
      fields: { grant_type: 'client_credentials' },
      as: { id: String(client.json['id']), secret: String(secret) },
    });

  test('a client is made, looked at, listed, changed and deleted', async () => {
    const made = await create(books);
    expect(made.json['client_secret']).toMatch(/^dw_cs_/);
    const { client_secret: _secret, client_secret_id: secretId, ...client } = made.json;
    const read = await root.ask('GET', at(made));
    expect(read.json).toEqual({
      ...client,
      secrets: [{ id: secretId, created_at: client['created_at'], expires_at: null }],
    });
    serving.clock.advance(1000);
    const changed = await root.ask('PATCH', at(made), { body: { first_party: true, logo_uri: null } });
    expect(changed.json).toMatchObject({ first_party: true, name: 'Books' });
    const other = await create({ ...books, name: 'Other' });
    const listed = await root.ask('GET', `${path}?limit=1`);
    expect(listed.json).toEqual({ clients: [changed.json], next: client['id'] });
    const rest = await root.ask('GET', `${path}?after=${String(client['id'])}`);
    expect(rest.json).toMatchObject({ clients: [{ id: other.json['id'] }], next: null });
    expect((await root.ask('DELETE', at(made))).status).toBe(204);
    expect((await root.ask('GET', at(made))).status).toBe(404);
    expect((await root.ask('GET', at(other))).status).toBe(200);
  });

  test('a secret opens the token endpoint, and goes on for a while beside its successor', async () => {
    const made = await create(machine);
    const first = made.json['client_secret'];
    expect((await token(made, first)).status).toBe(200);
    serving.clock.advance(1000);
    const next = await root.ask('POST', at(made, '/secrets'), { body: { overlap: 60 } });
    expect(next.status).toBe(201);
    for (const secret of [first, next.json['client_secret']])
      expect((await token(made, secret)).status).toBe(200);
    serving.clock.advance(60_000);
    expect((await token(made, first)).status).toBe(401);
    expect((await token(made, next.json['client_secret'])).status).toBe(200);
    serving.clock.advance(1000);
    const last = await root.ask('POST', at(made, '/secrets'), { body: { overlap: 0 } });
    expect((await token(made, next.json['client_secret'])).status).toBe(401);
    expect((await token(made, last.json['client_secret'])).status).toBe(200);
  });

  test('a disabled client gets nothing until it is enabled', async () => {
    const made = await create(machine);
    const secret = made.json['client_secret'];
    for (const [status, answer] of [
      ['disabled', 401],
      ['active', 200],
    ] as const) {
      expect((await root.ask('PATCH', at(made), { body: { status } })).json['status']).toBe(status);
      expect((await token(made, secret)).status).toBe(answer);
    }
  });

  test('what cannot be is refused by field', async () => {
    for (const [field, body] of [
      ['redirect_uris', { ...books, redirect_uris: ['https://books.example/#a'] }],
      ['redirect_uris', { ...books, redirect_uris: ['javascript:alert(1)'] }],
      ['jwks', { ...books, authentication: 'private_key_jwt' }],
      ['require_pkce', { ...books, authentication: 'none', require_pkce: false }],
      ['name', { redirect_uris: books.redirect_uris }],
    ] as const) {
      const answer = await root.ask('POST', path, { body });
      expect([answer.status, answer.json['code']]).toEqual([400, 'input_invalid']);
      expect(answer.json['errors']).toEqual([expect.objectContaining({ field })]);
    }
    expect((await root.ask('GET', path)).json['clients']).toEqual([]);
  });

  test('everything that happens to a client is an event with its actor', async () => {
    const made = await create(machine);
    await root.ask('POST', at(made, '/secrets'));
    await root.ask('PATCH', at(made), { body: { status: 'disabled' } });
    await root.ask('DELETE', at(made));
    const events = await serving.assembly.ports.store.read.events.list({ after: 0, limit: 100 });
    const ours = events.filter(({ type }) => type.startsWith('client.'));
    expect(ours.map(({ type, actor }) => [type, actor])).toEqual(
      ['created', 'secret-rotated', 'disabled', 'deleted'].map((what) => [`client.${what}`, root.account]),
    );
    expect(JSON.stringify(ours)).not.toContain('dw_cs_');
  });
});

describe('at the command line', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doorward-clients-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const run = (...args: string[]) => runProcess([...args, '--data-folder', join(folder, 'data')]);
  async function runJson(...args: string[]): Promise<Record<string, Record<string, unknown>>> {
    const { code, stdout, stderr } = await run(...args, '--json');
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as Record<string, Record<string, unknown>>;
  }

  test('a client lives its life', async () => {
    const made = await runJson(
      'clients',
      'create',
      '--name',
      'Web',
      '--redirect-uri',
      'https://a.example/',
      'https://b.example/',
      '--first-party',
      'yes',
      '--scopes',
      'openid,a:read',
    );
    const id = String(made['client']?.['id']);
    expect(made['client']).toMatchObject({
      redirect_uris: ['https://a.example/', 'https://b.example/'],
      first_party: true,
      scopes: ['openid', 'a:read'],
    });
    expect(made['client_secret']).toMatch(/^dw_cs_/);
    const rotated = await runJson('clients', 'rotate-secret', id, '--overlap', '60');
    expect(rotated['client_secret']).toMatch(/^dw_cs_/);
    const change = ['--pkce', 'no', '--logo-uri', 'https://a.example/l', '--claims-in-id-token', 'yes'];
    expect((await runJson('clients', 'change', id, ...change))['client']).toMatchObject({
      require_pkce: false,
      logo_uri: 'https://a.example/l',
      claims_in_id_token: true,
    });
    expect((await runJson('clients', 'change', id, '--logo-uri', ''))['client']).toMatchObject({
      logo_uri: null,
    });
    expect((await runJson('clients', 'disable', id))['client']).toMatchObject({ status: 'disabled' });
    expect((await runJson('clients', 'enable', id))['client']).toMatchObject({ status: 'active' });
    const { stdout } = await run('clients', 'show', id);
    expect(stdout).toMatch(/secret +[0-9a-f-]{36} since .+ until /);
    expect(stdout).not.toContain('dw_cs_');
    expect((await runJson('clients', 'list'))['clients']).toHaveLength(1);
    expect(await runJson('clients', 'delete', id)).toEqual({ deleted: id });
    const gone = await run('clients', 'show', id);
    expect([gone.code, gone.stderr]).toEqual([1, `There is no client "${id}".\n`]);
  }, 60_000);

  test('keys come from a file, and the device grant has a short name', async () => {
    const file = join(folder, 'keys.json');
    await writeFile(file, JSON.stringify({ keys: [clientKey().jwk] }));
    const made = await runJson(
      'clients',
      'create',
      '--name',
      'Signing',
      '--authentication',
      'private_key_jwt',
      '--jwks',
      file,
      '--grant-types',
      'client_credentials,device_code',
    );
    expect(made['client']).toMatchObject({
      grant_types: ['client_credentials', 'urn:ietf:params:oauth:grant-type:device_code'],
    });
    expect(made).not.toHaveProperty('client_secret');
  }, 60_000);

  test('what cannot be is refused with words, and 2 for a call that cannot be read', async () => {
    const bad = await run('clients', 'create', '--name', 'Bad', '--redirect-uri', 'http://a.example/');
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('redirect_uris: ')]);
    expect((await run('clients', 'create', '--name', 'Bad', '--pkce', 'perhaps')).code).toBe(2);
    const noKeys = await run('clients', 'create', '--name', 'Bad', '--jwks', join(folder, 'none'));
    expect([noKeys.code, noKeys.stderr]).toEqual([1, expect.stringContaining('cannot be read')]);
  }, 60_000);
});

test('a program that embeds the server governs clients by verbs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'doorward-clients-'));
  const doorward = await createDoorward({ dataFolder: folder });
  try {
    const { client, secret } = await doorward.clients.create({
      name: 'Cron',
      grantTypes: ['client_credentials'],
    });
    const ask = async (text = ''): Promise<number> => {
      const request = new Request(`${doorward.issuer}/oauth/token`, {
        method: 'POST',
        body: 'grant_type=client_credentials',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: basic({ id: client.id, secret: text }),
        },
      });
      return (await doorward.fetch(request)).status;
    };
    expect(await ask(secret?.text)).toBe(200);
    const next = await doorward.clients.rotateSecret(client.id, 0);
    expect([await ask(secret?.text), await ask(next.text)]).toEqual([401, 200]);
    await doorward.clients.change(client.id, { status: 'disabled' });
    expect(await ask(next.text)).toBe(401);
    expect(await doorward.clients.list({ limit: 9 })).toEqual([await doorward.clients.find(client.id)]);
    await doorward.clients.delete(client.id);
    expect(await doorward.clients.find(client.id)).toBeUndefined();
  } finally {
    await doorward.close();
    await rm(folder, { recursive: true });
  }
});
