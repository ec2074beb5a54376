/**
 * Fields that nobody may set, on every row that writes; and secrets, which are shown once.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { administrator, apiKey, type Person, person } from '../../journeys/cast.ts';
import { visit } from '../../kit/visitor.ts';
import {
  bodyOf,
  changes,
  fieldsOf,
  isStrict,
  makeWorld,
  nameOf,
  pathOf,
  said,
  type World,
} from '../web/rows.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld({ settings: { networkAttempts: 10_000, signUpAttempts: 10_000 } });
});
afterAll(() => world.serving.close());

/** What somebody might hope to slip in, in both spellings of the wire. */
const hoped: Readonly<Record<string, unknown>> = {
  role: 'admin',
  roles: ['admin'],
  permissions: ['doorward:accounts:write'],
  scopes: ['doorward:accounts:write'],
  admin: true,
  is_admin: true,
  status: 'active',
  id: '00000000-0000-7000-8000-000000000000',
  account_id: '00000000-0000-7000-8000-000000000000',
  owner_id: '00000000-0000-7000-8000-000000000000',
  tenant_id: 'x',
  email_verified: true,
  verified: true,
  banned: false,
  created_at: '2000-01-01T00:00:00Z',
  updated_at: '2000-01-01T00:00:00Z',
  expires_at: '2099-01-01T00:00:00Z',
  password_hash: '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA',
  phc: '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA',
  mfa: false,
  amr: 'pwd mfa',
  network: '127.0.0.1',
  actor: 'operator',
  digest: 'x',
  carrier: 'cookie',
  session_id: 'x',
  proven_at: 0,
};

const camel = (name: string): string => name.replace(/_[a-z]/g, (part) => part.slice(1).toUpperCase());

const writing = routes
  .filter((route) => changes(route) && isStrict(route))
  .map((route) => [nameOf(route), route] as const);

describe('ADM-02: fields that a row does not take', () => {
  test.each(writing)('%s: each is refused by name, and nothing is changed', async (_name, route) => {
    const { serving, owner } = world;
    const asked: Person = route.access.who === 'permitted' ? world.admin : owner;
    const { read } = serving.assembly.ports.store;
    const state = async () => [
      await read.events.head(),
      await read.accounts.find(owner.account),
      await read.roles.list(),
    ];
    const before = await state();
    const own = new Set(fieldsOf(route.body));
    for (const [name, value] of Object.entries(hoped))
      for (const field of new Set([name, camel(name)])) {
        if (own.has(field)) continue;
        const { headers, ...body } = said(route, { ...bodyOf(route), [field]: value });
        const answer = await visit(serving, { program: true }).ask(
          route.method,
          pathOf(route, world.named, owner.account),
          { ...body, headers: { ...headers, authorization: `Bearer ${asked.access}` } },
        );
        expect([field, answer.status, answer.json['code']]).toEqual([field, 400, 'input_invalid']);
        expect(answer.json['errors']).toContainEqual({ field, message: 'This is not known here.' });
      }
    expect(await state()).toEqual(before);
  });

  test('what an account says of itself cannot be set by its owner', async () => {
    const shown = (await world.owner.ask('GET', '/api/v1/account')).json;
    for (const field of Object.keys(shown)) {
      const answer = await world.owner.ask('PATCH', '/api/v1/account', { body: { [field]: shown[field] } });
      expect([field, answer.status]).toEqual([
        field,
        ['name', 'email', 'username'].includes(field) ? 200 : 400,
      ]);
    }
    expect((await world.owner.ask('GET', '/api/v1/account')).json['roles']).toEqual([]);
  });

  test('a sign-up makes nobody an administrator, not even the first one', async () => {
    expect((await world.serving.assembly.ports.store.read.accounts.find(world.owner.account))?.roles).toEqual(
      [],
    );
    const answer = await world.owner.ask('GET', '/api/v1/admin/accounts');
    expect(answer.status).toBe(403);
  });
});

describe('ADM-04: secrets are shown once', () => {
  test('no row shows a key, a token, a hash or a private half again, to whatever role', async () => {
    const { serving } = world;
    const root = await administrator(serving, 'shower');
    const grace = await person(serving, 'grace');
    const key = await apiKey(grace, ['account:read']);
    const { store } = serving.assembly.ports;
    const hash = (await store.read.accounts.password(grace.account))?.phc ?? '';
    const [handle] = await store.read.apiKeys.list(grace.account);
    const secret = [key.text, key.text.slice(20), grace.access, grace.refresh, hash, hash.slice(-30)];
    if (handle)
      secret.push(
        ...(['hex', 'base64', 'base64url'] as const).map((form) => Buffer.from(handle.digest).toString(form)),
      );
    const reading = routes.filter((route) => !changes(route) && route.path !== '/api/v1/revocations');
    for (const reader of [root, grace, visit(serving)])
      for (const route of reading) {
        const answer = await reader.ask('GET', pathOf(route, world.named, grace.account));
        for (const text of secret) expect(answer.text).not.toContain(text);
        if (!['documentation', 'accounts'].includes(route.subject))
          expect(answer.text).not.toMatch(/\$argon2|"d":|sealed|"digest"|password_hash/);
      }
    const listed = (await grace.ask('GET', '/api/v1/account/api-keys')).json['api_keys'] as {
      hint: string;
    }[];
    expect(listed[0]?.hint).toHaveLength(14);
    expect(key.text.startsWith(listed[0]?.hint ?? '-')).toBe(true);
  });

  test('the hint of a key tells nothing of its secret part', async () => {
    const made = await Promise.all([1, 2, 3].map(() => apiKey(world.owner, ['account:read'])));
    // All that is shown is the head of the public id.
    for (const { id, text } of made) {
      const shown = Buffer.from(text.slice('dw_ak_'.length, 14), 'base64url').toString('hex');
      expect(id.replaceAll('-', '').startsWith(shown.slice(0, 10))).toBe(true);
    }
  });
});
