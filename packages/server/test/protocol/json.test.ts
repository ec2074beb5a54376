import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonFault, parseJson } from '../../src/protocol/json.ts';

const fault = (text: string): JsonFault => {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonFault) return error;
    throw error;
  }
  throw new Error(`accepted: ${text.slice(0, 100)}`);
};
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('what is read', () => {
  test.each([
    ['{}', {}],
    ['[]', []],
    [' \t\r\n{ "a" : [ 1 , -2.5e3 , true , null , "x" ] } ', { a: [1, -2500, true, null, 'x'] }],
    ['"lone text"', 'lone text'],
    ['null', null],
    ['{"a":{"a":1},"b":{"a":1}}', { a: { a: 1 }, b: { a: 1 } }],
    ['{"a:b":"c:d,{[\\"","e":"]}"}', { 'a:b': 'c:d,{["', e: ']}' }],
    ['"\\\\"', '\\'],
    ['"\\ud83d\\ude00"', '😀'],
    ['"😀"', '😀'],
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
    ['1e-400', 0],
    ['{"":0}', { '': 0 }],
    ['{"toString":1,"hasOwnProperty":2}', { toString: 1, hasOwnProperty: 2 }],
  ])('%j', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  test('INP-04: whatever JSON.stringify writes is read as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/"(?:__proto__|constructor|prototype)":|e\+|\d{16}/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
        expect(parseJson(JSON.stringify(value, null, '\t'))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('what is refused', () => {
  test.each([
    '',
    ' ',
    '{',
    '}',
    ']',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '{"a" 1}',
    '{"a"::1}',
    '01',
    '+1',
    '.5',
    'NaN',
    'Infinity',
    'undefined',
    '// x\n1',
    '"\t"',
    '"\\x41"',
    '"\\u12"',
    '"open',
    '"open\\',
    '{}{}',
    '1 2',
    '[] x',
    '\u00a01',
    '{"a":1}\0',
    '"\0"',
  ])('INP-04: broken or trailing text %j', (text) => {
    expect(fault(text).reason).toBe('The text is not valid JSON.');
  });

  test.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '[{"b":{"c":1,"d":2,"c":3}}]',
    '{"":1,"":2}',
    '{"1":1,"1":1}',
  ])('INP-04: a repeated name %j', (text) => {
    expect(fault(text).reason).toBe('An object has the same name twice.');
  });

  test.each(['__proto__', 'constructor', 'prototype', '\\u005f_proto__'])('INP-01: the name %j', (name) => {
    const text = `{"x":[{"${name}":{"polluted":true}}]}`;
    expect(fault(text).reason).toBe('An object has a name that is not allowed.');
    expect('polluted' in {}).toBe(false);
  });

  test.each([
    '"\\u0000"',
    '"\\ud800"',
    '"\ud800"',
    '"\\udc00x"',
    '"\\ud800\\ud800"',
    '"\\ufffe"',
    '"\uffff"',
    '"\ufdd0"',
    '"\u{1fffe}"',
    '"\\udbff\\udfff"',
    '{"\\u0000":1}',
    '{"a\ud800":1}',
  ])('INP-04 INP-06: the string %j', (text) => {
    expect(fault(text).reason).toBe('A string has a character that is not allowed.');
  });

  test.each([
    '1e400',
    '-1e400',
    '9007199254740992',
    '-9007199254740993',
    '1e16',
    '123456789012345678901234567890',
    '-0',
    '-0.0',
    '[{"a":1e999}]',
  ])('INP-04: the number %s', (text) => {
    expect(fault(text).reason).toBe('A number cannot be kept exactly.');
  });

  test('INP-04: a byte order mark', () => {
    expect(fault('\ufeff{}')).toMatchObject({
      position: 0,
      reason: 'The text begins with a byte order mark.',
    });
  });

  test('INP-04: more than 32 levels; a depth of a million overflows nothing', () => {
    expect(() => parseJson(nested(32))).not.toThrow();
    expect(fault(nested(33))).toMatchObject({ position: 32 });
    expect(fault(nested(1_000_000)).position).toBe(32);
    expect(fault('{"a":'.repeat(1_000_000)).position).toBe(160);
    expect(parseJson(`["${'['.repeat(100)}"]`)).toEqual(['['.repeat(100)]);
  });

  test('INP-04: more than 10,000 values; a million names are counted, not kept', () => {
    const list = (count: number, item: string) => `[${Array.from({ length: count }, () => item).join(',')}]`;
    const members = (count: number) => Array.from({ length: count }, (_, n) => `"k${n}":0`).join(',');
    for (const item of ['0', '[]', '{ }', '"a,b"']) {
      expect(parseJson(list(9_999, item))).toHaveLength(9_999);
      expect(fault(list(10_000, item)).reason).toContain('10000 values');
    }
    expect(() => parseJson(list(4_999, '[0]'))).not.toThrow();
    expect(() => fault(list(5_000, '[0]'))).not.toThrow();
    expect(() => parseJson(`{${members(9_999)}}`)).not.toThrow();
    expect(fault(`{${members(1_000_000)}}`).reason).toContain('10000 values');
  });

  test('INP-04: any text gives a value or a JsonFault that holds nothing of it', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      '1',
      'null',
      'kitten',
      '\ud800',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece).map((all) => all.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          try {
            const value = parseJson(text);
            expect(JSON.parse(text)).toEqual(value);
          } catch (error) {
            expect(error).toBeInstanceOf(JsonFault);
            expect(error).not.toHaveProperty('cause');
            expect(String(error)).not.toContain('kitten');
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('INP-04: repeating any one member of any object is noticed', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string({ unit: 'grapheme-ascii' }), fc.integer()), {
      minLength: 1,
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(entries, fc.nat(), (pairs, pick) => {
        const texts = pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`);
        const again = texts[pick % texts.length] ?? '';
        expect(() => fault(`{${[...texts, again].join(',')}}`)).not.toThrow();
      }),
    );
  });
});
