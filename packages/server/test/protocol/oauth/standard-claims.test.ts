import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  reservedClaims,
  scopeClaims,
  selectClaims,
  withoutReserved,
} from '../../../src/protocol/oauth/standard-claims.ts';

const known = {
  name: 'Ada',
  nickname: null,
  website: '',
  updated_at: 0,
  email: 'ada@example.org',
  email_verified: false,
  phone_number: '+1',
  groups: ['staff'],
  sub: 'forged',
  roles: ['admin'],
};
const ask = (name: string) => ({ name, essential: false, values: [] });

describe('OpenID Connect Core §5.4, §5.5: what a client gets', () => {
  test.each([
    [[], [], {}],
    [['openid'], [], {}],
    [['profile'], [], { name: 'Ada', updated_at: 0 }],
    [['email'], [], { email: 'ada@example.org', email_verified: false }],
    [['phone', 'email'], [], { email: 'ada@example.org', email_verified: false, phone_number: '+1' }],
    [
      [],
      ['email', 'groups', 'nickname', 'website', 'unknown'],
      { email: 'ada@example.org', groups: ['staff'] },
    ],
    [['constructor', '__proto__', 'toString'], [], {}],
    [[], ['sub', 'roles', 'iss', '__proto__'], {}],
  ])('OAU-27: scopes %j and claims %j', (scopes, names, expected) => {
    expect(selectClaims({ known, scopes, requests: names.map(ask) })).toEqual(expected);
  });

  test('the claims of a scope are those of the standard', () => {
    expect(Object.values(scopeClaims).map((names) => names.length)).toEqual([14, 2, 1, 2]);
    expect(
      Object.values(scopeClaims)
        .flat()
        .filter((name) => reservedClaims.has(name)),
    ).toEqual([]);
  });
});

describe('JWT-17: what only the server states', () => {
  test.each([
    'iss',
    'sub',
    'aud',
    'exp',
    'scope',
    'client_id',
    'amr',
    'acr',
    'sid',
    'cnf',
    'act',
    'nonce',
    'auth_time',
    'roles',
    'jti',
  ])('%s is taken out', (name) => {
    expect(withoutReserved({ [name]: 'x', other: 1 })).toEqual({ other: 1 });
  });

  test('nothing else is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (claims) => {
        const kept = withoutReserved(claims);
        for (const name of Object.keys(claims))
          expect(Object.hasOwn(kept, name)).toBe(!reservedClaims.has(name));
      }),
    );
  });
});
