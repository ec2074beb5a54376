import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseClaims } from '../../../src/protocol/oauth/claims-parameter.ts';
import { faultOf } from './told.ts';

describe('OpenID Connect Core §5.5', () => {
  test('the example of the standard', () => {
    const text = JSON.stringify({
      userinfo: {
        given_name: { essential: true },
        nickname: null,
        email: { essential: true },
        'http://example.info/claims/groups': null,
      },
      id_token: {
        auth_time: { essential: true },
        acr: { values: ['urn:mace:incommon:iap:silver'] },
        sub: { value: '248289761001' },
      },
    });
    expect(parseClaims(text)).toEqual({
      userinfo: [
        { name: 'given_name', essential: true, values: [] },
        { name: 'nickname', essential: false, values: [] },
        { name: 'email', essential: true, values: [] },
        { name: 'http://example.info/claims/groups', essential: false, values: [] },
      ],
      idToken: [
        { name: 'auth_time', essential: true, values: [] },
        { name: 'acr', essential: false, values: ['urn:mace:incommon:iap:silver'] },
        { name: 'sub', essential: false, values: ['248289761001'] },
      ],
    });
  });

  test.each([
    [undefined, undefined],
    ['{}', { userinfo: [], idToken: [] }],
    ['{"userinfo":null,"id_token":{}}', { userinfo: [], idToken: [] }],
    ['{"other":5}', { userinfo: [], idToken: [] }],
    ['{"userinfo":{"a":{}}}', { userinfo: [{ name: 'a', essential: false, values: [] }], idToken: [] }],
    ['{"userinfo":{"a":{"x":1}}}', { userinfo: [{ name: 'a', essential: false, values: [] }], idToken: [] }],
    [
      '{"userinfo":{"a":{"value":true}}}',
      { userinfo: [{ name: 'a', essential: false, values: [true] }], idToken: [] },
    ],
  ])('%j is read', (text, expected) => {
    expect(parseClaims(text)).toEqual(expected);
  });

  test.each([
    '',
    'x',
    'null',
    '[]',
    '"a"',
    '{"userinfo":[]}',
    '{"userinfo":"a"}',
    '{"userinfo":{"a":true}}',
    '{"userinfo":{"a":[]}}',
    '{"userinfo":{"a":{"essential":"true"}}}',
    '{"userinfo":{"a":{"essential":1}}}',
    '{"userinfo":{"a":{"values":"x"}}}',
    '{"userinfo":{"a":{"values":[]}}}',
    '{"userinfo":{"a":{"value":1,"values":[1]}}}',
    '{"userinfo":{"":null}}',
    '{"userinfo":{"a\\nb":null}}',
    '{"userinfo":{"a":null,"a":null}}',
    '{"userinfo":{},"userinfo":{}}',
    '{"userinfo":{"__proto__":null}}',
    '{"userinfo":{"constructor":{"prototype":null}}}',
    '{"userinfo":{}} x',
    `{"userinfo":{"${'a'.repeat(101)}":null}}`,
    JSON.stringify({ userinfo: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`c${n}`, null])) }),
  ])('OAU-07 OAU-31: %.60s is refused', (text) => {
    expect(faultOf(() => parseClaims(text))).toBe('invalid_request claims');
  });

  test('any JSON gives claims or invalid_request', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(faultOf(() => parseClaims(`{"userinfo":${text},"id_token":{"a":${text}}}`))).toMatch(
          /^(?:nothing|invalid_request claims)$/,
        );
      }),
    );
  });
});
