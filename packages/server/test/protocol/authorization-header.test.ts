import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { challenge, parseAuthorization } from '../../src/protocol/authorization-header.ts';

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
const schemeOf = (header: string) => parseAuthorization(header)?.scheme;

test('no header is not a malformed one', () => {
  expect(parseAuthorization(undefined)).toBeUndefined();
});

describe('Bearer', () => {
  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])(
    'INP-13: %s is read without regard to case',
    (scheme) => {
      expect(parseAuthorization(`${scheme} aZ09-._~+/==`)).toEqual({
        scheme: 'bearer',
        token: 'aZ09-._~+/==',
      });
    },
  );

  test.each([
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'Bearer  a',
    'Bearer\ta',
    ' Bearer a',
    'Bearer a ',
    'Bearer a b',
    'Bearer %',
    'Bearer %41',
    'Bearer "a"',
    'Bearer =',
    'Bearer a=b',
    'Bearer a,b',
    'Bearer a, Bearer b',
    'Bearer a,Basic YTpi',
    'Bearer ä',
    'Bearer a\0',
    'Bearer a\n',
    'Bearer\u00a0a',
    `Bearer ${'a'.repeat(100_000)}%`,
  ])('INP-13: %j is malformed', (header) => {
    expect(parseAuthorization(header)).toEqual({ scheme: 'malformed' });
  });

  test('every token of the grammar is read whole', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9\-._~+/]+=*$/), (token) => {
        expect(parseAuthorization(`Bearer ${token}`)).toEqual({ scheme: 'bearer', token });
      }),
    );
  });
});

describe('Basic', () => {
  test('the password may hold colons, may be empty, and is UTF-8', () => {
    const read = (pair: string) => parseAuthorization(`bAsIc ${base64(pair)}`);
    expect(read('ada:a:b')).toEqual({ scheme: 'basic', identifier: 'ada', password: 'a:b' });
    expect(read('ada:')).toEqual({ scheme: 'basic', identifier: 'ada', password: '' });
    expect(read('zoë@x.org:pä ß😀')).toEqual({
      scheme: 'basic',
      identifier: 'zoë@x.org',
      password: 'pä ß😀',
    });
    expect(read('\ufeffa:b')).toEqual({ scheme: 'basic', identifier: '\ufeffa', password: 'b' });
  });

  test.each([
    'Basic',
    'Basic ',
    `Basic ${base64('no colon')}`,
    `Basic ${base64(':password')}`,
    `Basic ${base64(':')}`,
    `Basic ${base64('a\0:b')}`,
    `Basic ${base64('a:b\n')}`,
    `Basic ${base64('a:b\x7f')}`,
    `Basic ${base64('a:b\x85')}`,
    `Basic ${base64('a:b\ufffe')}`,
    `Basic ${base64(new Uint8Array([0x61, 0x3a, 0xff]))}`,
    `Basic ${base64(new Uint8Array([0x61, 0x3a, 0xed, 0xa0, 0x80]))}`,
    'Basic YTpi YTpi',
    'Basic  YTpi',
    'Basic YTpi=',
    'Basic YTpi\n',
    'Basic YTo',
    'Basic YTp=',
    'Basic YTq=',
    'Basic Pz8_YTpi',
    'Basic YTpi, Basic YTpi',
    'Basic YTpi,Bearer x',
    'Basic realm="x"',
  ])('INP-13: %j is malformed', (header) => {
    expect(parseAuthorization(header)).toEqual({ scheme: 'malformed' });
  });

  test('every pair that RFC 7617 allows is read as it was; the spelling is the only one', () => {
    const printable = fc.string({ unit: 'grapheme' }).filter((text) => !/\p{Cc}|\p{NChar}/u.test(text));
    const identifier = printable.filter((text) => text !== '' && !text.includes(':'));
    fc.assert(
      fc.property(identifier, printable, (name, password) => {
        const text = base64(`${name}:${password}`);
        expect(parseAuthorization(`Basic ${text}`)).toEqual({ scheme: 'basic', identifier: name, password });
        if (text.endsWith('=')) expect(schemeOf(`Basic ${text.replaceAll('=', '')}`)).toBe('malformed');
      }),
    );
  });
});

describe('everything else', () => {
  test.each([
    'Negotiate',
    'Negotiate YII==',
    'Digest username="a, b", realm="x\\", Bearer y", nc=1',
    'Digest a=1,, b=2',
    'Digest a="Bearer x"',
  ])('INP-13: %j is of another scheme', (header) => {
    expect(schemeOf(header)).toBe('other');
  });

  test.each([
    'Negotiate a, Bearer b',
    'Digest a="x", Basic YTpi',
    'Negotiate a,Bearer',
    'Digest a=1, Bearer x==',
    'Digest a="open, Bearer x',
    'Digest a="open\\',
    'B(d x',
    'Bäd x',
    ', Bearer x',
    'Bearer, x',
  ])('INP-13: %j is malformed', (header) => {
    expect(schemeOf(header)).toBe('malformed');
  });

  test('INP-13: any two headers joined by a comma are malformed', () => {
    const one = fc.constantFrom(
      'Bearer abc',
      'Basic YTpi',
      'bearer a=',
      'Digest a="b", c=d',
      'Negotiate xyz',
    );
    fc.assert(
      fc.property(one, one, fc.constantFrom(',', ', ', ' , '), (first, second, comma) => {
        expect(schemeOf(first + comma + second)).toBe('malformed');
      }),
    );
  });

  test('INP-13: any text is survived, in linear time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('', 'Bearer ', 'Basic ', 'X '),
        (text, prefix) => {
          expect(['bearer', 'basic', 'other', 'malformed']).toContain(schemeOf(prefix + text));
        },
      ),
    );
    const start = process.cpuUsage();
    for (const piece of ['"', '\\', '"\\"', ',', ' ', ', a', 'a', '='])
      for (const scheme of ['X', 'Bearer', 'Basic']) schemeOf(`${scheme} ${piece.repeat(100_000)}!`);
    // Microseconds of the processor: what else the machine does costs none.
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
  });
});

describe('the challenge', () => {
  test('Bearer names realm, error, description and scope', () => {
    expect(challenge({ scheme: 'Bearer', realm: 'doorward' })).toBe('Bearer realm="doorward"');
    expect(
      challenge({
        scheme: 'Bearer',
        realm: 'a "b" \\c',
        error: 'insufficient_scope',
        errorDescription: 'More is needed.',
        scope: 'read write',
      }),
    ).toBe(
      'Bearer realm="a \\"b\\" \\\\c", error="insufficient_scope", error_description="More is needed.", scope="read write"',
    );
  });

  test('Basic asks for UTF-8', () => {
    expect(challenge({ scheme: 'Basic', realm: 'x' })).toBe('Basic realm="x", charset="UTF-8"');
  });

  test('nothing can break out of its quotes', () => {
    for (const realm of ['a\r\nSet-Cookie: x', 'ä', '\0'])
      expect(() => challenge({ scheme: 'Bearer', realm })).toThrow(RangeError);
    for (const bad of ['"', '\\', '\n', 'ä', ''])
      for (const part of ['error', 'errorDescription', 'scope'])
        expect(() => challenge({ scheme: 'Bearer', realm: '', [part]: bad })).toThrow(RangeError);
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]*$/), (realm) => {
        const quoted = challenge({ scheme: 'Bearer', realm }).slice('Bearer realm='.length);
        expect(quoted).toMatch(/^"(?:[^"\\]|\\.)*"$/);
        expect(quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1')).toBe(realm);
      }),
    );
  });
});
