/**
 * LOG-03: what is acknowledged has exactly one event, and what is refused or changes nothing has none but that of the
 * refusal itself.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyEvents } from '../../../packages/server/src/domain/admin/verify-events.ts';
import {
  administrator,
  apiKey,
  device,
  otherPassword,
  type Person,
  person,
  refreshBy,
} from '../../journeys/cast.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { goodPassword, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
let root: Person;
let ada: Person;
let nobody: Visitor;
beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true });
  root = await administrator(serving);
  ada = await person(serving, 'ada');
  nobody = visit(serving, { program: true });
});
afterAll(() => serving.close());

/** The types of the events that a piece of work brings, in order. */
async function eventsOf(work: () => Promise<unknown>): Promise<string[]> {
  const { read } = serving.assembly.ports.store;
  const { seq } = await read.events.head();
  await work();
  return (await read.events.list({ after: seq, limit: 100 })).map(({ type }) => type);
}

const path = (): string => `/api/v1/admin/accounts/${ada.account}`;
const username = (name: string) => ({ username: name, password: goodPassword });
const change = (current_password: string, new_password: string) => ({
  body: { current_password, new_password },
});

/** What is done, and what is told of it. Later rows build on earlier ones. */
const acknowledged: readonly (readonly [string, () => Promise<unknown>, readonly string[]])[] = [
  [
    'a sign-up',
    () => nobody.ask('POST', '/api/v1/accounts', { body: username('alan') }),
    ['account.created'],
  ],
  [
    'an account made by an administrator',
    () => root.ask('POST', '/api/v1/admin/accounts', { body: username('mary') }),
    ['account.created'],
  ],
  ['a sign-in', () => device(serving, ada), ['session.started']],
  ['a refresh', () => refreshBy(serving, ada.refresh), []],
  [
    'a change of name',
    () => ada.ask('PATCH', '/api/v1/account', { body: { name: 'Ada' } }),
    ['account.changed'],
  ],
  ['the same name again', () => ada.ask('PATCH', '/api/v1/account', { body: { name: 'Ada' } }), []],
  [
    'three changes in one',
    () => root.ask('PATCH', path(), { body: { name: 'A', username: 'ada', email: 'a@example.com' } }),
    ['account.changed'],
  ],
  [
    'a new role',
    () => root.ask('PUT', '/api/v1/admin/roles/reader', { body: { permissions: ['a:read'] } }),
    ['role.changed'],
  ],
  [
    'the same role again',
    () => root.ask('PUT', '/api/v1/admin/roles/reader', { body: { permissions: ['a:read'] } }),
    [],
  ],
  [
    'a role given',
    () => root.ask('PATCH', path(), { body: { roles: ['reader'] } }),
    ['account.roles-changed'],
  ],
  [
    'the same role given again',
    () => root.ask('PATCH', path(), { body: { roles: ['reader', 'reader'] } }),
    [],
  ],
  [
    'a role taken and a name changed',
    () => root.ask('PATCH', path(), { body: { roles: [], name: 'B' } }),
    ['account.roles-changed', 'account.changed'],
  ],
  ['a role deleted', () => root.ask('DELETE', '/api/v1/admin/roles/reader'), ['role.deleted']],
  ['an API key', () => apiKey(ada, ['account:read']), ['api-key.created']],
  [
    'a sign-out',
    async () => (await device(serving, { ...ada, email: 'ada' })).ask('DELETE', '/api/v1/session'),
    ['session.started', 'session.ended'],
  ],
  ['the end of all others', () => ada.ask('DELETE', '/api/v1/account/sessions'), ['session.ended']],
  [
    'a revoked token',
    async () =>
      nobody.ask('POST', '/api/v1/tokens/revoke', {
        body: { token: (await device(serving, { ...ada, email: 'ada' })).refresh },
      }),
    ['session.started', 'session.ended'],
  ],
  [
    'keys that are rotated',
    () => root.ask('POST', '/api/v1/admin/keys/rotation', { body: { force: true } }),
    ['key.retired', 'key.activated', 'key.created'],
  ],
  [
    'a disabled account',
    () => root.ask('PATCH', path(), { body: { status: 'disabled' } }),
    ['session.ended', 'account.disabled'],
  ],
  ['the same status again', () => root.ask('PATCH', path(), { body: { status: 'disabled' } }), []],
  [
    'an enabled account',
    () => root.ask('PATCH', path(), { body: { status: 'active' } }),
    ['account.enabled'],
  ],
  [
    'a changed password',
    async () => {
      ada = await device(serving, { ...ada, email: 'ada' });
      await ada.ask('PUT', '/api/v1/account/password', change(goodPassword, otherPassword));
    },
    ['session.started', 'session.ended', 'password.changed', 'session.started'],
  ],
  ['an ended account', () => root.ask('DELETE', path()), ['session.ended', 'account.deleted']],
];

test.each(acknowledged)('%s', async (_what, work, expected) => {
  const told = await eventsOf(work);
  expect([...told].sort()).toEqual([...expected].sort());
});

const refused: readonly (readonly [string, () => Promise<unknown>, readonly string[]])[] = [
  [
    'a sign-up for a name that is taken',
    () => nobody.ask('POST', '/api/v1/accounts', { body: username('alan') }),
    [],
  ],
  [
    'a sign-in with a wrong password',
    () => nobody.ask('POST', '/api/v1/sessions', { body: { identifier: 'alan', password: 'wrong' } }),
    ['sign-in.refused'],
  ],
  [
    'a sign-in of nobody',
    () => nobody.ask('POST', '/api/v1/sessions', { body: { identifier: 'x', password: 'wrong' } }),
    ['sign-in.refused'],
  ],
  [
    'a token of nobody',
    () => nobody.ask('POST', '/api/v1/tokens/revoke', { body: { token: 'dw_rt_x' } }),
    [],
  ],
  ['a role that somebody holds', () => root.ask('DELETE', '/api/v1/admin/roles/admin'), []],
  [
    'a change with a fault in it',
    () =>
      root.ask('PATCH', `/api/v1/admin/accounts/${root.account}`, { body: { name: 'X', roles: ['none'] } }),
    [],
  ],
  [
    'a change to a name that is taken',
    () =>
      root.ask('PATCH', `/api/v1/admin/accounts/${root.account}`, { body: { name: 'X', username: 'alan' } }),
    [],
  ],
  [
    'a session of somebody else',
    () => root.ask('DELETE', '/api/v1/account/sessions/00000000-0000-7000-8000-000000000000'),
    [],
  ],
];

test.each(refused)('refused: %s', async (_what, work, expected) => {
  expect(await eventsOf(work)).toEqual(expected);
});

test('refused: a stolen refresh token tells of the theft and of the end, once', async () => {
  const grace = await person(serving, 'grace');
  const told = await eventsOf(async () => {
    await refreshBy(serving, grace.refresh);
    serving.clock.advance(60_000);
    await refreshBy(serving, grace.refresh);
    await refreshBy(serving, grace.refresh);
  });
  expect(told).toEqual(['refresh.reused', 'session.ended']);
});

test('the chain of all of it is whole, and every event tells who and from where', async () => {
  const { read } = serving.assembly.ports.store;
  expect((await verifyEvents(read)).intact).toBe(true);
  for (const event of await read.events.list({ after: 0, limit: 1000 })) {
    expect(event.actor).toMatch(/^(?:system|operator|stranger|[0-9a-f-]{36})$/);
    if (event.actor.length === 36) expect(event.network).toBe('203.0.113.7');
  }
});
