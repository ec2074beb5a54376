/**
 * Nobody gives what they do not have, nobody governs who may more than they do, and nothing that was deactivated goes on.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  administrator,
  apiKey,
  carriers,
  cookieHeader,
  device,
  type Person,
  person,
  refreshBy,
} from '../../journeys/cast.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { goodPassword, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
let root: Person;
let clerk: Person;
let ada: Person;
let program: Visitor;

/** What the lower administrator may. */
const clerkMay = [
  'doorward:accounts:read',
  'doorward:accounts:write',
  'doorward:roles:read',
  'doorward:roles:write',
  'doorward:sessions:read',
  'doorward:sessions:write',
  'tickets:write',
];

beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
  root = await administrator(serving);
  await role('clerk', clerkMay);
  await role('tickets', ['tickets:write']);
  await role('auditor', ['doorward:events:read']);
  clerk = await person(serving, 'clerk', { roles: ['clerk'], peer: '192.0.2.2' });
  ada = await person(serving, 'ada', { peer: '192.0.2.3' });
  program = visit(serving, { program: true });
});
afterEach(() => serving.close());

const role = (name: string, permissions: readonly string[]) =>
  root.ask('PUT', `/api/v1/admin/roles/${name}`, { body: { permissions } });

const account = (of: Person): string => `/api/v1/admin/accounts/${of.account}`;
const rolesOf = async (of: Person): Promise<unknown> => (await root.ask('GET', account(of))).json['roles'];

describe('ADM-03: a lower administrator', () => {
  test('gives what they have themselves', async () => {
    expect((await clerk.ask('PATCH', account(ada), { body: { roles: ['tickets'] } })).status).toBe(200);
    expect(await rolesOf(ada)).toEqual(['tickets']);
  });

  test.each([
    ['a higher role', () => clerk.ask('PATCH', account(ada), { body: { roles: ['admin'] } })],
    [
      'a higher role among lower ones',
      () => clerk.ask('PATCH', account(ada), { body: { roles: ['tickets', 'auditor'] } }),
    ],
    [
      'a higher role to themselves',
      () => clerk.ask('PATCH', account(clerk), { body: { roles: ['clerk', 'admin'] } }),
    ],
    [
      'a higher role beside a harmless change',
      () => clerk.ask('PATCH', account(ada), { body: { name: 'X', roles: ['admin'] } }),
    ],
  ])('does not give %s', async (_what, work) => {
    const answer = await work();
    expect([answer.status, answer.json['code']]).toEqual([403, 'privilege_exceeded']);
    expect(await rolesOf(ada)).toEqual([]);
    expect(await rolesOf(clerk)).toEqual(['clerk']);
    expect((await root.ask('GET', account(ada))).json['name']).toBe('');
  });

  test.each([
    ['the name', (it: string) => clerk.ask('PATCH', it, { body: { name: 'X' } })],
    ['the address', (it: string) => clerk.ask('PATCH', it, { body: { email: 'clerk2@example.com' } })],
    ['the status', (it: string) => clerk.ask('PATCH', it, { body: { status: 'disabled' } })],
    ['the roles', (it: string) => clerk.ask('PATCH', it, { body: { roles: [] } })],
    ['nothing at all', (it: string) => clerk.ask('PATCH', it, { body: {} })],
    ['the sessions', (it: string) => clerk.ask('DELETE', `${it}/sessions`)],
    ['the existence', (it: string) => clerk.ask('DELETE', it)],
  ])('does not change %s of a higher one', async (_what, work) => {
    const before = await root.ask('GET', account(root));
    const answer = await work(account(root));
    expect([answer.status, answer.json['code']]).toEqual([403, 'privilege_exceeded']);
    const after = await root.ask('GET', account(root));
    expect([after.status, after.text]).toEqual([200, before.text]);
  });

  test.each<[string, string, string, object | undefined]>([
    ['makes no role beyond their own permissions', 'PUT', 'spy', { permissions: ['doorward:events:read'] }],
    [
      'adds nothing to a role that they hold',
      'PUT',
      'clerk',
      { permissions: [...clerkMay, 'doorward:keys:write'] },
    ],
    ['takes nothing from a higher role', 'PUT', 'admin', { permissions: [] }],
    ['deletes no higher role', 'DELETE', 'auditor', undefined],
  ])('%s', async (_what, ...[method, name, body]) => {
    const before = await root.ask('GET', '/api/v1/admin/roles');
    const answer = await clerk.ask(method, `/api/v1/admin/roles/${name}`, body ? { body } : {});
    expect([answer.status, answer.json['code']]).toEqual([403, 'privilege_exceeded']);
    expect((await root.ask('GET', '/api/v1/admin/roles')).text).toBe(before.text);
  });

  test('cannot make a role and raise it later', async () => {
    expect((await clerk.ask('PUT', '/api/v1/admin/roles/step', { body: { permissions: [] } })).status).toBe(
      200,
    );
    expect((await clerk.ask('PATCH', account(ada), { body: { roles: ['step'] } })).status).toBe(200);
    const body = { permissions: ['doorward:keys:write'] };
    expect((await clerk.ask('PUT', '/api/v1/admin/roles/step', { body })).status).toBe(403);
    // Raised by somebody who may, it puts its holders out of the lower one's reach.
    await role('step', ['doorward:events:read']);
    expect((await clerk.ask('PATCH', account(ada), { body: { name: 'X' } })).status).toBe(403);
    expect((await clerk.ask('PATCH', account(ada), { body: { roles: [] } })).status).toBe(403);
  });

  test('loses at once what is taken from them', async () => {
    expect((await clerk.ask('GET', account(ada))).status).toBe(200);
    await root.ask('PATCH', account(clerk), { body: { roles: [] } });
    expect((await clerk.ask('GET', account(ada))).status).toBe(403);
    await root.ask('PATCH', account(clerk), { body: { roles: ['clerk'] } });
    await role('clerk', ['tickets:write']);
    expect((await clerk.ask('GET', account(ada))).status).toBe(403);
  });
});

