import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptedLanguages, lookUpLanguage } from '../../src/protocol/language-range.ts';

describe('Accept-Language', () => {
  test.each<[string | undefined, string[]]>([
    [undefined, []],
    ['', []],
    ['de', ['de']],
    ['da, en-gb;q=0.8, en;q=0.7', ['da', 'en-gb', 'en']],
    ['en;q=0.2, ar;q=0.9 , de ; q=0.5', ['ar', 'de', 'en']],
    ['en, de', ['en', 'de']],
    ['de;q=0, en', ['en']],
    ['de;q=0.000, en;Q=0.5', ['en']],
    ['*', ['*']],
  ])('%j wants %j', (header, wanted) => {
    expect(acceptedLanguages(header)).toEqual(wanted);
  });

  test.each([
    'de;q=2',
    'de;q=1.5',
    'de;q=',
    'de;q=0.5;q=1',
    'de;level=1',
    'd_e',
    'de-',
    '-de',
    'deutschland',
    'ä',
  ])('what cannot be read is left out: %j', (element) => {
    expect(acceptedLanguages(`${element}, en`)).toEqual(['en']);
  });

  test('INP-02: a header without end is read no further than anybody wishes', () => {
    expect(acceptedLanguages('de,'.repeat(100_000)).length).toBeLessThanOrEqual(20);
  });

  test('any text gives ranges and nothing else', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        for (const range of acceptedLanguages(header)) expect(range).toMatch(/^(?:[A-Za-z0-9-]+|\*)$/);
      }),
    );
  });
});

describe('RFC 4647 §3.4: a lookup', () => {
  const available = ['en', 'de', 'ar', 'zh-Hant'] as const;

  test.each<[string[], string | undefined]>([
    [[], undefined],
    [['fr'], undefined],
    [['fr', 'de'], 'de'],
    [['DE-at'], 'de'],
    [['zh-Hant-CN-x-private1-private2'], 'zh-Hant'],
    [['zh'], undefined],
    [['ar-EG', 'en'], 'ar'],
    [['*', 'de'], 'de'],
    [['*'], undefined],
    [['den'], undefined],
  ])('of %j finds %j', (ranges, found) => {
    expect(lookUpLanguage(ranges, available)).toBe(found);
  });

  test('takes a single letter away together with what stood behind it', () => {
    expect(lookUpLanguage(['zh-x-b'], ['zh-x'])).toBeUndefined();
    expect(lookUpLanguage(['zh-x-b'], ['zh'])).toBe('zh');
  });

  test('finds a language by every tag that begins with it', () => {
    const subtag = fc.stringMatching(/^[A-Za-z0-9]{2,8}$/);
    fc.assert(
      fc.property(fc.constantFrom(...available), fc.array(subtag, { maxLength: 5 }), (tag, more) => {
        expect(lookUpLanguage([[tag, ...more].join('-')], available)).toBe(tag);
      }),
    );
  });
});
