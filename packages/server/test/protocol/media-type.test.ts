import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isForm, isJson, prefersHtml } from '../../src/protocol/media-type.ts';

describe.each([
  [isJson, 'application/json', 'application/x-www-form-urlencoded'],
  [isForm, 'application/x-www-form-urlencoded', 'application/json'],
] as const)('%o', (accepts, type, foreign) => {
  test.each(['', ';charset=utf-8', '; charset=UTF-8', ' ; CHARSET="utf-8"'])(
    'INP-04: takes its type with %j',
    (rest) => {
      expect(accepts(type + rest)).toBe(true);
      expect(accepts(type.toUpperCase() + rest)).toBe(true);
    },
  );

  test.each([
    ';',
    '; charset=utf-16',
    '; charset=latin1',
    '; charset="utf-8',
    '; charset = utf-8',
    '; charset=utf-8; charset=utf-16',
    '; boundary=x',
    'x',
    ', text/html',
    '\n',
  ])('INP-04: refuses its type with %j', (rest) => {
    expect(accepts(type + rest)).toBe(false);
  });

  test('INP-04: refuses everything else', () => {
    for (const text of [
      null,
      '',
      foreign,
      'text/plain',
      'application/jsonp',
      ` ${type}`,
      'application/a+json',
    ])
      expect(accepts(text)).toBe(false);
  });
});

describe('whether a page is wanted', () => {
  test.each([
    [null, false],
    ['', false],
    ['*/*', false],
    ['text/html', true],
    ['TEXT/HTML', true],
    ['text/*', true],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['application/json', false],
    ['application/json, text/plain, */*', false],
    ['text/html, application/json', false],
    ['text/html;q=0.5, application/json', false],
    ['text/html, application/json;q=0.9', true],
    ['text/html;level=1;q=0.3, */*;q=0.2', true],
    ['text/html;q=0', false],
    ['text/html;q=2', false],
    ['text/html;q=x, */*', false],
    ['text/*;q=0.1, */*', false],
    ['text/html ; Q=0.9 , */* ; q=0.1', true],
  ])('%j: %s', (accept, expected) => {
    expect(prefersHtml(accept)).toBe(expected);
  });

  test('any text is survived, and the order of ranges does not matter', () => {
    const range = fc.constantFrom('text/html', 'text/*;q=0.4', '*/*;q=0.3', 'application/json;q=0.7', 'a/b');
    fc.assert(
      fc.property(fc.uniqueArray(range), fc.string(), (ranges, junk) => {
        expect(prefersHtml(ranges.join(','))).toBe(prefersHtml(ranges.toReversed().join(', ')));
        expect(typeof prefersHtml(junk)).toBe('boolean');
      }),
    );
  });
});
