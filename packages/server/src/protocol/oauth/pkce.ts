/**
 * Proof Key for Code Exchange (RFC 7636), by S256 alone: with `plain` whoever reads the request can redeem the code
 * (RFC 9700 §2.1.1).
 */
import { hash } from 'node:crypto';
import { equalText, fromBase64url } from '../../base/bytes.ts';
import { OAuthFault } from './error.ts';

/** The methods that we take. */
export const codeChallengeMethods = ['S256'] as const;

/** RFC 7636 §4.1. */
const verifierPattern = /^[A-Za-z0-9\-._~]{43,128}$/;
const digestLength = 32;

/** Whether a text is the base64url of a SHA-256 digest, in its one spelling (RFC 7636 §4.2, RFC 7638 §3). */
export const isDigest = (text: string): boolean => fromBase64url(text)?.byteLength === digestLength;

/** The challenge of a verifier (RFC 7636 §4.2): BASE64URL(SHA256(verifier)). */
export const challengeOf = (verifier: string): string => hash('sha256', verifier, 'base64url');

/** The two parameters as they were sent. */
export interface ChallengeParameters {
  readonly challenge: string | undefined;
  readonly method: string | undefined;
  /** Whether the client must send one. */
  readonly required: boolean;
}

/**
 * The challenge of an authorization request, or undefined when there is none and none is required. Throws
 * `invalid_request` when it is missing though required, is no SHA-256 digest, or its method is not `S256`; no method
 * means `plain` (RFC 7636 §4.3, §4.4.1).
 */
export function parseChallenge({ challenge, method, required }: ChallengeParameters): string | undefined {
  if (challenge === undefined) {
    if (required) throw badChallenge('A code challenge is required.', 'code_challenge');
    if (method !== undefined)
      throw badChallenge('There is no code challenge for the method.', 'code_challenge');
    return undefined;
  }
  if (method !== 'S256')
    throw badChallenge('The code challenge method is not S256.', 'code_challenge_method');
  if (!isDigest(challenge)) throw badChallenge('The code challenge is malformed.', 'code_challenge');
  return challenge;
}

const badChallenge = (description: string, parameter: string): OAuthFault =>
  new OAuthFault('invalid_request', description, { parameter });

/**
 * The verifier of a token request. Throws `invalid_request` unless it is 43 to 128 unreserved characters (RFC 7636 §4.1).
 */
export function parseVerifier(text: string | undefined): string | undefined {
  if (text !== undefined && !verifierPattern.test(text))
    throw new OAuthFault('invalid_request', 'The code verifier is malformed.', {
      parameter: 'code_verifier',
    });
  return text;
}

/**
 * Judges a verifier against the challenge of its code, in both directions: a verifier without a challenge is refused
 * too, because somebody may have removed the challenge on its way (RFC 7636 §4.6, RFC 9700 §4.8.2). Throws
 * `invalid_grant`.
 */
export function checkVerifier(challenge: string | undefined, verifier: string | undefined): void {
  const isProven =
    challenge === undefined || verifier === undefined
      ? challenge === verifier
      : equalText(challengeOf(verifier), challenge);
  if (!isProven)
    throw new OAuthFault('invalid_grant', 'The code verifier does not prove the code.', {
      parameter: 'code_verifier',
      check: challenge === undefined ? 'verifier-without-challenge' : 'verifier',
    });
}
