import { describe, expect, test } from 'vitest';
import type { Principal } from '../src/principal.ts';
import { requireRecent, requireRole, requireScope } from '../src/requirements.ts';
import { now } from './forge.ts';

const principal = (more: Partial<Principal>): Principal => ({
  accountId: 'account-1',
  sessionId: 'session-1',
  carrier: 'jwt',
  clientId: undefined,
  roles: [],
  scopes: [],
  provenAt: now,
  amr: [],
  expiresAt: undefined,
  ...more,
});

describe('GRD-06: scopes and roles are exact', () => {
  const near = [
    'administrator',
    'admi',
    'Admin',
    'ADMIN',
    'admin ',
    'admin,other',
    'admin other',
    '__proto__',
    'constructor',
    '',
  ];
  test.each(near)('%j is not admin', (one) => {
    expect(requireScope('admin')(principal({ scopes: [one] }), now)?.code).toBe('scope_missing');
    expect(requireRole('admin')(principal({ roles: [one] }), now)?.code).toBe('role_missing');
  });
  test('nothing is denied by default', () => {
    expect(requireScope('admin')(principal({}), now)).toMatchObject({
      code: 'scope_missing',
      scopes: ['admin'],
    });
    expect(requireRole('__proto__')(principal({}), now)?.code).toBe('role_missing');
  });
  test('a scope is no role, and a role no scope', () => {
    expect(requireScope('admin')(principal({ roles: ['admin'] }), now)?.code).toBe('scope_missing');
    expect(requireRole('admin')(principal({ scopes: ['admin'] }), now)?.code).toBe('role_missing');
  });
  test('all that are named are needed', () => {
    const who = principal({ scopes: ['a', 'b'], roles: ['c', 'd'] });
    expect(requireScope('a', 'b')(who, now)).toBeUndefined();
    expect(requireScope('a', 'x')(who, now)?.scopes).toEqual(['a', 'x']);
    expect(requireRole('d', 'c')(who, now)).toBeUndefined();
    expect(requireRole('d', 'x')(who, now)?.code).toBe('role_missing');
  });
});

describe('SES-20: requireRecent', () => {
  test.each([
    [now - 300, undefined],
    [now - 301, 'proof_too_old'],
    [0, 'proof_too_old'],
    [Number.NaN, 'proof_too_old'],
    [now + 3, undefined],
  ])('proven at %d, at most 300 seconds ago: %s', (provenAt, code) => {
    expect(requireRecent(300)(principal({ provenAt }), now)?.code).toBe(code);
  });
});

test.each([
  () => requireScope(),
  () => requireScope(''),
  () => requireScope('a b'),
  () => requireScope('a"b'),
  () => requireScope('a\\b'),
  () => requireScope('a\r\nb'),
  () => requireRole(),
  () => requireRole(''),
  () => requireRecent(0),
  () => requireRecent(-1),
  () => requireRecent(1.5),
  () => requireRecent(Number.NaN),
])('a requirement that would be met by mistake is not made: %s', (make) => {
  expect(make).toThrow(RangeError);
});
