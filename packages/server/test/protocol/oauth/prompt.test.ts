import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMaxAge, parsePrompt, promptValues } from '../../../src/protocol/oauth/prompt.ts';
import { faultOf } from './told.ts';

describe('OpenID Connect Core §3.1.2.1: prompt', () => {
  test.each([
    [undefined, []],
    ['none', ['none']],
    ['login', ['login']],
    ['login consent', ['login', 'consent']],
    ['select_account consent login', ['select_account', 'consent', 'login']],
  ])('OAU-11: %j is read', (text, expected) => {
    expect(parsePrompt(text)).toEqual(expected);
  });

  test.each([
    '',
    'create',
    'Login',
    'login,consent',
    'login  consent',
    ' login',
    'login ',
    'login\tconsent',
    'login login',
    'none none',
    'none login',
    'login none',
    'constructor',
  ])('OAU-11: %j is refused', (text) => {
    expect(faultOf(() => parsePrompt(text))).toBe('invalid_request prompt');
  });

  test('every list without a repetition is read, unless none is not alone', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...promptValues), { minLength: 1 }), (values) => {
        const isMixed = values.length > 1 && values.includes('none');
        expect(faultOf(() => parsePrompt(values.join(' ')))).toBe(
          isMixed ? 'invalid_request prompt' : 'nothing',
        );
      }),
    );
  });
});

describe('OpenID Connect Core §3.1.2.1: max_age', () => {
  test.each([
    [undefined, undefined],
    ['0', 0],
    ['1', 1],
    ['10000', 10_000],
    ['9999999999', 9_999_999_999],
  ])('OAU-11: %j is read', (text, expected) => {
    expect(parseMaxAge(text)).toBe(expected);
  });

  test.each(['', '-1', '-0', '+1', '01', '1.0', '1e3', '0x10', ' 1', '1 ', '1\n', '٣', 'NaN', '10000000000'])(
    'OAU-11 JWT-09: %j is refused',
    (text) => {
      expect(faultOf(() => parseMaxAge(text))).toBe('invalid_request max_age');
    },
  );
});
