import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allowedScopes,
  formatScope,
  isScope,
  narrowScopes,
  parseScope,
} from '../../../src/protocol/oauth/scope.ts';
import { faultOf } from './told.ts';

describe('RFC 6749 §3.3: the grammar', () => {
  test.each([
    [undefined, []],
    ['openid', ['openid']],
    ['openid email', ['openid', 'email']],
    ['b a b', ['b', 'a']],
    [
      "https://api.example/a:b!#$%&'()*+,-./;<=>?@[]^_`{|}~",
      ["https://api.example/a:b!#$%&'()*+,-./;<=>?@[]^_`{|}~"],
    ],
  ])('%j is read', (text, expected) => {
    expect(parseScope(text)).toEqual(expected);
  });

  test.each(['', ' ', ' a', 'a ', 'a  b', 'a\tb', 'a\nb', 'a"b', 'a\\b', 'ä', 'a\u00a0b', 'a\x7f', 'a\0'])(
    '%j is refused',
    (text) => {
      expect(faultOf(() => parseScope(text))).toBe('invalid_scope scope');
    },
  );
});

test('what is written is read as it was', () => {
  const scope = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter(isScope);
  fc.assert(
    fc.property(fc.uniqueArray(scope, { minLength: 1 }), (scopes) => {
      expect(parseScope(formatScope(scopes))).toEqual(scopes);
    }),
  );
});

test('an authorization request gets what its client may have, and none of it is an error', () => {
  expect(allowedScopes(['openid', 'x', 'email'], ['email', 'openid'])).toEqual(['openid', 'email']);
  expect(allowedScopes([], ['email'])).toEqual([]);
  expect(faultOf(() => allowedScopes(['x'], ['email']))).toBe('invalid_scope scope');
});

test('OAU-28: a token request that asks for more than it may have is refused', () => {
  expect(narrowScopes([], ['a', 'b'])).toEqual(['a', 'b']);
  expect(narrowScopes(['b'], ['a', 'b'])).toEqual(['b']);
  for (const asked of [['c'], ['a', 'c'], ['A'], ['openid']])
    expect(faultOf(() => narrowScopes(asked, ['a', 'b']))).toBe('invalid_scope scope');
});
