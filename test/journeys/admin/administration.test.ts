import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, goodPassword, signIn, visit } from '../../kit/visitor.ts';
import {
  administrator,
  apiKey,
  device,
  giveRoles,
  type Person,
  person,
  refreshBy,
  statusOf,
  why,
} from '../cast.ts';

const path = '/api/v1/admin/accounts';

describe.each(servings)('administration of accounts over %s', (_way, serve) => {
  let serving: Serving;
  let root: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    root = await administrator(serving);
  });
  afterEach(() => serving.close());

  const emails = ({ json }: Answer): unknown[] =>
    (json['accounts'] as { email: string }[]).map(({ email }) => email);

  test('accounts are listed in order of birth, page by page, without repetition or loss', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) {
      serving.clock.advance(1);
      await person(serving, name);
    }
    const found: unknown[] = [];
    let next: string | null = '';
    while (next !== null) {
      const after = next === '' ? '' : `&after=${next}`;
      const page = await root.ask('GET', `${path}?limit=2${after}`);
      found.push(...emails(page));
      next = page.json['next'] as string | null;
    }
    expect(found).toEqual([root.email, ...names.map((name) => `${name}@example.com`)]);
  });

  test('they are searched by part of an identifier or start of a name, without regard to case', async () => {
    const ada = await person(serving, 'ada');
    await ada.ask('PATCH', '/api/v1/account', { body: { name: 'Countess Lovelace', username: 'al-gol' } });
    await person(serving, 'bob_100');
    for (const search of ['ADA@', 'ada@exam', 'al-g', 'COUNTESS'])
      expect(emails(await root.ask('GET', `${path}?search=${search}`))).toEqual([ada.email]);
    expect(emails(await root.ask('GET', `${path}?search=b_1`))).toEqual(['bob_100@example.com']);
    expect(emails(await root.ask('GET', `${path}?search=%25`))).toEqual([]);
    expect(emails(await root.ask('GET', `${path}?search=a_a`))).toEqual([]);
  });

  test.each(['limit=0', 'limit=201', 'limit=x', 'after=x', 'order=up', 'limit=1&limit=2'])(
    'a query that nobody understands is refused: %s',
    async (query) => {
      const answer = await root.ask('GET', `${path}?${query}`);
      expect([answer.status, answer.json['code']]).toEqual([400, 'query_invalid']);
    },
  );

  test('an account is made for somebody, who signs in with its first password', async () => {
    const body = { email: 'ada@example.com', name: 'Ada', password: goodPassword };
    const made = await root.ask('POST', path, { body });
    expect([made.status, made.json['name'], made.json['roles']]).toEqual([201, 'Ada', []]);
    expect((await root.ask('POST', path, { body })).status).toBe(409);
    expect((await root.ask('GET', `${path}/${String(made.json['id'])}`)).json).toEqual(made.json);
    await signIn(visit(serving), 'ada@example.com');
  });

  test('an account is changed, and what nobody has is not found', async () => {
    const ada = await person(serving, 'ada');
    const changed = await root.ask('PATCH', `${path}/${ada.account}`, {
      body: { name: 'Ada', email: 'a@b.example' },
    });
    expect(changed.json).toMatchObject({ name: 'Ada', email: 'a@b.example', status: 'active' });
    const nobody = '0199a945-0a00-7000-8000-000000000000';
    for (const id of [nobody, 'x', '..', `${ada.account}x`]) {
      const answer = await root.ask('PATCH', `${path}/${id}`, { body: { name: 'X' } });
      expect([400, 404, 405]).toContain(answer.status);
    }
    for (const [method, sub] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/sessions'],
      ['DELETE', '/sessions'],
    ] as const)
      expect((await root.ask(method, `${path}/${nobody}${sub}`)).status).toBe(404);
  });

  test('SES-08: a disabled account is refused at once by every credential, and comes back without its sessions', async () => {
    const ada = await person(serving, 'ada');
    const jwt = await device(serving, ada, { carrier: 'jwt' });
    const cookie = await device(serving, ada, { carrier: 'cookie' });
    const key = await apiKey(ada, ['account:read']);
    const held = cookie.cookies.get('doorward_session') ?? '';
    const disabled = await root.ask('PATCH', `${path}/${ada.account}`, { body: { status: 'disabled' } });
    expect(disabled.json['status']).toBe('disabled');
    for (const token of [ada.access, jwt.access]) expect(await statusOf(serving, token)).toBe(401);
    const account = '/api/v1/account';
    const headers = { cookie: `doorward_session=${held}` };
    expect((await visit(serving).ask('GET', account, { headers })).status).toBe(401);
    const byKey = await visit(serving).ask('GET', account, { bearer: key.text });
    expect(byKey.status).toBe(401);
    expect(why(serving, byKey).detail).toMatchObject({ check: 'account-disabled', account: ada.account });
    expect((await refreshBy(serving, ada.refresh)).status).toBe(401);
    await expect(signIn(visit(serving), ada.email)).rejects.toThrow('401');

    await root.ask('PATCH', `${path}/${ada.account}`, { body: { status: 'active' } });
    await signIn(visit(serving), ada.email);
    expect((await visit(serving).ask('GET', account, { bearer: key.text })).status).toBe(200);
    for (const token of [ada.access, jwt.access]) expect(await statusOf(serving, token)).toBe(401);
  });

  test('an account is deleted with everything', async () => {
    const ada = await person(serving, 'ada');
    expect((await root.ask('DELETE', `${path}/${ada.account}`)).status).toBe(204);
    expect((await root.ask('GET', `${path}/${ada.account}`)).status).toBe(404);
    expect(await statusOf(serving, ada.access)).toBe(401);
    expect((await root.ask('DELETE', `${path}/${ada.account}`)).status).toBe(404);
  });

  test("somebody's sessions are listed and ended, and they learn nothing but that they must sign in", async () => {
    const ada = await person(serving, 'ada');
    const phone = await device(serving, ada);
    const where = `${path}/${ada.account}/sessions`;
    const listed = (await root.ask('GET', where)).json['sessions'] as { id: string }[];
    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set([ada.session, phone.session]));
    expect((await root.ask('DELETE', where)).json).toEqual({ ended: 2 });
    const refused = await phone.ask('GET', '/api/v1/session');
    expect([refused.status, refused.json['code']]).toEqual([401, 'credentials_invalid']);
    expect(refused.text).not.toContain('administrator');
    expect(why(serving, refused).detail).toMatchObject({
      reason: 'ended-by-administrator',
      ended_by: root.account,
    });
    expect((await root.ask('GET', where)).json).toEqual({ sessions: [] });
  });

  describe('roles', () => {
    const roles = '/api/v1/admin/roles';

    test('a role is made, given, carried by the principal and the JWT, changed and taken', async () => {
      const body = { permissions: ['reports:write', 'reports:read', 'reports:read'] };
      const made = await root.ask('PUT', `${roles}/reporter`, { body });
      expect([made.status, made.json['permissions']]).toEqual([200, ['reports:read', 'reports:write']]);
      const ada = await person(serving, 'ada');
      await root.ask('PATCH', `${path}/${ada.account}`, { body: { roles: ['reporter'] } });
      const permissions = ['reports:read', 'reports:write'];
      const known = await ada.ask('GET', '/api/v1/session');
      expect(known.json['account']).toMatchObject({ roles: ['reporter'], permissions });
      const { access } = await device(serving, ada, { carrier: 'jwt' });
      const claims = JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString()) as object;
      expect(claims).toMatchObject({ roles: ['reporter'] });
      await root.ask('PUT', `${roles}/reporter`, { body: { permissions: ['reports:read'] } });
      expect((await ada.ask('GET', '/api/v1/session')).json['account']).toMatchObject({
        permissions: ['reports:read'],
      });
      expect((await root.ask('DELETE', `${roles}/reporter`)).json['code']).toBe('role_held');
      await root.ask('PATCH', `${path}/${ada.account}`, { body: { roles: [] } });
      expect((await root.ask('DELETE', `${roles}/reporter`)).status).toBe(204);
      expect((await root.ask('DELETE', `${roles}/reporter`)).status).toBe(404);
    });

    test('ADM-03: nobody gives, makes or governs what they do not have themselves', async () => {
      const store = serving.assembly.ports.store;
      const clerk = ['doorward:accounts:read', 'doorward:accounts:write', 'doorward:roles:write'];
      await store.transact((tx) => tx.roles.put({ name: 'clerk', permissions: clerk, requires: 'nothing' }));
      const ada = await person(serving, 'ada', { roles: ['clerk'] });
      const ownRole = await ada.ask('PATCH', `${path}/${ada.account}`, {
        body: { roles: ['admin', 'clerk'] },
      });
      expect([ownRole.status, ownRole.json['code']]).toEqual([403, 'privilege_exceeded']);
      expect(why(serving, ownRole).detail).toMatchObject({ check: 'privilege', actor: ada.account });
      const wider = { permissions: [...clerk, 'doorward:keys:write'] };
      expect((await ada.ask('PUT', `${roles}/clerk`, { body: wider })).status).toBe(403);
      expect((await ada.ask('PUT', `${roles}/admin`, { body: { permissions: [] } })).status).toBe(403);
      for (const [method, body] of [
        ['PATCH', { status: 'disabled' }],
        ['DELETE', undefined],
      ] as const)
        expect((await ada.ask(method, `${path}/${root.account}`, { body })).status).toBe(403);
      const unknown = await root.ask('PATCH', `${path}/${ada.account}`, { body: { roles: ['nobody'] } });
      expect([unknown.status, unknown.json['code']]).toEqual([400, 'input_invalid']);
      expect(await statusOf(serving, root.access)).toBe(200);
    });

    test('whoever may write roles governs the permissions of applications without holding them', async () => {
      const store = serving.assembly.ports.store;
      await store.transact((tx) =>
        tx.roles.put({ name: 'clerk', permissions: ['doorward:accounts:write'], requires: 'nothing' }),
      );
      await root.ask('PUT', `${roles}/payer`, { body: { permissions: ['payments:approve'] } });
      const ada = await person(serving, 'ada');
      const clerk = await person(serving, 'clerk', { roles: ['clerk'] });
      const give = { body: { roles: ['payer'] } };
      expect((await clerk.ask('PATCH', `${path}/${clerk.account}`, give)).status).toBe(403);
      expect((await root.ask('PATCH', `${path}/${ada.account}`, give)).status).toBe(200);
      const off = { body: { status: 'disabled' } };
      expect((await clerk.ask('PATCH', `${path}/${ada.account}`, off)).status).toBe(403);
      expect((await root.ask('PATCH', `${path}/${ada.account}`, off)).status).toBe(200);
    });

    test('JWT-22: what is taken from a role or an account counts at once, whatever a token says', async () => {
      const second = await administrator(serving, 'second');
      const jwt = await device(serving, second, { carrier: 'jwt' });
      expect((await jwt.ask('GET', '/api/v1/admin/stats')).status).toBe(200);
      await giveRoles(serving, second.account, []);
      const refused = await jwt.ask('GET', '/api/v1/admin/stats');
      expect([refused.status, refused.json['code']]).toEqual([403, 'permission_missing']);
    });
  });
});
