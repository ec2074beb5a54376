/**
 * Assertions by which a client proves itself with its own key: `private_key_jwt` (RFC 7521 §4.2, RFC 7523 §3, OpenID
 * Connect Core §9). The audience is our issuer and nothing else, so that no other server can pass one on to us.
 */
import { OAuthFault } from './error.ts';
import { type CompactJws, isNumericDate, isOnlyAudience, parseJws, parseObject } from './jws.ts';

/** The only `client_assertion_type` (RFC 7523 §2.2). */
export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Seconds that an assertion may have before it. */
export const longestAssertionLife = 300;

const longestId = 256;
/** RFC 7519 §5.1: the type is optional; a token of any other kind is no assertion (RFC 8725 §3.11). */
const types: ReadonlySet<unknown> = new Set([undefined, 'JWT', 'client-authentication+jwt']);

/** An assertion that was read, its signature not checked. */
export interface ClientAssertion {
  /** The client that it claims to be: good for finding the key, and for nothing else. */
  readonly clientId: string;
  /** The `kid` of its header. */
  readonly keyId: string | undefined;
  readonly jws: CompactJws;
}

/**
 * Reads an assertion without believing it. Throws `invalid_client` for anything but a compact JWS with `alg`, `kid`, `typ`
 * and the thumbprint of a certificate at most in its header, of a type that can be one, with a text as `sub`. Libraries that
 * keep their key beside a certificate send its thumbprint unasked; it is not looked at (RFC 7515 §4, §4.1.7, §4.1.8).
 */
export function readAssertion(text: string): ClientAssertion {
  const jws = parseJws(text, ['typ', 'kid', 'x5t', 'x5t#S256']);
  if (!jws || !types.has(jws.header['typ'])) throw refused('assertion-malformed');
  const { kid } = jws.header;
  if (kid !== undefined && typeof kid !== 'string') throw refused('assertion-malformed');
  const clientId = parseObject(jws.payload)?.['sub'];
  if (typeof clientId !== 'string' || clientId === '') throw refused('assertion-malformed');
  return { clientId, keyId: kid, jws };
}

/** What is expected of the claims. */
export interface AssertionExpected {
  readonly issuer: string;
  readonly clientId: string;
  /** Seconds since 1970. */
  readonly now: number;
  /** Seconds that the clocks of two machines may differ. */
  readonly leeway: number;
}

/** What must be remembered, so that the assertion works once (RFC 7523 §3, 7). */
export interface AssertionUse {
  readonly jti: string;
  /** Seconds since 1970; from then on the assertion is refused for its age. */
  readonly forgetAt: number;
}

/**
 * Judges the claims of an assertion whose signature is proven (RFC 7523 §3, OpenID Connect Core §9): `iss` and `sub` the
 * client, `aud` our issuer alone, `exp` at most five minutes away, `jti` present. Throws `invalid_client`.
 */
export function checkAssertion({ jws }: ClientAssertion, expected: AssertionExpected): AssertionUse {
  const claims = parseObject(jws.payload);
  if (!claims) throw refused('assertion-malformed');
  const { iss, sub, aud, exp, nbf, iat, jti } = claims;
  if (iss !== expected.clientId || sub !== expected.clientId) throw refused('assertion-issuer');
  if (!isOnlyAudience(aud, expected.issuer)) throw refused('assertion-audience');
  const { now, leeway } = expected;
  if (!isNumericDate(exp) || exp + leeway <= now) throw refused('assertion-expired');
  if (exp > now + longestAssertionLife + leeway) throw refused('assertion-life');
  for (const begin of [nbf, iat])
    if (begin !== undefined && !(isNumericDate(begin) && begin <= now + leeway))
      throw refused('assertion-early');
  if (typeof jti !== 'string' || jti === '' || jti.length > longestId) throw refused('assertion-id');
  return { jti, forgetAt: Math.ceil(exp) + leeway };
}

const refused = (check: string): OAuthFault =>
  new OAuthFault('invalid_client', 'The client is not proven.', { parameter: 'client_assertion', check });
