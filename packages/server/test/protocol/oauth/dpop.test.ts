import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkBinding,
  checkDpopProof,
  dpopChallenge,
  readDpopProof,
} from '../../../src/protocol/oauth/dpop.ts';
import { OAuthFault } from '../../../src/protocol/oauth/error.ts';
import { checkOf, faultOf, jwsOf } from './told.ts';

// RFC 9449 §4.1, §5, §6.1, §7.1
const jwk = {
  kty: 'EC',
  x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
  y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
  crv: 'P-256',
};
const header = { typ: 'dpop+jwt', alg: 'ES256', jwk };
const thumbprint = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';
const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
const now = 1_562_262_616;
const claims = { jti: '-BwC3ESc6acc2lTc', htm: 'POST', htu: 'https://server.example.com/token', iat: now };
const request = {
  method: 'POST',
  uri: 'https://server.example.com/token',
  now,
  window: 60,
  accessToken: undefined,
  nonces: undefined,
};

const judge = (more: object, expected: object = {}) =>
  checkDpopProof(readDpopProof(jwsOf(header, { ...claims, ...more })), { ...request, ...expected });
const check = (more: object, expected?: object) => checkOf(() => judge(more, expected));

describe('RFC 9449 §4.3: the proof', () => {
  test('shows its key', () => {
    expect(readDpopProof(jwsOf(header, claims)).key.thumbprint).toBe(thumbprint);
  });

  test.each([
    ['no type', { typ: undefined }],
    ['another type', { typ: 'JWT' }],
    ['its type in another case', { typ: 'DPoP+jwt' }],
    ['its type with a prefix', { typ: 'application/dpop+jwt' }],
    ['alg none', { alg: 'none' }],
    ['HS256', { alg: 'HS256' }],
    ['an algorithm of another key', { alg: 'RS256' }],
    ['another curve', { alg: 'ES384' }],
    ['no key', { jwk: undefined }],
    ['a private key', { jwk: { ...jwk, d: 'AAAA' } }],
    ['a shared secret', { jwk: { kty: 'oct', k: 'AAAA' } }],
    ['an address of keys', { jku: 'https://evil.example/' }],
    ['a critical member', { crit: ['b64'], b64: false }],
  ])('OAU-30 JWT-01 JWT-03 JWT-07: %s is refused', (_, more) => {
    expect(faultOf(() => readDpopProof(jwsOf({ ...header, ...more }, claims)))).toBe(
      'invalid_dpop_proof DPoP',
    );
  });

  test('OAU-30: two proofs in one header are none', () => {
    const proof = jwsOf(header, claims);
    for (const text of [`${proof}, ${proof}`, `${proof},${proof}`, `${proof} `, ''])
      expect(faultOf(() => readDpopProof(text))).toBe('invalid_dpop_proof DPoP');
  });
});