describe('ADM-03: an API key', () => {
  test('permits nothing that its account may not, whatever scopes it names', async () => {
    const { text } = await apiKey(clerk, [
      'account:read',
      'doorward:events:read',
      'doorward:accounts:read',
      'doorward:keys:write',
    ]);
    const status = async (method: string, path: string, body?: unknown) =>
      (await program.ask(method, path, { bearer: text, ...(body ? { body } : {}) })).status;
    expect(await status('GET', '/api/v1/admin/accounts')).toBe(200);
    expect(await status('GET', '/api/v1/admin/events')).toBe(403);
    expect(await status('POST', '/api/v1/admin/keys/rotation', { force: true })).toBe(403);
    // Not among its scopes, although its account may.
    expect(await status('PATCH', account(ada), { name: 'X' })).toBe(403);
    const verified = await program.ask('GET', '/verify', { bearer: text });
    expect(verified.headers.get('x-doorward-permissions')).toBe('doorward:accounts:read');
  });

  test('carries no roles to a proxy: they would say more than its scopes', async () => {
    const { text } = await apiKey(root, ['account:read']);
    const verified = await program.ask('GET', '/verify', { bearer: text });
    expect(verified.status).toBe(204);
    expect(verified.headers.get('x-doorward-permissions')).toBe('');
    expect(verified.headers.get('x-doorward-roles')).toBe('');
  });

  test('makes no other key, changes no password and ends no session', async () => {
    const { text } = await apiKey(root, ['account:read', ...clerkMay]);
    const key = { name: 'child', scopes: ['account:read'] };
    for (const [method, path, body] of [
      ['POST', '/api/v1/account/api-keys', key],
      [
        'PUT',
        '/api/v1/account/password',
        { current_password: goodPassword, new_password: 'nine loud geese argue' },
      ],
      ['DELETE', '/api/v1/account/sessions', undefined],
      ['DELETE', '/api/v1/account', { password: goodPassword }],
      ['PATCH', '/api/v1/account', { name: 'X' }],
    ] as const) {
      const answer = await program.ask(method, path, { bearer: text, ...(body ? { body } : {}) });
      expect([path, answer.status, answer.json['code']]).toEqual([path, 403, 'carrier_refused']);
    }
  });
});

