import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, visit } from '../../kit/visitor.ts';
import { administrator, apiKey, cookieHeader, device, type Person, person, refreshBy, why } from '../cast.ts';

const session = '/api/v1/session';

describe.each(servings)('"why was I denied?" over %s', (way, serve) => {
  let serving: Serving;
  let root: Person;
  let ada: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    root = await administrator(serving);
    ada = await person(serving, 'ada');
  });
  afterEach(() => serving.close());

  /** What an administrator is told of a refusal. */
  const opened = async (refused: Answer): Promise<Answer> =>
    root.ask('GET', `/api/v1/admin/decisions/${String(refused.json['decision'])}`);
  const detail = async (refused: Answer): Promise<unknown> => (await opened(refused)).json['detail'];
  const ask = (method: string, path: string, said = {}): Promise<Answer> =>
    visit(serving, { program: true }).ask(method, path, said);

  test('the decision names the request, the check, and links to account, sessions and events', async () => {
    await ada.ask('DELETE', session);
    serving.clock.advance(5000);
    const refused = await ada.ask('GET', session);
    const { status, json } = await opened(refused);
    expect(status).toBe(200);
    expect(json).toEqual({
      at: '2026-03-01T12:00:05.000Z',
      code: 'credentials_invalid',
      method: 'GET',
      path: session,
      network: way === 'a real socket' ? '127.0.0.1' : '203.0.113.7',
      request_id: refused.headers.get('x-request-id'),
      detail: {
        carrier: 'opaque',
        check: 'session-ended',
        ended_at: '2026-03-01T12:00:00.000Z',
        ended_by: ada.account,
        reason: 'sign-out',
        session: ada.session,
        account: ada.account,
      },
      links: {
        account: `/api/v1/admin/accounts/${ada.account}`,
        sessions: `/api/v1/admin/accounts/${ada.account}/sessions`,
        events: `/api/v1/admin/events?account=${ada.account}`,
      },
    });
    for (const link of Object.values(json['links'] as Record<string, string>))
      expect((await root.ask('GET', link)).status).toBe(200);
  });

  test('an expired token: by how many seconds', async () => {
    const jwt = await device(serving, ada, { carrier: 'jwt' });
    serving.clock.advance(317_000);
    root = await device(serving, root);
    for (const token of [ada.access, jwt.access]) {
      const refused = await ask('GET', session, { bearer: token });
      expect(await detail(refused)).toMatchObject({ check: 'expired', late_by_seconds: 17 });
    }
  });

  test('an idle session and one past its end: since when', async () => {
    const cookie = await device(serving, ada, { carrier: 'cookie' });
    const day = 86_400_000;
    serving.clock.advance(14 * day + 3000);
    const idle = await cookie.ask('GET', session, { headers: { cookie: cookieHeader(cookie) } });
    root = await device(serving, root);
    expect(await detail(idle)).toMatchObject({
      check: 'session-idle',
      idle_since: '2026-03-01T12:00:00.000Z',
      late_by_seconds: 3,
    });
  });

  test('a forged JWT, no JWT at all, a forged handle, a header that nobody can read, nothing', async () => {
    const { access } = await device(serving, ada, { carrier: 'jwt' });
    const forged = `${access.slice(0, -8)}AAAAAAAA`;
    for (const [bearer, found] of [
      [forged, { carrier: 'jwt', check: 'signature' }],
      ['x.y.z', { carrier: 'jwt', check: 'token-malformed' }],
      [`dw_at_${'A'.repeat(72)}`, { carrier: 'opaque', check: 'handle-forged' }],
      [`dw_ak_${'A'.repeat(72)}`, { carrier: 'api-key', check: 'handle-forged' }],
    ] as const)
      expect(await detail(await ask('GET', '/api/v1/account', { bearer }))).toMatchObject(found);
    const strange = await ask('GET', session, { headers: { authorization: 'Digest username="x"' } });
    expect(await detail(strange)).toEqual({ check: 'authorization-header', scheme: 'other' });
    expect(await detail(await ask('GET', session))).toEqual({ check: 'no-credential' });
  });

  test('a refused sign-in: identifier, password or account, which the caller never learns', async () => {
    const refused = async (identifier: string): Promise<Answer> =>
      ask('POST', '/api/v1/sessions', { body: { identifier, password: 'not my password' } });
    const [unknown, wrong] = [await refused('nobody@example.com'), await refused(ada.email)];
    expect(await detail(unknown)).toEqual({ check: 'identifier' });
    expect(await detail(wrong)).toEqual({ check: 'password', account: ada.account });
    await root.ask('PATCH', `/api/v1/admin/accounts/${ada.account}`, { body: { status: 'disabled' } });
    const disabled = await refused(ada.email);
    expect(await detail(disabled)).toEqual({ check: 'account-disabled', account: ada.account });
    const told = [unknown, wrong, disabled].map(({ json }) => JSON.stringify({ ...json, decision: '' }));
    expect(new Set(told).size).toBe(1);
  });

  test('a spent budget: which, and until when', async () => {
    const wrong = { body: { identifier: ada.email, password: 'not my password' } };
    let refused = await ask('POST', '/api/v1/sessions', wrong);
    for (let i = 0; i < 25 && refused.status !== 429; i++)
      refused = await ask('POST', '/api/v1/sessions', wrong);
    expect([refused.status, refused.json['code']]).toEqual([429, 'attempts_exhausted']);
    expect(refused.headers.get('retry-after')).toBe('900');
    expect(await detail(refused)).toMatchObject({
      check: 'budget',
      budget: expect.stringContaining(ada.account),
      until: '2026-03-01T12:15:00.000Z',
    });
  });

  test('a missing permission, scope, carrier, origin or privilege: which', async () => {
    const stats = await ada.ask('GET', '/api/v1/admin/stats');
    expect(await detail(stats)).toEqual({
      check: 'permission',
      permission: 'doorward:stats:read',
      account: ada.account,
    });
    const key = await apiKey(ada, ['a:b']);
    const scope = await ask('GET', '/api/v1/account', { bearer: key.text });
    expect(await detail(scope)).toEqual({ check: 'scope', scope: 'account:read', account: ada.account });
    const carrier = await ask('GET', session, { bearer: key.text });
    expect(await detail(carrier)).toEqual({ check: 'carrier', carrier: 'api-key' });
    const tab = await device(serving, ada, { carrier: 'cookie' });
    const headers = { origin: 'https://evil.example' };
    const origin = await tab.ask('DELETE', session, { headers });
    expect(await detail(origin)).toEqual({ check: 'origin', origin: 'https://evil.example' });
    const wrong = await ada.ask('DELETE', '/api/v1/account', { body: { password: 'not my password' } });
    expect(await detail(wrong)).toEqual({ check: 'password', account: ada.account });
  });

  test('a refused refresh: forged, unknown or reused', async () => {
    expect(await detail(await refreshBy(serving, 'x'))).toMatchObject({ check: 'handle-forged' });
    await refreshBy(serving, ada.refresh);
    serving.clock.advance(31_000);
    expect(await detail(await refreshBy(serving, ada.refresh))).toMatchObject({
      check: 'refresh-reused',
      seconds_since_rotation: 31,
      session: ada.session,
    });
  });

  test('the id is opaque, differs each time, costs no write and cannot be forged', async () => {
    const before = await serving.assembly.ports.store.rowCounts();
    const ids = new Set<string>();
    for (let i = 0; i < 20; i++)
      ids.add(String((await ask('GET', session, { bearer: ada.refresh })).json['decision']));
    expect(ids.size).toBe(20);
    expect(await serving.assembly.ports.store.rowCounts()).toEqual(before);
    const [id = ''] = ids;
    expect(id).toMatch(/^dw_why_[A-Za-z0-9_-]{100,1500}$/);
    const bytes = Buffer.from(id.slice(7), 'base64url').toString('latin1');
    for (const word of ['check', 'handle', 'session', ada.account]) expect(bytes).not.toContain(word);
    for (const at of [7, 30, 60, id.length - 1]) {
      const changed = id.slice(0, at) + (id[at] === 'A' ? 'B' : 'A') + id.slice(at + 1);
      expect((await root.ask('GET', `/api/v1/admin/decisions/${changed}`)).status).toBe(404);
    }
    for (const other of ['x', 'dw_why_', id.slice(0, -1), `${id}A`, id.toUpperCase(), id.slice(7)])
      expect((await root.ask('GET', `/api/v1/admin/decisions/${other}`)).status).toBe(404);
  });

  test('only whoever is permitted opens it, and not on another server', async () => {
    const refused = await ask('GET', session);
    const where = `/api/v1/admin/decisions/${String(refused.json['decision'])}`;
    expect((await ada.ask('GET', where)).status).toBe(403);
    expect((await ask('GET', where)).status).toBe(401);
    const other = await serve({ lightHashing: true });
    const otherRoot = await administrator(other);
    expect((await otherRoot.ask('GET', where)).status).toBe(404);
    await other.close();
  });

  test('every refusal of every row names the check that failed', async () => {
    const key = await apiKey(ada, ['a:b']);
    const kinds: Record<string, object> = {
      nobody: {},
      forged: { bearer: 'x.y.z' },
      key: { bearer: key.text },
      somebody: { bearer: ada.access },
      elsewhere: { headers: { origin: 'https://evil.example', cookie: 'doorward_session=x' } },
    };
    let refusals = 0;
    for (const { method, path } of routes.filter((route) => !route.path.includes('sessions/:id')))
      for (const said of Object.values(kinds)) {
        if (method !== 'GET' && said === kinds['somebody']) continue;
        const answer = await ask(method, path.replaceAll(/:\w+/g, 'x'), said);
        if (![401, 403, 429].includes(answer.status)) continue;
        refusals += 1;
        expect([method, path, why(serving, answer).detail['check']]).toEqual([
          method,
          path,
          expect.any(String),
        ]);
      }
    expect(refusals).toBeGreaterThan(80);
  });

  test('no answer but 401, 403 and 429 has one', async () => {
    for (const answer of [
      await ask('GET', '/nowhere'),
      await ask('PUT', session),
      await ask('POST', '/api/v1/sessions', { body: { x: 1 } }),
      await ask('GET', '/health/live'),
    ])
      expect(answer.json).not.toHaveProperty('decision');
  });
});