describe('RFC 9449 §4.3: its claims', () => {
  test('the example of the standard, at the token endpoint', () => {
    expect(judge({})).toEqual({ jti: '-BwC3ESc6acc2lTc', forgetAt: now + 61 });
  });

  test('the example of the standard, at a resource', () => {
    const at = { method: 'GET', uri: 'https://resource.example.org/protectedresource', accessToken };
    const proof = {
      jti: 'e1j3V_bKic8-LAEB',
      htm: 'GET',
      htu: at.uri,
      iat: now + 2,
      ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo',
    };
    expect(judge(proof, at).jti).toBe('e1j3V_bKic8-LAEB');
    expect(check({ ...proof, ath: undefined }, at)).toBe('dpop-token');
    expect(check({ ...proof, ath: `${proof.ath}=` }, at)).toBe('dpop-token');
    expect(check(proof, { ...at, accessToken: `${accessToken}x` })).toBe('dpop-token');
  });

  test.each([
    [{ jti: undefined }, 'dpop-id'],
    [{ jti: '' }, 'dpop-id'],
    [{ jti: 5 }, 'dpop-id'],
    [{ jti: 'j'.repeat(257) }, 'dpop-id'],
    [{ htm: 'GET' }, 'dpop-method'],
    [{ htm: 'post' }, 'dpop-method'],
    [{ htm: undefined }, 'dpop-method'],
    [{ htm: ['POST'] }, 'dpop-method'],
    [{ htu: undefined }, 'dpop-address'],
    [{ htu: '' }, 'dpop-address'],
    [{ htu: '/token' }, 'dpop-address'],
    [{ htu: 'http://server.example.com/token' }, 'dpop-address'],
    [{ htu: 'https://server.example.com/token/' }, 'dpop-address'],
    [{ htu: 'https://server.example.com/Token' }, 'dpop-address'],
    [{ htu: 'https://server.example.com:8443/token' }, 'dpop-address'],
    [{ htu: 'https://evil.example/token' }, 'dpop-address'],
    [{ htu: 'https://x@server.example.com/token' }, 'dpop-address'],
    [{ htu: 'https://server.example.com.evil/token' }, 'dpop-address'],
    [{ htu: 'HTTPS://Server.Example.COM:443/x/../token?a=b#c' }, undefined],
    [{ htu: 'https://server.example.com/%74oken' }, undefined],
    [{ htu: 'https://server.example.com/%2Ftoken' }, 'dpop-address'],
    [{ htu: ' https://server.example.com/token' }, 'dpop-address'],
    [{ htu: 'https:\\\\server.example.com\\token' }, 'dpop-address'],
    [{ htu: 'https://@server.example.com/token' }, 'dpop-address'],
    [{ iat: undefined }, 'dpop-time'],
    [{ iat: String(now) }, 'dpop-time'],
    [{ iat: now - 60 }, undefined],
    [{ iat: now - 61 }, 'dpop-time'],
    [{ iat: now + 60 }, undefined],
    [{ iat: now + 61 }, 'dpop-time'],
    [{ iat: now - 300 }, 'dpop-time'],
    [{ iat: now + 300 }, 'dpop-time'],
  ])('OAU-30 JWT-09: %j', (more, expected) => {
    expect(check(more)).toBe(expected);
  });

  test('OAU-30: what must be remembered is refused from then on', () => {
    for (const iat of [now, now + 0.5, now + 59.9]) {
      const { forgetAt } = judge({ iat });
      expect(check({ iat }, { now: forgetAt })).toBe('dpop-time');
    }
  });

  test('RFC 9449 §8: a nonce that is missing or old is asked for, once all else is good', () => {
    const nonces = ['n2', 'n1'];
    expect(judge({ nonce: 'n1' }, { nonces }).jti).toBe(claims.jti);
    for (const nonce of [undefined, '', 'n0', 'n', 5, ['n1']])
      expect(faultOf(() => judge({ nonce }, { nonces }))).toBe('use_dpop_nonce DPoP');
    expect(faultOf(() => judge({ nonce: 'n0', htm: 'GET' }, { nonces }))).toBe('invalid_dpop_proof DPoP');
  });

  test('OAU-30: whatever the address, only its own proof is good for it', () => {
    const path = fc.stringMatching(/^[a-z0-9/]{0,6}$/);
    fc.assert(
      fc.property(path, path, (one, other) => {
        const isSame = one === other;
        expect(check({ htu: `https://a.example/x${one}` }, { uri: `https://a.example/x${other}` })).toBe(
          isSame ? undefined : 'dpop-address',
        );
      }),
    );
  });
});

describe('RFC 9449 §7.2: what is bound stays bound', () => {
  test.each([
    [undefined, undefined, 'nothing'],
    [undefined, thumbprint, 'nothing'],
    [thumbprint, thumbprint, 'nothing'],
    [thumbprint, undefined, 'invalid_token DPoP'],
    [thumbprint, 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs', 'invalid_token DPoP'],
    [thumbprint, '', 'invalid_token DPoP'],
  ])('OAU-30: bound to %s, shown %s', (bound, shown, expected) => {
    expect(faultOf(() => checkBinding(bound, shown, 'invalid_token'))).toBe(expected);
  });
});

test('RFC 9449 §7.1: the challenge names the algorithms, and what is wrong', () => {
  expect(dpopChallenge(undefined)).toBe('DPoP algs="RS256 PS256 ES256 ES384 ES512 EdDSA Ed25519"');
  expect(dpopChallenge(new OAuthFault('invalid_token', 'It is bound to another key.'))).toMatch(
    /^DPoP algs="[^"]+", error="invalid_token", error_description="It is bound to another key\."$/,
  );
});
