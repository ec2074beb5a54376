import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, visit } from '../../kit/visitor.ts';
import { apiKey, giveRoles, type Person, person, why } from '../cast.ts';

const path = '/api/v1/account/api-keys';
const day = 86_400_000;

describe.each(servings)('API keys over %s', (_way, serve) => {
  let serving: Serving;
  let ada: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    ada = await person(serving, 'ada', { carrier: 'cookie' });
  });
  afterEach(() => serving.close());

  const by = (
    key: { text: string },
    [method, where]: readonly [string, string],
    body?: unknown,
  ): Promise<Answer> => visit(serving, { program: true }).ask(method, where, { bearer: key.text, body });
  const lastUsed = async (): Promise<unknown> => {
    const [key] = (await ada.ask('GET', path)).json['api_keys'] as Record<string, unknown>[];
    return key?.['last_used_at'];
  };

  test('a key is shown once; its owner recognises it afterwards by name and hint', async () => {
    const body = { name: 'nightly report', scopes: ['reports:read', 'account:read', 'reports:read'] };
    const made = await ada.ask('POST', path, { body });
    expect(made.status).toBe(201);
    expect(made.json).toEqual({
      id: expect.any(String),
      name: 'nightly report',
      hint: expect.stringMatching(/^dw_ak_.{8}$/),
      scopes: ['account:read', 'reports:read'],
      created_at: '2026-03-01T12:00:00.000Z',
      expires_at: '2026-05-30T12:00:00.000Z',
      last_used_at: null,
      api_key: expect.stringMatching(/^dw_ak_[A-Za-z0-9_-]{72}$/),
    });
    const { api_key: text, ...shown } = made.json;
    expect(String(text).startsWith(String(shown['hint']))).toBe(true);
    const listed = await ada.ask('GET', path);
    expect(listed.json).toEqual({ api_keys: [shown] });
    expect(listed.text).not.toContain(text);
  });

  test('the scopes of a key are enforced', async () => {
    const reader = await apiKey(ada, ['account:read']);
    const other = await apiKey(ada, ['reports:read']);
    expect((await by(reader, ['GET', '/api/v1/account'])).json).toMatchObject({ id: ada.account });
    expect((await by(reader, ['GET', '/verify'])).status).toBe(204);
    const refused = await by(other, ['GET', '/api/v1/account']);
    expect([refused.status, refused.json['code']]).toEqual([403, 'scope_missing']);
    expect(why(serving, refused).detail).toEqual({
      check: 'scope',
      scope: 'account:read',
      account: ada.account,
    });
  });

  test.each([
    ['GET', '/api/v1/session', undefined],
    ['DELETE', '/api/v1/session', undefined],
    ['GET', '/api/v1/account/sessions', undefined],
    ['DELETE', '/api/v1/account/sessions', undefined],
    ['PATCH', '/api/v1/account', { name: 'X' }],
    ['DELETE', '/api/v1/account', { password: 'seven quiet herons wade' }],
    ['PUT', '/api/v1/account/password', { current_password: 'a', new_password: 'b' }],
    ['GET', path, undefined],
    ['POST', path, { name: 'more', scopes: ['account:read'] }],
    ['DELETE', `${path}/0199a945-0a00-7000-8000-000000000000`, undefined],
  ])('a key, whatever its scopes, is not accepted where a session is asked for: %s %s', async (...row) => {
    const [method, where, body] = row;
    const key = await apiKey(ada, ['account:read', 'account:write', 'session']);
    const refused = await by(key, [method, where], body);
    expect([refused.status, refused.json['code']]).toEqual([403, 'carrier_refused']);
    expect(why(serving, refused).detail).toEqual({ check: 'carrier', carrier: 'api-key' });
  });

  test('administration by key needs the permission of the account and the scope of the key', async () => {
    const permission = 'doorward:stats:read';
    const scoped = await apiKey(ada, [permission]);
    const narrow = await apiKey(ada, ['account:read']);
    const where = '/api/v1/admin/stats';
    const without = await by(scoped, ['GET', where]);
    expect([without.status, without.json['code']]).toEqual([403, 'permission_missing']);
    await giveRoles(serving, ada.account, ['admin']);
    expect((await by(scoped, ['GET', where])).status).toBe(200);
    const unscoped = await by(narrow, ['GET', where]);
    expect([unscoped.status, unscoped.json['code']]).toEqual([403, 'permission_missing']);
    expect(why(serving, unscoped).detail).toMatchObject({ check: 'permission', permission });
    expect((await by(scoped, ['GET', '/api/v1/admin/accounts'])).status).toBe(403);
    await giveRoles(serving, ada.account, []);
    expect((await by(scoped, ['GET', where])).status).toBe(403);
  });

  test('it ends at its expiry to the second, and says in private by how much it is late', async () => {
    const key = await apiKey(ada, ['account:read'], { expires_in: 60 });
    serving.clock.advance(59_999);
    expect((await by(key, ['GET', '/api/v1/account'])).status).toBe(200);
    serving.clock.advance(1);
    const late = await by(key, ['GET', '/api/v1/account']);
    expect([late.status, late.json['code']]).toEqual([401, 'credentials_invalid']);
    expect(why(serving, late).detail).toMatchObject({
      check: 'expired',
      late_by_seconds: 0,
      api_key: key.id,
    });
    expect(late.text).not.toContain('expired');
  });

  test('when it was last used is written at most once a minute', async () => {
    const key = await apiKey(ada, ['account:read']);
    await by(key, ['GET', '/api/v1/account']);
    await vi.waitFor(async () => expect(await lastUsed()).toBe('2026-03-01T12:00:00.000Z'), {
      timeout: 10_000,
      interval: 5,
    });
    serving.clock.advance(59_999);
    await by(key, ['GET', '/api/v1/account']);
    expect(await lastUsed()).toBe('2026-03-01T12:00:00.000Z');
    serving.clock.advance(1);
    await by(key, ['GET', '/api/v1/account']);
    await vi.waitFor(async () => expect(await lastUsed()).toBe('2026-03-01T12:01:00.000Z'), {
      timeout: 10_000,
      interval: 5,
    });
  });

  test('it is ended by its owner and refused at once; nobody else can end it', async () => {
    const key = await apiKey(ada, ['account:read']);
    const eve = await person(serving, 'eve');
    expect((await eve.ask('DELETE', `${path}/${key.id}`)).status).toBe(404);
    expect((await by(key, ['GET', '/api/v1/account'])).status).toBe(200);
    expect((await ada.ask('DELETE', `${path}/${key.id}`)).status).toBe(204);
    const refused = await by(key, ['GET', '/api/v1/account']);
    expect(refused.status).toBe(401);
    expect(why(serving, refused).detail).toMatchObject({ check: 'api-key-unknown', api_key: key.id });
    expect((await ada.ask('DELETE', `${path}/${key.id}`)).status).toBe(404);
  });

  test('what cannot be a key is refused with the field that is wrong', async () => {
    const good = { name: 'x', scopes: ['a:b'] };
    for (const [field, value] of [
      ['name', ''],
      ['name', 'x'.repeat(101)],
      ['scopes', []],
      ['scopes', ['Not A Scope']],
      ['scopes', Array.from({ length: 51 }, (_, i) => `s${i}`)],
      ['expires_in', 59],
      ['expires_in', 730 * 86_400 + 1],
      ['expires_in', 60.5],
    ] as const) {
      const answer = await ada.ask('POST', path, { body: { ...good, [field]: value } });
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.json['errors'])).toContain(`"field":"${field}`);
    }
  });

  test('an account holds fifty keys and no more, also when they are asked for at once', async () => {
    const asks = Array.from({ length: 55 }, () =>
      ada.ask('POST', path, { body: { name: 'x', scopes: ['a:b'] } }),
    );
    const statuses = (await Promise.all(asks)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(50);
    expect(statuses.filter((status) => status === 400)).toHaveLength(5);
  });

  test('a key outlives the session that made it, and dies with the account', async () => {
    const key = await apiKey(ada, ['account:read']);
    await ada.ask('DELETE', '/api/v1/session');
    serving.clock.advance(day);
    expect((await by(key, ['GET', '/api/v1/account'])).status).toBe(200);
  });
});
