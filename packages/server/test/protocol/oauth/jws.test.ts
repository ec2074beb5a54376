import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/base/bytes.ts';
import {
  isNumericDate,
  isOnlyAudience,
  parseJws,
  parseObject,
  signatureAlgorithms,
} from '../../../src/protocol/oauth/jws.ts';
import { jwsOf } from './told.ts';

const header = { alg: 'ES256', typ: 'JWT', kid: 'k1' };
const good = jwsOf(header, { a: 1 });
const read = (token: string) => parseJws(token, ['typ', 'kid']);

test('a compact JWS is taken apart, its payload as bytes', () => {
  const jws = read(good);
  expect(jws?.algorithm).toBe('ES256');
  expect(jws?.header).toEqual(header);
  expect(Buffer.from(jws?.payload ?? []).toString()).toBe('{"a":1}');
  expect(Buffer.from(jws?.input ?? []).toString()).toBe(good.slice(0, good.lastIndexOf('.')));
  expect(jws?.signature).toHaveLength(3);
});

describe('algorithms', () => {
  test.each([
    'none',
    'None',
    'nOnE',
    'NONE',
    'none ',
    '',
    null,
    [],
    {},
    5,
    true,
    ['ES256'],
    'HS256',
    'HS384',
    'HS512',
    'es256',
    'ES256 ',
    'ES256K',
    'RSA1_5',
    'RSA-OAEP',
    'dir',
    'PBES2-HS256+A128KW',
    'RS1',
  ])('JWT-01 JWT-02 JWT-11: %j is refused', (alg) => {
    expect(read(jwsOf({ ...header, alg }, {}))).toBeUndefined();
  });

  test('JWT-01: none at all is refused', () => {
    expect(read(jwsOf({ typ: 'JWT' }, {}))).toBeUndefined();
  });

  test('JWT-02: all of ours have a public key', () => {
    expect(signatureAlgorithms.filter((name) => /^HS|none/i.test(name))).toEqual([]);
  });
});

describe('header members', () => {
  test.each([
    { jwk: { kty: 'EC' } },
    { jku: 'https://evil.example/' },
    { x5u: 'https://evil.example/' },
    { x5c: [] },
    { x5t: 'a' },
    { 'x5t#S256': 'a' },
    { crit: [] },
    { crit: ['exp'] },
    { b64: true },
    { b64: false },
    { zip: 'DEF' },
    { enc: 'A128GCM' },
    { p2c: 2 ** 31 },
    { cty: 'JWT' },
    { anything: 1 },
  ])('JWT-03 JWT-10 JWT-11: %j is refused', (more) => {
    expect(read(jwsOf({ ...header, ...more }, {}))).toBeUndefined();
  });

  test.each([
    'x',
    'null',
    '[]',
    '"a"',
    '{"alg":"ES256","alg":"none"}',
    '{"alg":"none","alg":"ES256"}',
    '{"alg":"ES256"} ',
    '\ufeff{"alg":"ES256"}',
    '{"alg":"ES256","__proto__":{}}',
    '{"alg":"ES256","kid":1e999}',
  ])('JWT-01 JWT-14: the header %j', (text) => {
    const isPlain = text === '{"alg":"ES256"} ';
    expect(read(jwsOf(text, {})) !== undefined).toBe(isPlain);
  });
});

describe('spelling', () => {
  const [head = '', payload = '', signature = ''] = good.split('.');
  test.each([
    ['no part', ''],
    ['one part', head],
    ['two parts', `${head}.${payload}`],
    ['a signature of nothing', `${head}.${payload}.`],
    ['four parts', `${good}.`],
    ['five parts', `${good}.a.b`],
    ['no header', `.${payload}.${signature}`],
    ['JSON serialisation', '{"payload":"","signatures":[]}'],
    ['a space before', ` ${good}`],
    ['a line end after', `${good}\n`],
  ])('JWT-01 JWT-12: %s', (_, token) => {
    expect(read(token)).toBeUndefined();
  });

  test('JWT-14: no letter of another alphabet anywhere', () => {
    const foreign = fc.constantFrom('+', '/', '=', '\n', ' ', '\t', '\0', 'ä', 'А', '%', '~');
    fc.assert(
      fc.property(fc.nat({ max: good.length }), foreign, (at, letter) => {
        expect(read(good.slice(0, at) + letter + good.slice(at))).toBeUndefined();
      }),
    );
  });

  test('JWT-14: spare bits are zero, and the text is UTF-8', () => {
    expect(read(`${head}.${payload}.AAB`)).toBeUndefined();
    expect(read(`${head}.${payload}.AAA`)).toBeDefined();
    expect(
      read(`${Buffer.from('7b22616c67223a22ff227d', 'hex').toString('base64url')}.${payload}.AAA`),
    ).toBeUndefined();
  });

  test('JWT-12: what is too long is not looked at', () => {
    for (const token of [
      '.'.repeat(1_000_000),
      jwsOf(header, { a: 'x'.repeat(9000) }),
      `${'['.repeat(8000)}.a.a`,
    ])
      expect(read(token)).toBeUndefined();
  });
});

describe('claims', () => {
  test.each([
    '',
    'x',
    '[]',
    'null',
    '5',
    '{"a":1,"a":2}',
    '{"a":',
    '{"exp":1e309}',
    '{"exp":9007199254740993}',
    '{"a":"\\ud800"}',
  ])('JWT-09 JWT-14: %j is no object', (text) => {
    expect(parseObject(utf8(text))).toBeUndefined();
  });

  test('JWT-14: broken UTF-8 is no object', () => {
    expect(parseObject(Buffer.from('7b2261223a22ff227d', 'hex'))).toBeUndefined();
    expect(parseObject(utf8('{"a":"ä"}'))).toEqual({ a: 'ä' });
  });

  test('JWT-09: a time is a number that is not negative', () => {
    expect([0, 1, 1.5, 2 ** 53 - 1].map(isNumericDate)).toEqual([true, true, true, true]);
    expect([-1, '1', null, undefined, true, [1], {}].some((value) => isNumericDate(value))).toBe(false);
  });

  test('JWT-08: one audience, letter by letter', () => {
    const issuer = 'https://auth.example';
    expect(isOnlyAudience(issuer, issuer)).toBe(true);
    expect(isOnlyAudience([issuer], issuer)).toBe(true);
    for (const aud of [
      undefined,
      null,
      '',
      [],
      [issuer, issuer],
      [issuer, 'x'],
      ['x', issuer],
      `${issuer}/`,
      'https://AUTH.example',
      'http://auth.example',
      'auth.example',
      [[issuer]],
      { 0: issuer },
    ])
      expect(isOnlyAudience(aud, issuer)).toBe(false);
  });
});
