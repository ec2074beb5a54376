import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseForm } from '../../../src/protocol/form.ts';
import { authorizationAnswer, withFields } from '../../../src/protocol/oauth/authorization-response.ts';
import { OAuthFault } from '../../../src/protocol/oauth/error.ts';

const issuer = 'https://auth.example';
const outcomes = [
  { outcome: { code: 'dw_co_x' }, told: { code: 'dw_co_x' } },
  {
    outcome: new OAuthFault('access_denied', 'The person refused.', { check: 'secret reason' }),
    told: { error: 'access_denied', error_description: 'The person refused.' },
  },
];

describe.each(outcomes)('RFC 9207 §2: the answer $told', ({ outcome, told }) => {
  test.each(['query', 'form_post'] as const)('OAU-13: by %s has issuer and state', (responseMode) => {
    const target = { redirectUri: 'https://app.example/cb', responseMode, state: ' a&b=ä%41+' };
    const answer = authorizationAnswer({ issuer, target, outcome });
    expect(answer).toMatchObject({ redirectUri: 'https://app.example/cb', responseMode });
    expect(Object.fromEntries(answer.fields)).toEqual({ ...told, state: ' a&b=ä%41+', iss: issuer });
  });

  test('OAU-13: has no state when none was sent', () => {
    const target = { redirectUri: 'https://app.example/cb', responseMode: 'query' } as const;
    const { fields } = authorizationAnswer({ issuer, target, outcome });
    expect(Object.fromEntries(fields)).toEqual({ ...told, iss: issuer });
  });
});

describe('RFC 6749 §3.1.2: an address with fields', () => {
  test.each([
    ['https://a.example/cb', 'https://a.example/cb?a=1&b=%20%26'],
    ['https://a.example/cb?', 'https://a.example/cb?a=1&b=%20%26'],
    ['https://a.example/cb?x=%2F+y', 'https://a.example/cb?x=%2F+y&a=1&b=%20%26'],
    ['https://a.example/cb?x=1&', 'https://a.example/cb?x=1&a=1&b=%20%26'],
    ['com.example.app:/cb', 'com.example.app:/cb?a=1&b=%20%26'],
    ['http://[::1]:4000/cb', 'http://[::1]:4000/cb?a=1&b=%20%26'],
  ])('%s keeps what it has', (uri, expected) => {
    expect(
      withFields(uri, [
        ['a', '1'],
        ['b', ' &'],
      ]),
    ).toBe(expected);
  });

  test('no fields, no change', () => {
    expect(withFields('https://a.example/cb', [])).toBe('https://a.example/cb');
  });

  test('OAU-13: what is written is read as it was, by forms and by URLs', () => {
    const value = fc.string({ unit: 'grapheme' }).filter((text) => !/[\0\p{NChar}]/u.test(text));
    fc.assert(
      fc.property(value, value, (code, state) => {
        const target = { redirectUri: 'https://a.example/cb?x=1', responseMode: 'query', state } as const;
        const { fields } = authorizationAnswer({ issuer, target, outcome: { code } });
        const location = withFields(target.redirectUri, fields);
        const expected = [['x', '1'], ...fields.map(([name, text]) => [name, text])];
        expect([...parseForm(location.slice(location.indexOf('?') + 1))]).toEqual(expected);
        expect([...new URL(location).searchParams]).toEqual(expected);
        expect(location).toMatch(/^[!-~]+$/);
      }),
    );
  });
});
