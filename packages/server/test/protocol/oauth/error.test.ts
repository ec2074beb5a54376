import { describe, expect, test } from 'vitest';
import { errorBody, OAuthFault, oauthErrors } from '../../../src/protocol/oauth/error.ts';

describe('RFC 6749 §5.2: the letters of error_description', () => {
  test.each(['a "quoted" word', 'a \\ in it', 'ä', 'two\nlines', 'a\ttab', '\x7f', ''])(
    '%j is refused',
    (text) => {
      expect(() => new OAuthFault('invalid_request', text)).toThrow(RangeError);
    },
  );

  test('a plain sentence is told', () => {
    expect(errorBody(new OAuthFault('invalid_grant', "The code's gone [1]."))).toEqual({
      error: 'invalid_grant',
      error_description: "The code's gone [1].",
    });
  });
});

test('what is for the operator stays behind', () => {
  const fault = new OAuthFault('invalid_client', 'The client is not proven.', {
    parameter: 'client_assertion',
    check: 'assertion-audience',
  });
  expect(JSON.stringify(errorBody(fault))).not.toContain('audience');
  expect(fault.message).not.toContain('audience');
});

test('every code is written as RFC 6749 §5.2 allows and names its section', () => {
  for (const [code, section] of Object.entries(oauthErrors)) {
    expect(code).toMatch(/^[a-z_]+$/);
    expect(section).toMatch(/^(?:RFC \d{4}|OpenID Connect Core(?: [A-Z][a-z]+)*) §\d[\d.]*$/);
  }
});
