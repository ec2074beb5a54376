/**
 * JSON Web Tokens as access tokens (RFC 7515 compact form, RFC 7519, RFC 9068): building the signing input, taking
 * a token apart strictly, and judging its claims. Signatures are made and checked elsewhere; claims are not
 * even parsed before.
 */
import { fromBase64url, toBase64url, utf8 } from '../base/bytes.ts';

/** The header of our access tokens; exactly these members (RFC 9068 §2.1). */
export interface AccessTokenHeader {
  readonly alg: string;
  readonly typ: 'at+jwt';
  readonly kid: string;
}

/** The claims of our access tokens (RFC 9068 §2.2). Times are seconds since 1970. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  /** The session it carries. */
  readonly sid: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  /** When it was last proven who this is. */
  readonly auth_time: number;
  /** By what it was proven (RFC 8176). */
  readonly amr: readonly string[];
  readonly roles: readonly string[];
  /** What the roles permitted when it was signed, separated by spaces (RFC 9068 §2.2.3). */
  readonly scope?: string;
}

/** A compact token taken apart, nothing of it believed yet. */
export interface CompactToken {
  readonly header: AccessTokenHeader;
  /** What was signed. */
  readonly input: Uint8Array;
  readonly signature: Uint8Array;
  readonly payload: Uint8Array;
}

/** Tokens longer than this many characters are not looked at. */
const longest = 8192;

/** The header of any token that we sign: the access token, or another kind, told apart by `typ` (RFC 8725 §3.11). */
export type TokenHeader = Readonly<Record<keyof AccessTokenHeader, string>>;

/** The first of the three parts, to be kept with its key. */
export const encodeHeader = ({ alg, typ, kid }: TokenHeader): string =>
  toBase64url(utf8(JSON.stringify({ alg, typ, kid })));

/** The first two of the three parts (RFC 7515 §5.1). */
export const signingInput = (encodedHeader: string, claims: AccessTokenClaims): string =>
  `${encodedHeader}.${toBase64url(utf8(JSON.stringify(claims)))}`;

/**
 * Takes a compact token apart, or returns undefined: not three canonical base64url parts, or a header that is not
 * exactly `alg`, `typ` at+jwt and `kid`. So `crit`, `jku`, `x5u` or an embedded key can never matter (RFC 8725 §3.10).
 */
export function parseCompact(token: string): CompactToken | undefined {
  if (token.length > longest) return undefined;
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  const [header, payload, signature] = parts.map(fromBase64url);
  if (!header || !payload || !signature || signature.byteLength === 0) return undefined;
  const known = parseHeader(header);
  if (!known) return undefined;
  return { header: known, payload, signature, input: utf8(token.slice(0, token.lastIndexOf('.'))) };
}

function parseHeader(encoded: Uint8Array): AccessTokenHeader | undefined {
  const header = parseObject(encoded);
  if (!header || Object.keys(header).length !== 3) return undefined;
  const { alg, typ, kid } = header;
  if (typeof alg !== 'string' || typeof kid !== 'string') return undefined;
  // RFC 9068 §4: both spellings of the type are to be accepted, and no other.
  if (typ !== 'at+jwt' && typ !== 'application/at+jwt') return undefined;
  return { alg, typ: 'at+jwt', kid };
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The object that some bytes spell as we spell JSON, and only then: we alone sign these tokens, so repeated members, marks,
 * space and whatever else one reader forgives and another does not can never matter.
 */
function parseObject(encoded: Uint8Array): Record<string, unknown> | undefined {
  try {
    const text = utf8Decoder.decode(encoded);
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && JSON.stringify(value) === text ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** What is expected of the claims. */
export interface ClaimsExpected {
  readonly issuer: string;
  readonly audience: string;
  /** Seconds since 1970. */
  readonly now: number;
  /** Seconds that the clocks of two machines may differ. */
  readonly leeway: number;
}

/** What is wrong with the claims, for the operator. */
export interface ClaimsFault {
  readonly check: 'claims-malformed' | 'issuer' | 'audience' | 'expired' | 'issued-in-the-future';
  readonly [detail: string]: string | number;
}

/**
 * Judges the payload of a token whose signature is proven (RFC 9068 §4, RFC 7519 §4.1): issuer and audience exactly,
 * `exp` mandatory, times whole numbers.
 */
export function checkClaims(payload: Uint8Array, expected: ClaimsExpected): AccessTokenClaims | ClaimsFault {
  const claims = parseObject(payload);
  if (!claims || !wellFormed(claims)) return { check: 'claims-malformed' };
  if (claims.iss !== expected.issuer) return { check: 'issuer', issuer: claims.iss };
  if (claims.aud !== expected.audience) return { check: 'audience', audience: claims.aud };
  const about = { session: claims.sid, account: claims.sub };
  const late = expected.now - claims.exp;
  if (late >= expected.leeway) return { check: 'expired', late_by_seconds: late, ...about };
  const early = claims.iat - expected.now;
  if (early > expected.leeway) return { check: 'issued-in-the-future', early_by_seconds: early, ...about };
  return claims;
}

const wellFormed = (claims: Record<string, unknown>): claims is Record<string, unknown> & AccessTokenClaims =>
  ['iss', 'aud', 'sub', 'sid', 'jti'].every((name) => typeof claims[name] === 'string') &&
  ['exp', 'iat', 'auth_time'].every((name) => Number.isSafeInteger(claims[name])) &&
  Array.isArray(claims['roles']) &&
  claims['roles'].every((role) => typeof role === 'string');
