import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/protocol/oauth/jws.ts';
import { isKeyFor, keysFor, parseKeySet, parsePublicKey } from '../../../src/protocol/oauth/public-key.ts';

// RFC 7638 §3.1
const rsa = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  alg: 'RS256',
  kid: '2011-04-29',
};
// RFC 9449 §4.1
const ec = {
  kty: 'EC',
  crv: 'P-256',
  x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
  y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
};
// RFC 8037 Appendix A.2
const okp = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };

describe('RFC 7638: the thumbprint', () => {
  test.each([
    ['RFC 7638 §3.1', rsa, 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'],
    ['RFC 9449 §6.1', ec, '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'],
    ['RFC 8037 Appendix A.3', okp, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'],
  ])('%s', (_, jwk, thumbprint) => {
    expect(parsePublicKey(jwk)?.thumbprint).toBe(thumbprint);
  });

  test('depends on the required members alone', () => {
    const { alg, kid, ...bare } = rsa;
    expect(parsePublicKey({ ...bare, use: 'sig', other: [1] })?.thumbprint).toBe(
      parsePublicKey({ kid, alg, ...bare })?.thumbprint,
    );
  });
});

test('every key that the platform makes is read', () => {
  const made = [
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('ec', { namedCurve: 'P-521' }),
    generateKeyPairSync('ed25519'),
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ];
  for (const { publicKey, privateKey } of made) {
    const jwk: JsonObject = JSON.parse(JSON.stringify(publicKey.export({ format: 'jwk' })));
    expect(parsePublicKey(jwk)?.jwk).toEqual(jwk);
    expect(parsePublicKey(JSON.parse(JSON.stringify(privateKey.export({ format: 'jwk' }))))).toBeUndefined();
  }
});

describe('what is no key of ours', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'x'],
    ['a list', []],
    ['an empty object', {}],
    ['a shared secret', { kty: 'oct', k: 'AAAA' }],
    ['a shared secret without its value', { kty: 'oct' }],
    ['a private member', { ...ec, d: 'AAAA' }],
    ['a private member that is null', { ...ec, d: null }],
    ['a prime', { ...rsa, p: 'AAAA' }],
    ['a curve of Bitcoin', { ...ec, crv: 'secp256k1' }],
    ['a curve of another size', { ...ec, crv: 'P-384' }],
    ['a curve for agreement', { ...okp, crv: 'X25519' }],
    ['a curve of another type', { ...okp, kty: 'EC' }],
    ['no curve', { ...ec, crv: undefined }],
    ['no second coordinate', { ...ec, y: undefined }],
    ['padding', { ...ec, x: `${ec.x}=` }],
    ['a short coordinate', { ...ec, x: ec.x.slice(4) }],
    ['a long coordinate', { ...okp, x: `${okp.x}AA` }],
    ['a coordinate that is no text', { ...okp, x: [okp.x] }],
    ['letters of base64', { ...ec, x: ec.x.replace('-', '+') }],
    ['a modulus of 1024 bits', { ...rsa, n: rsa.n.slice(0, 171) + 'A' }],
    ['a huge modulus', { ...rsa, n: 'u'.repeat(4000) }],
    ['a modulus with zeros before it', { ...rsa, n: `AAAA${rsa.n}` }],
    ['no modulus', { ...rsa, n: undefined }],
    ['the exponent 1', { ...rsa, e: 'AQ' }],
    ['the exponent 3', { ...rsa, e: 'Aw' }],
    ['a huge exponent', { ...rsa, e: 'AQABAQAB' }],
    ['a key for encryption', { ...ec, use: 'enc' }],
    ['a key that only signs', { ...ec, key_ops: ['sign'] }],
    ['operations that are no list', { ...ec, key_ops: 'verify' }],
    ['a kid that is no text', { ...ec, kid: 5 }],
    ['an algorithm that is no text', { ...ec, alg: {} }],
  ])('JWT-03 JWT-11 JWT-20: %s', (_, jwk) => {
    expect(parsePublicKey(jwk === undefined ? undefined : JSON.parse(JSON.stringify(jwk)))).toBeUndefined();
  });

  test('JWT-11: 2048 to 4096 bits, to the bit', () => {
    const bits = (count: number) => {
      const bytes = Buffer.alloc(Math.ceil(count / 8), 0xff);
      bytes[0] = 0xff >> ((8 - (count % 8)) % 8);
      return parsePublicKey({ ...rsa, n: bytes.toString('base64url') }) !== undefined;
    };
    expect([2047, 2048, 2049, 4095, 4096, 4097].map(bits)).toEqual([false, true, true, true, true, false]);
  });
});

describe('JWT-02: a key fits its own algorithms', () => {
  test.each([
    ['RSA', { ...rsa, alg: undefined }, ['RS256', 'PS256']],
    ['RSA for one algorithm', { ...rsa, alg: 'PS256' }, ['PS256']],
    ['P-256', ec, ['ES256']],
    ['Ed25519', okp, ['EdDSA', 'Ed25519']],
    ['P-256 that says another', { ...ec, alg: 'ES384' }, []],
  ])('%s', (_, jwk, algorithms) => {
    const key = parsePublicKey(JSON.parse(JSON.stringify(jwk)));
    const all = ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const;
    expect(all.filter((algorithm) => key && isKeyFor(key, algorithm))).toEqual(algorithms);
  });
});

describe('RFC 7517 §5: a key set', () => {
  test('gives the keys that we can use', () => {
    const keys = parseKeySet({
      keys: [rsa, { ...ec, kid: 'a' }, { ...ec, use: 'enc' }, { kty: 'AKP', pub: 'x' }, okp],
    });
    expect(keys?.map((key) => key.jwk['kty'])).toEqual(['RSA', 'EC', 'OKP']);
    expect(keysFor(keys ?? [], { algorithm: 'ES256', keyId: 'a' })).toHaveLength(1);
    expect(keysFor(keys ?? [], { algorithm: 'ES256', keyId: undefined })).toHaveLength(1);
    expect(keysFor(keys ?? [], { algorithm: 'RS256', keyId: 'a' })).toEqual([]);
    expect(keysFor(keys ?? [], { algorithm: 'EdDSA', keyId: 'b' })).toEqual([]);
  });

  test.each([
    ['no set', null],
    ['a list', []],
    ['no list', { keys: {} }],
    ['a key that is no object', { keys: ['x'] }],
    ['a private key in it', { keys: [ec, { ...okp, d: 'AAAA' }] }],
    ['a shared secret in it', { keys: [ec, { kty: 'oct', k: 'AAAA' }] }],
    [
      'one name twice',
      {
        keys: [
          { ...ec, kid: 'a' },
          { ...okp, kid: 'a' },
        ],
      },
    ],
    ['too many', { keys: Array.from({ length: 51 }, () => ec) }],
  ])('JWT-16 JWT-20: %s is none', (_, value) => {
    expect(parseKeySet(JSON.parse(JSON.stringify(value)))).toBeUndefined();
  });
});
