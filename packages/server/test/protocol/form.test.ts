import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormFault, parseForm } from '../../src/protocol/form.ts';

const entries = (text: string) => [...parseForm(text)];

describe('what is read', () => {
  test.each([
    ['', []],
    [
      'a=1&b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['a=b=c', [['a', 'b=c']]],
    ['a+b=c+d%2B', [['a b', 'c d+']]],
    ['%C3%A4=%E2%82%AC', [['ä', '€']]],
    ['a=%2541', [['a', '%41']]],
    [
      '__proto__=1&constructor=2',
      [
        ['__proto__', '1'],
        ['constructor', '2'],
      ],
    ],
  ])('INP-01 INP-04: %j', (text, expected) => {
    expect(entries(text)).toEqual(expected);
    expect('1' in {}).toBe(false);
  });

  test('what URLSearchParams writes is read as it was', () => {
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    const pairs = fc.uniqueArray(fc.tuple(word.filter(Boolean), word), { selector: ([name]) => name });
    fc.assert(
      fc.property(pairs, (fields) => {
        expect(entries(new URLSearchParams(fields).toString())).toEqual(fields);
      }),
    );
  });

  test('100 fields are read', () => {
    expect(parseForm(Array.from({ length: 100 }, (_, n) => `f${n}=`).join('&')).size).toBe(100);
  });
});

describe('what is refused', () => {
  test.each([
    ['a=1&a=1', 4],
    ['a=1&%61=2', 4],
    ['=1', 0],
    ['a=1&', 4],
    ['a=1&&b=2', 4],
    ['a=%', 0],
    ['a=%zz', 0],
    ['a=%4', 0],
    ['a=%ff', 0],
    ['a=%c0%80', 0],
    ['a=%ed%a0%80', 0],
    ['%ff=a', 0],
    ['b=1&a=%00', 4],
    ['a=\0', 0],
    ['a=\ud800', 0],
    ['a=%ef%bf%be', 0],
  ])('INP-04 INP-06: %j, at %i', (text, position) => {
    expect(() => parseForm(text)).toThrow(FormFault);
    expect(() => parseForm(text)).toThrow(expect.objectContaining({ position }));
  });

  test('INP-04: more than 100 fields; a million are not kept', () => {
    const text = Array.from({ length: 1_000_000 }, (_, n) => n).join('&');
    expect(() => parseForm(text)).toThrow('more than 100 fields');
    expect(() => parseForm(Array.from({ length: 101 }, (_, n) => n).join('&'))).toThrow(
      'more than 100 fields',
    );
  });

  test('INP-04: any text gives fields or a FormFault that holds nothing of it', () => {
    const piece = fc.constantFrom('&', '=', '%', '+', '%41', '%ff', 'kitten', '\ud800', '\0');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          parseForm(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(FormFault);
          expect(String(error)).not.toContain('kitten');
        }
      }),
    );
  });
});
