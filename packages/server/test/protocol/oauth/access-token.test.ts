import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/base/bytes.ts';
import { checkClientAccess, clientAccessClaims } from '../../../src/protocol/oauth/access-token.ts';
import { reservedClaims } from '../../../src/protocol/oauth/standard-claims.ts';
import { checkOf, faultOf } from './told.ts';

const now = 1_700_000_000;
const parts = {
  issuer: 'https://auth.example',
  audience: ['https://api.example/'],
  subject: 'a1',
  clientId: 'c1',
  scopes: ['read', 'write'],
  tokenId: 'j1',
  issuedAt: now,
  lifetime: 300,
  signedIn: { sessionId: 's1', authTime: now - 10, amr: ['pwd'], acr: 'gold' },
  dpopThumbprint: 'k',
  claims: {},
};
const claims = {
  iss: 'https://auth.example',
  sub: 'a1',
  aud: 'https://api.example/',
  client_id: 'c1',
  scope: 'read write',
  jti: 'j1',
  iat: now,
  exp: now + 300,
  sid: 's1',
  auth_time: now - 10,
  amr: ['pwd'],
  acr: 'gold',
  cnf: { jkt: 'k' },
};
const expected = { issuer: 'https://auth.example', audience: 'https://api.example/', now, leeway: 5 };
const judge = (more: object, other: object = {}) =>
  checkClientAccess(utf8(JSON.stringify({ ...claims, ...more })), { ...expected, ...other });

describe('RFC 9068 §2.2: the claims', () => {
  test('of a token that comes from a sign-in', () => {
    expect(clientAccessClaims(parts)).toEqual(claims);
  });

  test('JWT-18: of a client for itself: no session', () => {
    const own = {
      ...parts,
      subject: 'c1',
      signedIn: undefined,
      dpopThumbprint: undefined,
      scopes: [],
      audience: ['a', 'b'],
    };
    expect(clientAccessClaims(own)).toEqual({
      iss: 'https://auth.example',
      sub: 'c1',
      aud: ['a', 'b'],
      client_id: 'c1',
      jti: 'j1',
      iat: now,
      exp: now + 300,
    });
  });

  test('JWT-17: a hook adds claims and cannot set ours', () => {
    const forged = Object.fromEntries([...reservedClaims].map((name) => [name, 'forged']));
    expect(clientAccessClaims({ ...parts, claims: { ...forged, tenant: 't1' } })).toEqual({
      ...claims,
      tenant: 't1',
    });
  });

  test('JWT-08: there is no token for nobody', () => {
    expect(() => clientAccessClaims({ ...parts, audience: [] })).toThrow(RangeError);
  });
});

describe('RFC 9068 §4: a proven token', () => {
  test('says what was put into it', () => {
    const { issuer, lifetime, issuedAt, claims: added, ...rest } = parts;
    expect([issuer, added]).toEqual([expected.issuer, {}]);
    expect(judge({})).toEqual({
      ...rest,
      issuedAt,
      expiresAt: issuedAt + lifetime,
    });
  });

  test.each([
    [{ iss: 'https://auth.example/' }, 'access-issuer'],
    [{ iss: ['https://auth.example'] }, 'access-issuer'],
    [{ iss: undefined }, 'access-issuer'],
    [{ aud: undefined }, 'access-claims'],
    [{ aud: [] }, 'access-audience'],
    [{ aud: 'https://api.example' }, 'access-audience'],
    [{ aud: ['https://api.example/', 5] }, 'access-claims'],
    [{ aud: ['x', 'https://api.example/'] }, undefined],
    [{ sub: undefined }, 'access-claims'],
    [{ client_id: undefined }, 'access-claims'],
    [{ jti: 5 }, 'access-claims'],
    [{ sid: 5 }, 'access-claims'],
    [{ auth_time: undefined }, 'access-claims'],
    [{ auth_time: String(now) }, 'access-claims'],
    [{ amr: 'pwd' }, 'access-claims'],
    [{ amr: ['pwd', 5] }, 'access-claims'],
    [{ amr: undefined }, undefined],
    [{ acr: 5 }, 'access-claims'],
    [{ acr: undefined }, undefined],
    [{ scope: ['read'] }, 'access-claims'],
    [{ scope: 'read  write' }, 'access-claims'],
    [{ cnf: {} }, 'access-confirmation'],
    [{ cnf: null }, 'access-confirmation'],
    [{ cnf: { 'x5t#S256': 'a' } }, 'access-confirmation'],
    [{ cnf: { jkt: 5 } }, 'access-confirmation'],
    [{ exp: undefined }, 'access-expired'],
    [{ exp: String(now + 9) }, 'access-expired'],
    [{ exp: now - 5 }, 'access-expired'],
    [{ exp: now - 4 }, undefined],
    [{ iat: undefined }, 'access-early'],
    [{ iat: now + 5 }, undefined],
    [{ iat: now + 6 }, 'access-early'],
    [{ iat: -1 }, 'access-early'],
  ])('JWT-08 JWT-09: %j', (more, check) => {
    expect(checkOf(() => judge(more))).toBe(check);
  });

  test('where any audience will do, there still is one', () => {
    expect(judge({ aud: ['x', 'y'] }, { audience: undefined }).audience).toEqual(['x', 'y']);
    expect(checkOf(() => judge({ aud: undefined }, { audience: undefined }))).toBe('access-claims');
  });

  test('JWT-09: what is no object has no claims', () => {
    for (const text of ['[]', 'x', '{"iss":"a","iss":"b"}'])
      expect(faultOf(() => checkClientAccess(utf8(text), expected))).toBe('invalid_token');
  });
});