describe('ADM-05: sign-up that is closed', () => {
  test('is closed at every door that strangers have', async () => {
    const closed = await serveHandler({ lightHashing: true, settings: { signUp: 'closed' } });
    const nobody = visit(closed);
    const body = { username: 'eve', password: goodPassword };
    const answer = await nobody.ask('POST', '/api/v1/accounts', { body });
    expect([answer.status, answer.json['code']]).toEqual([403, 'sign_up_closed']);
    expect((await nobody.ask('POST', '/api/v1/admin/accounts', { body })).status).toBe(401);
    const raw = new URLSearchParams({
      link: 'dw_su_none',
      email: 'eve@example.com',
      name: '',
      password: goodPassword,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await nobody.ask('POST', '/setup', { raw: raw.toString(), headers })).status).toBe(403);
    expect(await closed.assembly.ports.store.read.accounts.count()).toEqual({ active: 0, disabled: 0 });
    // A taken name reads the same as a free one.
    expect(
      (await nobody.ask('POST', '/api/v1/accounts', { body: { ...body, username: 'root' } })).json['code'],
    ).toBe('sign_up_closed');
    await closed.close();
  });
});

describe('ADM-10: a deactivated account', () => {
  test.each(['disabled', 'deleted'] as const)(
    'that is %s is refused at once by every credential that it had',
    async (how) => {
      const devices: Person[] = [];
      for (const carrier of carriers)
        devices.push(await device(serving, ada, { carrier, peer: '192.0.2.3' }));
      const key = await apiKey(ada, ['account:read']);
      const basic = `Basic ${Buffer.from(`${ada.email}:${goodPassword}`).toString('base64')}`;
      const attempts = (): Promise<number>[] => [
        ...devices.map(async (one) => (await one.ask('GET', '/api/v1/session')).status),
        ...devices
          .filter(({ refresh }) => refresh !== '')
          .map(async ({ refresh }) => (await refreshBy(serving, refresh)).status),
        program.ask('GET', '/api/v1/account', { bearer: key.text }).then(({ status }) => status),
        program
          .ask('GET', '/api/v1/account', { headers: { authorization: basic } })
          .then(({ status }) => status),
        program
          .ask('POST', '/api/v1/sessions', { body: { identifier: ada.email, password: goodPassword } })
          .then(({ status }) => status),
      ];
      for (const status of await Promise.all(attempts())) expect([200, 201]).toContain(status);
      // The refreshes above rotated; what they answered is not needed: the session is what ends.
      const cookies = devices.map((one) => cookieHeader(one)).filter((text) => text !== '');
      const ended =
        how === 'disabled'
          ? await root.ask('PATCH', account(ada), { body: { status: 'disabled' } })
          : await root.ask('DELETE', account(ada));
      expect(ended.status).toBeLessThan(300);
      for (const status of await Promise.all(attempts())) expect(status).toBe(401);
      for (const cookie of cookies)
        expect((await program.ask('GET', '/api/v1/session', { headers: { cookie } })).status).toBe(401);
      if (how === 'deleted') return;
      // Enabled again, it signs in anew; what had ended stays ended.
      await root.ask('PATCH', account(ada), { body: { status: 'active' } });
      for (const one of devices) expect((await one.ask('GET', '/api/v1/session')).status).toBe(401);
      expect((await device(serving, ada)).session).not.toBe('');
    },
  );
});
