/**
 * ID tokens (OpenID Connect Core §2): what they claim, and what one that a client shows us again as a hint proves.
 * Signatures are made and checked elsewhere.
 */
import { hash } from 'node:crypto';
import { OAuthFault } from './error.ts';
import { type CompactJws, type JsonObject, parseJws, parseObject } from './jws.ts';
import { withoutReserved } from './standard-claims.ts';

/** By what our ID tokens may be signed; a client chooses (OpenID Connect Registration §2). */
export const idTokenAlgorithms = ['RS256', 'ES256', 'EdDSA'] as const;

/** One of them. */
export type IdTokenAlgorithm = (typeof idTokenAlgorithms)[number];

/** What an ID token is made from. Times are seconds since 1970. */
export interface IdTokenParts {
  readonly issuer: string;
  readonly clientId: string;
  readonly subject: string;
  readonly sessionId: string;
  readonly issuedAt: number;
  /** Seconds. */
  readonly lifetime: number;
  /** When it was last proven who this is. */
  readonly authTime: number;
  /** RFC 8176; empty where nobody knows. */
  readonly amr: readonly string[];
  readonly acr: string | undefined;
  /** As the authorization request sent it. */
  readonly nonce: string | undefined;
  readonly algorithm: IdTokenAlgorithm;
  /** The access token beside it; undefined where it is named later, by `namingToken`. */
  readonly accessToken: string | undefined;
  /** Claims about the person; what only we may say is left out of them. */
  readonly claims: JsonObject;
}

/**
 * The claims of an ID token (OpenID Connect Core §2, §3.1.3.6). The client is the one audience, so there is no `azp`,
 * as the standard's errata advise.
 */
export const idTokenClaims = (parts: IdTokenParts): JsonObject => ({
  ...withoutReserved(parts.claims),
  iss: parts.issuer,
  sub: parts.subject,
  aud: parts.clientId,
  exp: parts.issuedAt + parts.lifetime,
  iat: parts.issuedAt,
  auth_time: parts.authTime,
  ...(parts.amr.length === 0 ? {} : { amr: parts.amr }),
  sid: parts.sessionId,
  ...(parts.accessToken === undefined ? {} : { at_hash: tokenHash(parts.accessToken, parts.algorithm) }),
  ...(parts.acr === undefined ? {} : { acr: parts.acr }),
  ...(parts.nonce === undefined ? {} : { nonce: parts.nonce }),
});

/**
 * The left half of a token's hash, by the hash of the algorithm that signs (OpenID Connect Core §3.1.3.6): SHA-512 for
 * Ed25519, SHA-256 for the others.
 */
export function tokenHash(token: string, algorithm: IdTokenAlgorithm): string {
  const digest = hash(algorithm === 'EdDSA' ? 'sha512' : 'sha256', token, 'buffer');
  return digest.toString('base64url', 0, digest.byteLength / 2);
}

/** The claims of an ID token, as JSON text without `at_hash`, with the hash of the access token beside it. */
export const namingToken = (claims: string, accessToken: string, algorithm: IdTokenAlgorithm): string =>
  `${claims.slice(0, -1)},"at_hash":"${tokenHash(accessToken, algorithm)}"}`;

/** A hint that was read, its signature not checked. */
export interface IdTokenHint {
  readonly keyId: string;
  readonly jws: CompactJws;
}

/**
 * Reads an `id_token_hint` (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2). Throws `invalid_request` for anything
 * but a compact JWS with exactly the header of our own ID tokens: `alg`, `kid` and `typ` JWT.
 */
export function readIdTokenHint(text: string): IdTokenHint {
  const jws = parseJws(text, ['typ', 'kid']);
  const keyId = jws?.header['kid'];
  if (!jws || jws.header['typ'] !== 'JWT' || typeof keyId !== 'string') throw badHint('hint-malformed');
  return { keyId, jws };
}

/** Whom and what a proven hint names. */
export interface HintedSession {
  readonly clientId: string;
  readonly subject: string;
  readonly sessionId: string;
}

/**
 * What a hint with a proven signature names. Its age does not count: clients send the last one that they have (RP-Initiated
 * Logout §2). Throws `invalid_request` when it is not from us, or not made for a client.
 */
export function hintedSession({ jws }: IdTokenHint, issuer: string): HintedSession {
  const { iss, aud, sub, sid, events } = parseObject(jws.payload) ?? {};
  if (iss !== issuer) throw badHint('hint-issuer');
  if (typeof aud !== 'string' || typeof sub !== 'string' || typeof sid !== 'string' || events !== undefined)
    throw badHint('hint-claims');
  return { clientId: aud, subject: sub, sessionId: sid };
}

const badHint = (check: string): OAuthFault =>
  new OAuthFault('invalid_request', 'The ID token hint is not one of ours.', {
    parameter: 'id_token_hint',
    check,
  });
