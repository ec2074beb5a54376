import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Serving, servings } from '../../kit/serving.ts';
import { goodPassword, visit } from '../../kit/visitor.ts';
import { apiKey, carriers, device, type Person, person, why } from '../cast.ts';

const path = '/api/v1/principal';

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe.each(servings)('who is calling over %s', (_way, serve) => {
  let serving: Serving;
  let ada: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    const root = await person(serving, 'root', { roles: ['admin'] });
    await root.ask('PUT', '/api/v1/admin/roles/reporter', {
      body: { permissions: ['reports:read', 'reports:print'] },
    });
    ada = await person(serving, 'ada', { roles: ['reporter'] });
  });
  afterEach(() => serving.close());

  test.each(carriers)('%s names account, session, what it may and how it was proven', async (carrier) => {
    const tablet = await device(serving, ada, { carrier });
    const answer = await tablet.ask('GET', path);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      carrier,
      account: { id: ada.account, name: '', roles: ['reporter'] },
      session: { id: tablet.session, expires_at: '2026-05-30T12:00:00.000Z' },
      scopes: ['reports:print', 'reports:read'],
      proven_at: '2026-03-01T12:00:00.000Z',
      amr: ['pwd'],
    });
  });

  test('Basic names the account and no session', async () => {
    const authorization = `Basic ${Buffer.from(`${ada.email}:${goodPassword}`).toString('base64')}`;
    const answer = await visit(serving, { program: true }).ask('GET', path, { headers: { authorization } });
    expect(answer.json).toMatchObject({ carrier: 'basic', account: { id: ada.account }, session: null });
  });

  test('an API key proves itself whatever its scopes, and may what its account may within them', async () => {
    for (const [scopes, may] of [
      [['reports:read', 'vaults:open'], ['reports:read']],
      [['vaults:open'], []],
    ] as const) {
      const { text } = await apiKey(ada, [...scopes]);
      const answer = await visit(serving, { program: true }).ask('GET', path, { bearer: text });
      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject({ carrier: 'api-key', session: null, scopes: may, amr: ['key'] });
      expect(answer.json['account']).toMatchObject({ id: ada.account, roles: [] });
    }
  });

  test('nobody, and what has ended, is refused with a reason for the operator', async () => {
    expect((await visit(serving).ask('GET', path)).json['code']).toBe('credentials_missing');
    await ada.ask('DELETE', '/api/v1/session');
    const ended = await ada.ask('GET', path);
    expect(ended.status).toBe(401);
    expect(why(serving, ended).detail).toMatchObject({ check: 'session-ended', reason: 'sign-out' });
  });

  test('a JWT says how it was proven, and what the roles permit when there is something', async () => {
    const { access } = await device(serving, ada, { carrier: 'jwt' });
    expect(claimsOf(access)).toMatchObject({ amr: ['pwd'], scope: 'reports:print reports:read' });
    const bob = await person(serving, 'bob', { carrier: 'jwt' });
    expect(claimsOf(bob.access)).not.toHaveProperty('scope');
  });

  test.each([
    [2, true],
    [40, false],
  ])('a JWT in a cookie says what it may where a browser takes it: %i scopes', async (count, said) => {
    const permissions = Array.from({ length: count }, (_, i) => `${'reports-'.repeat(7)}${i}:read`);
    const root = await device(serving, { account: '', email: 'root@example.com' });
    await root.ask('PUT', '/api/v1/admin/roles/reporter', { body: { permissions } });
    const tablet = await device(serving, ada, { carrier: 'jwt-cookie' });
    const token = tablet.cookies.get('doorward_token') ?? '';
    expect(Object.hasOwn(claimsOf(token), 'scope')).toBe(said);
    const answer = await tablet.ask('GET', path);
    expect([answer.status, answer.json['scopes']]).toEqual([200, [...permissions].sort()]);
  });

  test('a JWT leaves out a scope that would not fit into a header, and is accepted', async () => {
    const permissions = Array.from({ length: 100 }, (_, i) => `${'reports-'.repeat(7)}${i}:read`);
    const root = await device(serving, { account: '', email: 'root@example.com' });
    await root.ask('PUT', '/api/v1/admin/roles/reporter', { body: { permissions } });
    const tablet = await device(serving, ada, { carrier: 'jwt' });
    expect(tablet.access.length).toBeLessThan(1000);
    const answer = await tablet.ask('GET', path);
    expect(answer.json['scopes']).toHaveLength(100);
  });

  test('a sign-in by jwt-cookie tells how long its tokens live, and not what they are', async () => {
    const answer = await visit(serving).ask('POST', '/api/v1/sessions', {
      body: { identifier: ada.email, password: goodPassword, carrier: 'jwt-cookie' },
    });
    expect(answer.json).toMatchObject({ expires_in: 300, refresh_expires_in: 14 * 86_400 });
    expect(answer.json).not.toHaveProperty('access_token');
  });
});
