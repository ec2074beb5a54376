import { describe, expect, test } from 'vitest';
import {
  hintedSession,
  idTokenAlgorithms,
  idTokenClaims,
  readIdTokenHint,
  tokenHash,
} from '../../../src/protocol/oauth/id-token.ts';
import { reservedClaims } from '../../../src/protocol/oauth/standard-claims.ts';
import { faultOf, jwsOf } from './told.ts';

const parts = {
  issuer: 'https://auth.example',
  clientId: 'c1',
  subject: 'a1',
  sessionId: 's1',
  issuedAt: 1_700_000_000,
  lifetime: 3600,
  authTime: 1_699_999_000,
  amr: ['pwd', 'otp'],
  acr: 'gold',
  nonce: 'n-0S6_WzA2Mj',
  algorithm: 'RS256',
  // OpenID Connect Core Appendix A.3
  accessToken: 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y',
  claims: {},
} as const;

const all = {
  iss: 'https://auth.example',
  sub: 'a1',
  aud: 'c1',
  exp: 1_700_003_600,
  iat: 1_700_000_000,
  auth_time: 1_699_999_000,
  amr: ['pwd', 'otp'],
  sid: 's1',
  at_hash: '77QmUPtjPfzWtF2AnpK9RQ',
  acr: 'gold',
  nonce: 'n-0S6_WzA2Mj',
};

describe('OpenID Connect Core §2: the claims', () => {
  test('OAU-11: are all there', () => {
    expect(idTokenClaims(parts)).toEqual(all);
  });

  test('have neither nonce nor acr when there is none', () => {
    const { nonce, acr, ...rest } = all;
    expect([nonce, acr]).toEqual([parts.nonce, parts.acr]);
    expect(idTokenClaims({ ...parts, nonce: undefined, acr: undefined })).toEqual(rest);
  });

  test('JWT-17: nothing that is known of a person can set what only we may say', () => {
    const claims = Object.fromEntries([...reservedClaims].map((name) => [name, 'forged']));
    expect(idTokenClaims({ ...parts, claims: { ...claims, email: 'ada@example.org' } })).toEqual({
      ...all,
      email: 'ada@example.org',
    });
  });
});

describe('OpenID Connect Core §3.1.3.6: at_hash', () => {
  test.each([
    ['RS256', '77QmUPtjPfzWtF2AnpK9RQ', 22],
    ['ES256', '77QmUPtjPfzWtF2AnpK9RQ', 22],
    ['EdDSA', undefined, 43],
  ] as const)('is half of the hash that goes with %s', (algorithm, expected, letters) => {
    const hash = tokenHash(parts.accessToken, algorithm);
    expect(hash).toHaveLength(letters);
    if (expected !== undefined) expect(hash).toBe(expected);
  });

  test('JWT-01: three algorithms sign', () => {
    expect(idTokenAlgorithms).toEqual(['RS256', 'ES256', 'EdDSA']);
  });
});

describe('a hint', () => {
  const header = { alg: 'RS256', typ: 'JWT', kid: 'k1' };
  const claims = idTokenClaims(parts);
  const judge = (more: object) =>
    hintedSession(readIdTokenHint(jwsOf(header, { ...claims, ...more })), parts.issuer);

  test('OAU-24: names client, subject and session, at any age', () => {
    expect(readIdTokenHint(jwsOf(header, claims)).keyId).toBe('k1');
    expect(judge({ exp: 1 })).toEqual({ clientId: 'c1', subject: 'a1', sessionId: 's1' });
  });

  test.each([
    { alg: 'none' },
    { alg: 'HS256' },
    { typ: undefined },
    { typ: 'at+jwt' },
    { typ: 'logout+jwt' },
    { typ: 'jwt' },
    { kid: undefined },
    { kid: 5 },
    { jwk: {} },
    { crit: [] },
  ])('OAU-24 JWT-01 JWT-07: the header %j is not ours', (more) => {
    expect(faultOf(() => readIdTokenHint(jwsOf({ ...header, ...more }, claims)))).toBe(
      'invalid_request id_token_hint',
    );
  });

  test.each([
    { iss: 'https://auth.example/' },
    { iss: ['https://auth.example'] },
    { iss: undefined },
    { aud: ['c1'] },
    { aud: undefined },
    { sub: 5 },
    { sid: undefined },
    { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
  ])('OAU-24 JWT-07 JWT-08: the claims %j are not ours', (more) => {
    expect(faultOf(() => judge(more))).toBe('invalid_request id_token_hint');
  });
});
