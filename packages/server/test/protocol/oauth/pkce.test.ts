import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  challengeOf,
  checkVerifier,
  codeChallengeMethods,
  isDigest,
  parseChallenge,
  parseVerifier,
} from '../../../src/protocol/oauth/pkce.ts';
import { checkOf, faultOf } from './told.ts';

// RFC 7636 Appendix B
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

test('RFC 7636 Appendix B: the challenge of the verifier', () => {
  expect(challengeOf(verifier)).toBe(challenge);
  expect(faultOf(() => checkVerifier(challenge, verifier))).toBe('nothing');
});

test('OAU-04: S256 is the only method', () => {
  expect(codeChallengeMethods).toEqual(['S256']);
});

describe('the challenge of an authorization request', () => {
  test('is read', () => {
    expect(parseChallenge({ challenge, method: 'S256', required: true })).toBe(challenge);
    expect(parseChallenge({ challenge, method: 'S256', required: false })).toBe(challenge);
    expect(parseChallenge({ challenge: undefined, method: undefined, required: false })).toBeUndefined();
  });

  test.each<[string, string | undefined, string | undefined, boolean, string]>([
    ['none, though it is required', undefined, undefined, true, 'code_challenge'],
    ['a method alone', undefined, 'S256', false, 'code_challenge'],
    ['no method, which means plain', challenge, undefined, true, 'code_challenge_method'],
    ['plain', challenge, 'plain', true, 'code_challenge_method'],
    ['the method in another case', challenge, 's256', true, 'code_challenge_method'],
    ['a letter short', challenge.slice(1), 'S256', true, 'code_challenge'],
    ['a letter long', `${challenge}A`, 'S256', true, 'code_challenge'],
    ['padding', `${challenge}=`, 'S256', true, 'code_challenge'],
    ['the letters of base64', `+${challenge.slice(1)}`, 'S256', true, 'code_challenge'],
    ['spare bits that are not zero', `${challenge.slice(0, -1)}N`, 'S256', true, 'code_challenge'],
    ['a space', ` ${challenge.slice(1)}`, 'S256', true, 'code_challenge'],
    ['a line end', `${challenge}\n`, 'S256', true, 'code_challenge'],
  ])('OAU-04 JWT-14: %s is refused', (_, sent, ...[method, required, parameter]) => {
    expect(faultOf(() => parseChallenge({ challenge: sent, method, required }))).toBe(
      `invalid_request ${parameter}`,
    );
  });
});

describe('RFC 7636 §4.1: the verifier of a token request', () => {
  test.each(['a'.repeat(43), 'a'.repeat(128), `${'a'.repeat(39)}-._~`])('%.50s is read', (text) => {
    expect(parseVerifier(text)).toBe(text);
  });

  test('none is none', () => {
    expect(parseVerifier(undefined)).toBeUndefined();
  });

  test.each([
    '',
    'a'.repeat(42),
    'a'.repeat(129),
    `${'a'.repeat(42)}+`,
    `${'a'.repeat(42)} `,
    `${'a'.repeat(43)}\n`,
    'ä'.repeat(43),
  ])('OAU-04: %j is refused', (text) => {
    expect(faultOf(() => parseVerifier(text))).toBe('invalid_request code_verifier');
  });
});

describe('OAU-04: both directions', () => {
  test('a challenge without a verifier, and a verifier without a challenge', () => {
    expect(faultOf(() => checkVerifier(challenge, undefined))).toBe('invalid_grant code_verifier');
    expect(faultOf(() => checkVerifier(undefined, verifier))).toBe('invalid_grant code_verifier');
    expect(checkOf(() => checkVerifier(undefined, verifier))).toBe('verifier-without-challenge');
    expect(faultOf(() => checkVerifier(undefined, undefined))).toBe('nothing');
  });

  test('the challenge itself is no verifier', () => {
    expect(faultOf(() => checkVerifier(challenge, challenge))).toBe('invalid_grant code_verifier');
  });

  test('a challenge matches its own verifier and no other', () => {
    const verifiers = fc.stringMatching(/^[A-Za-z0-9\-._~]{43,128}$/);
    fc.assert(
      fc.property(verifiers, verifiers, (one, other) => {
        expect(isDigest(challengeOf(one))).toBe(true);
        expect(faultOf(() => checkVerifier(challengeOf(one), one))).toBe('nothing');
        if (one !== other)
          expect(faultOf(() => checkVerifier(challengeOf(one), other))).toBe('invalid_grant code_verifier');
      }),
    );
  });
});
