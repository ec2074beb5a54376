import { beforeEach, describe, expect, test } from 'vitest';
import { nobody, permittedScopes, scopesToGive } from '../../../src/domain/oauth/permitted-scopes.ts';
import type { Transaction } from '../../../src/domain/store.ts';

let reads = 0;
beforeEach(() => {
  reads = 0;
});

const named: Readonly<Record<string, readonly string[]>> = {
  clerk: ['orders:read', 'orders:write'],
  reader: ['email', 'openid', 'orders:read', 'reports:read'],
};
const roles: Pick<Transaction['roles'], 'permissions'> = {
  permissions: async (held) => {
    reads += 1;
    return held.flatMap((name) => named[name] ?? []);
  },
};
const rules = { roles, settings: { freeScopes: ['calendar'] } };

const permitted = (scopes: readonly string[], ...held: readonly string[]) =>
  permittedScopes(rules, scopes, { roles: held });

describe('of the scopes that are asked for', () => {
  test.each([
    { rule: 'one that a role of the account names is given', held: ['clerk'], given: ['orders:read'] },
    { rule: 'one that only roles of others name is not', held: ['unknown'], given: [] },
    { rule: 'one that nobody holds by a role is not', held: [], given: [] },
  ])('$rule', async ({ held, given }) => {
    expect(await permitted(['orders:read'], ...held)).toEqual(given);
  });

  test('what several roles permit is given together, in the order of asking', async () => {
    const asked = ['reports:read', 'openid', 'orders:write', 'orders:read'];
    expect(await permitted(asked, 'clerk', 'reader')).toEqual(asked);
    expect(await permitted(asked, 'clerk')).toEqual(['openid', 'orders:write', 'orders:read']);
  });

  test('one that the operator lists is free, and one that nobody names is not', async () => {
    expect(await permitted(['calendar'])).toEqual(['calendar']);
    expect(await permitted(['calendar:write', 'photos'], 'clerk')).toEqual([]);
  });

  test('one that only looks like a permission is none: names are compared exactly', async () => {
    const alike = ['orders', 'orders:*', 'Orders:read', 'orders:read:all', 'order'];
    expect(await permitted(alike, 'clerk')).toEqual([]);
  });

  test('those of the standards are never permissions, whatever a role names', async () => {
    expect(await permitted(['openid', 'email', 'orders:read'])).toEqual(['openid', 'email']);
  });
});

test('the roles are read once, and not at all for scopes of the standards alone', async () => {
  await permitted(['openid', 'profile', 'email', 'offline_access'], 'clerk');
  await permitted([], 'clerk');
  expect(reads).toBe(0);
  await permitted(['openid', 'orders:read', 'reports:read', 'calendar'], 'clerk', 'reader');
  expect(reads).toBe(1);
});

test('a token for nothing that was asked for is not given, one for nothing is', async () => {
  await expect(scopesToGive(rules, ['orders:read'], nobody)).rejects.toMatchObject({
    error: 'invalid_scope',
  });
  expect(await scopesToGive(rules, ['openid', 'orders:read'], nobody)).toEqual(['openid']);
  expect(await scopesToGive(rules, [], nobody)).toEqual([]);
});
