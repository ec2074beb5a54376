import { describe, expect, test } from 'vitest';
import {
  checkAssertion,
  longestAssertionLife,
  readAssertion,
} from '../../../src/protocol/oauth/client-assertion.ts';
import { checkOf, faultOf, jwsOf } from './told.ts';

const now = 1_700_000_000;
const leeway = 5;
const issuer = 'https://auth.example';
const header = { alg: 'ES256', kid: 'k1' };
const claims = { iss: 'c1', sub: 'c1', aud: issuer, exp: now + 60, iat: now, nbf: now, jti: 'j1' };

const judge = (more: object, at = now) =>
  checkAssertion(readAssertion(jwsOf(header, { ...claims, ...more })), {
    issuer,
    clientId: 'c1',
    now: at,
    leeway,
  });
const check = (more: object, at?: number) => checkOf(() => judge(more, at));

describe('what is read', () => {
  test('the client that it claims to be, and its key', () => {
    expect(readAssertion(jwsOf(header, claims))).toMatchObject({ clientId: 'c1', keyId: 'k1' });
    expect(readAssertion(jwsOf({ alg: 'RS256' }, claims)).keyId).toBeUndefined();
  });

  test.each(['JWT', 'client-authentication+jwt'])('JWT-07: the type %s', (typ) => {
    expect(readAssertion(jwsOf({ ...header, typ }, claims)).clientId).toBe('c1');
  });

  test.each(['x5t', 'x5t#S256'])(
    'the thumbprint of a certificate (%s) is not looked at (RFC 7515 §4)',
    (name) => {
      expect(readAssertion(jwsOf({ ...header, [name]: 'any' }, claims))).toMatchObject({ clientId: 'c1' });
    },
  );

  test.each([
    'at+jwt',
    'application/at+jwt',
    'logout+jwt',
    'dpop+jwt',
    'secevent+jwt',
    'jwt',
    'JOSE',
    '',
    null,
    5,
  ])('JWT-07: the type %j is refused', (typ) => {
    expect(faultOf(() => readAssertion(jwsOf({ ...header, typ }, claims)))).toBe(
      'invalid_client client_assertion',
    );
  });

  test.each([
    ['alg none', jwsOf({ alg: 'none' }, claims)],
    ['HS256', jwsOf({ alg: 'HS256' }, claims)],
    ['a key of its own', jwsOf({ ...header, jwk: {} }, claims)],
    ['a kid that is no text', jwsOf({ ...header, kid: ['k1'] }, claims)],
    ['no subject', jwsOf(header, { ...claims, sub: undefined })],
    ['an empty subject', jwsOf(header, { ...claims, sub: '' })],
    ['a list as subject', jwsOf(header, { ...claims, sub: ['c1'] })],
    ['no JSON', jwsOf(header, 'x')],
    ['a claim twice', jwsOf(header, '{"sub":"c1","sub":"c2"}')],
    ['no JWS', 'c1'],
  ])('OAU-18 JWT-01 JWT-02 JWT-03: %s is refused', (_, text) => {
    expect(checkOf(() => readAssertion(text))).toBe('assertion-malformed');
  });
});

describe('RFC 7523 §3: the claims', () => {
  test('good ones are to be remembered until their age refuses them', () => {
    expect(judge({})).toEqual({ jti: 'j1', forgetAt: now + 60 + leeway });
    expect(judge({ aud: [issuer], iat: undefined, nbf: undefined })).toEqual({
      jti: 'j1',
      forgetAt: now + 65,
    });
  });

  test.each([
    { iss: 'c2' },
    { iss: undefined },
    { iss: ['c1'] },
    { iss: 'C1' },
    { iss: issuer },
    { sub: 'c2' },
  ])('OAU-18 JWT-08: %j: issuer and subject are the client', (more) => {
    expect(check(more)).toBe('assertion-issuer');
  });

  test.each([
    undefined,
    null,
    '',
    [],
    `${issuer}/`,
    `${issuer}/oauth/token`,
    [issuer, `${issuer}/oauth/token`],
    [issuer, issuer],
    'https://Auth.example',
    'http://auth.example',
    'auth.example',
    'https://auth.example.evil',
  ])('OAU-18 JWT-08: the audience %j is not our issuer alone', (aud) => {
    expect(check({ aud })).toBe('assertion-audience');
  });

  test.each([
    [{ exp: undefined }, 'assertion-expired'],
    [{ exp: String(now + 60) }, 'assertion-expired'],
    [{ exp: null }, 'assertion-expired'],
    [{ exp: -1 }, 'assertion-expired'],
    [{ exp: now - leeway }, 'assertion-expired'],
    [{ exp: now - leeway + 1 }, undefined],
    [{ exp: now + longestAssertionLife + leeway }, undefined],
    [{ exp: now + longestAssertionLife + leeway + 1 }, 'assertion-life'],
    [{ exp: now + 315_360_000 }, 'assertion-life'],
    [{ nbf: now + leeway }, undefined],
    [{ nbf: now + leeway + 1 }, 'assertion-early'],
    [{ iat: now + leeway + 1 }, 'assertion-early'],
    [{ nbf: 'x' }, 'assertion-early'],
    [{ iat: null }, 'assertion-early'],
    [{ exp: now + 59.5, iat: now - 0.5 }, undefined],
    [{ jti: undefined }, 'assertion-id'],
    [{ jti: '' }, 'assertion-id'],
    [{ jti: 5 }, 'assertion-id'],
    [{ jti: 'j'.repeat(257) }, 'assertion-id'],
  ])('OAU-18 JWT-09: %j', (more, expected) => {
    expect(check(more)).toBe(expected);
  });

  test('OAU-18: what must be remembered is refused from then on', () => {
    for (const exp of [now + 60, now + 60.5]) {
      const { forgetAt } = judge({ exp });
      expect(check({ exp }, forgetAt)).toBe('assertion-expired');
    }
  });
});
