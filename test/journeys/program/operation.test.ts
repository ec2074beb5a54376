import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyEvents } from '../../../packages/server/src/domain/admin/verify-events.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { goodPassword, visit } from '../../kit/visitor.ts';
import {
  administrator,
  apiKey,
  carriers,
  device,
  otherPassword,
  type Person,
  person,
  refreshBy,
} from '../cast.ts';

describe.each(servings)('operating the server over %s', (way, serve) => {
  let serving: Serving;
  let root: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    root = await administrator(serving);
  });
  afterEach(() => serving.close());

  interface Told {
    readonly seq: number;
    readonly type: string;
    readonly actor: string;
    readonly session_id: string | null;
    readonly network: string | null;
    readonly data: Record<string, unknown>;
  }
  const events = async (query: string): Promise<Told[]> =>
    (await root.ask('GET', `/api/v1/admin/events?${query}`)).json['events'] as Told[];

  test('every change that matters to security has its event, youngest first, in a chain that holds', async () => {
    const ada = await person(serving, 'ada');
    const key = await apiKey(ada, ['account:read']);
    await ada.ask('DELETE', `/api/v1/account/api-keys/${key.id}`);
    await ada.ask('PATCH', '/api/v1/account', { body: { name: 'Ada' } });
    const body = { current_password: goodPassword, new_password: otherPassword };
    await ada.ask('PUT', '/api/v1/account/password', { body });
    await root.ask('PATCH', `/api/v1/admin/accounts/${ada.account}`, { body: { status: 'disabled' } });
    const told = (await events(`account=${ada.account}`)).toReversed();
    expect(told.map(({ type }) => type)).toEqual([
      'account.created',
      'session.started',
      'api-key.created',
      'api-key.ended',
      'account.changed',
      'session.ended',
      'password.changed',
      'session.started',
      'session.ended',
      'account.disabled',
    ]);
    expect(told.at(-1)).toMatchObject({ actor: root.account });
    expect(told[1]).toMatchObject({ session_id: ada.session, actor: ada.account });
    expect(told[0]?.network).toBe(way === 'a real socket' ? '127.0.0.1' : '203.0.113.7');
    expect(await verifyEvents(serving.assembly.ports.store.read)).toMatchObject({ intact: true });
  });

  test('events are read page by page and by type', async () => {
    await person(serving, 'ada');
    const all = await events('limit=200');
    const found: number[] = [];
    let before = '';
    for (;;) {
      const page = await root.ask('GET', `/api/v1/admin/events?limit=3${before}`);
      found.push(...(page.json['events'] as Told[]).map(({ seq }) => seq));
      if (page.json['next'] === null) break;
      before = `&before=${page.json['next'] as number}`;
    }
    expect(found).toEqual(all.map(({ seq }) => seq));
    const started = await events('type=session.started');
    expect(started.map(({ type }) => type)).toEqual(['session.started', 'session.started']);
  });

  test('a refused sign-in is told without what was typed', async () => {
    const body = { identifier: 'hunter2-typed-in-the-wrong-field', password: 'x' };
    await visit(serving).ask('POST', '/api/v1/sessions', { body });
    const [refused] = await events('type=sign-in.refused');
    expect(refused).toMatchObject({ actor: 'stranger', data: { check: 'identifier' } });
    expect(JSON.stringify(await events('limit=200'))).not.toContain('hunter2');
  });

  test('the figures count accounts, sessions and rows', async () => {
    const ada = await person(serving, 'ada');
    await device(serving, ada, { carrier: 'cookie' });
    const before = (await root.ask('GET', '/api/v1/admin/stats')).json;
    expect(before).toMatchObject({ accounts: { active: 2, disabled: 0 }, sessions: 3 });
    expect(before['rows']).toMatchObject({ accounts: 2, sessions: 3, families: 2 });
    await root.ask('PATCH', `/api/v1/admin/accounts/${ada.account}`, { body: { status: 'disabled' } });
    const after = (await root.ask('GET', '/api/v1/admin/stats')).json;
    expect(after).toMatchObject({ accounts: { active: 1, disabled: 1 }, sessions: 1 });
    expect(Number(after['events'])).toBeGreaterThan(Number(before['events']));
  });

  test.each(carriers)('a proxy is told who calls by %s, and nothing for nobody', async (carrier) => {
    const ada = await person(serving, 'ada', { carrier, roles: ['admin'] });
    const known = await ada.ask('GET', '/verify');
    expect([known.status, known.text]).toEqual([204, '']);
    expect(known.headers.get('x-doorward-account')).toBe(ada.account);
    expect(known.headers.get('x-doorward-session')).toBe(ada.session);
    expect(known.headers.get('x-doorward-roles')).toBe('admin');
    expect(known.headers.get('x-doorward-permissions')?.split(' ')).toContain('doorward:stats:read');
    expect(known.headers.get('x-doorward-carrier')).toBe(carrier);
    expect(known.headers.get('cache-control')).toBe('no-store');
    const unknown = await visit(serving).ask('GET', '/verify', { headers: { 'x-doorward-account': 'me' } });
    expect(unknown.status).toBe(401);
    expect([...unknown.headers.keys()].filter((name) => name.startsWith('x-doorward'))).toEqual([]);
    expect(unknown.headers.get('www-authenticate')).toContain('Bearer');
  });

  test('a proxy is told of the key that calls: its account, no session, its permissions within the scopes', async () => {
    const key = await apiKey(root, ['account:read', 'doorward:stats:read']);
    const { headers } = await visit(serving).ask('GET', '/verify', { bearer: key.text });
    expect(headers.get('x-doorward-account')).toBe(root.account);
    expect(headers.get('x-doorward-session')).toBe('');
    expect(headers.get('x-doorward-permissions')).toBe('doorward:stats:read');
    expect(headers.get('x-doorward-carrier')).toBe('api-key');
  });

  test('it says whether it lives and whether it can work, to anyone', async () => {
    const visitor = visit(serving);
    expect((await visitor.ask('GET', '/health/live')).json).toEqual({ status: 'live' });
    expect((await visitor.ask('GET', '/health/ready')).json).toEqual({ status: 'ready' });
    expect((await visitor.ask('HEAD', '/health/ready')).status).toBe(200);
    expect((await visitor.ask('POST', '/health/ready')).headers.get('allow')).toBe('GET, HEAD');
  });

  test('metrics are for whoever is permitted, and name outcomes but nobody', async () => {
    const ada = await person(serving, 'ada');
    await refreshBy(serving, ada.refresh);
    expect((await visit(serving).ask('GET', '/metrics')).status).toBe(401);
    expect((await ada.ask('GET', '/metrics')).status).toBe(403);
    const { status, text } = await root.ask('GET', '/metrics');
    expect(status).toBe(200);
    expect(text).toMatch(/refreshes[^\n]*rotated[^\n]* 1\n/);
    for (const secret of [ada.account, ada.email, ada.session, ada.access])
      expect(text).not.toContain(secret);
  });
});
