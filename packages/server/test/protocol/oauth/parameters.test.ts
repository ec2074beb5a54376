import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOneOf, parseParameters, requireParameter } from '../../../src/protocol/oauth/parameters.ts';
import { faultOf } from './told.ts';

const read = (text: string) => {
  const { values, resources } = parseParameters(text);
  return { ...Object.fromEntries(values), resources };
};

describe('what is read', () => {
  test.each([
    ['', { resources: [] }],
    ['a=1&b=2', { a: '1', b: '2', resources: [] }],
    ['a=1&b=', { a: '1', resources: [] }],
    ['a=1&b', { a: '1', resources: [] }],
    ['resource=x', { resources: ['x'] }],
    ['resource=x&a=1&resource=y', { a: '1', resources: ['x', 'y'] }],
    ['resource=x&resource=x', { resources: ['x', 'x'] }],
    ['resource=&resource', { resources: [] }],
    ['%72esource=x', { resources: ['x'] }],
    ['resource=x&%72esource=y', { resources: ['x', 'y'] }],
  ])('OAU-07: %j: an empty value is as good as none, resource may come again', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
});

test('a parameter whose name only begins so is no resource', () => {
  expect([...parseParameters('resources=x').values]).toEqual([['resources', 'x']]);
});

describe('what is refused', () => {
  test.each([
    'a=1&a=1',
    'a=1&a=2',
    'a=1&%61=2',
    'a=&a=1',
    'a=1&a=',
    'a&a',
    'state=x&b=1&state=x',
    '%72esource=x&%72esource=y',
  ])('OAU-07: %j: a parameter that is sent twice, with any values', (text) => {
    expect(faultOf(() => parseParameters(text))).toBe('invalid_request');
  });

  test.each([
    'a=%',
    'a=%zz',
    'a=%00',
    'a=%c0%80',
    'a=%ed%a0%80',
    'a=%ff',
    'resource=%',
    'resource=%00',
    '=1',
    'a=1&',
    '&a=1',
    `a=${'x'.repeat(8193)}`,
    `resource=${'x'.repeat(8193)}`,
    `a=${'x'.repeat(65_536)}`,
  ])('OAU-31: %.20s: broken or too long', (text) => {
    expect(faultOf(() => parseParameters(text))).toBe('invalid_request');
  });

  test('more than 20 resources', () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `resource=r${n}`).join('&');
    expect(parseParameters(many(20)).resources).toHaveLength(20);
    expect(faultOf(() => parseParameters(many(21)))).toBe('invalid_request resource');
  });
});

test('OAU-07: no parameter of any name is ever read twice', () => {
  const name = fc.stringMatching(/^[a-z_]{1,12}$/).filter((text) => text !== 'resource');
  fc.assert(
    fc.property(name, fc.string(), fc.string(), (one, first, second) => {
      const text = `${one}=${encodeURIComponent(first.toWellFormed())}&b9=1&${one}=${encodeURIComponent(second.toWellFormed())}`;
      expect(faultOf(() => parseParameters(text))).toBe('invalid_request');
    }),
  );
});

test('OAU-31: any text gives parameters or invalid_request', () => {
  const piece = fc.constantFrom('&', '=', '%', '+', 'resource', '%41', '%ff', '%00', '\ud800', '\0', 'a');
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(faultOf(() => parseParameters(pieces.join('')))).toMatch(/^(?:nothing|invalid_request)$/);
    }),
  );
});

test('a parameter that must be there is named when it is not', () => {
  expect(requireParameter(parseParameters('code=x'), 'code')).toBe('x');
  expect(faultOf(() => requireParameter(parseParameters('code='), 'code'))).toBe('invalid_request code');
});

test('a value is one of a list letter by letter', () => {
  expect(['query', 'Query', 'quer', 'query ', ''].map((text) => isOneOf(['query'], text))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
