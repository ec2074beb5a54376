/**
 * Proofs of possession (RFC 9449): a token that is bound to a key is good only beside a fresh proof of that key for
 * this very request. A proof is read, then its signature is checked elsewhere, then its claims are judged here.
 */
import { hash } from 'node:crypto';
import { equalText } from '../../base/bytes.ts';
import { isSameTarget } from '../uri.ts';
import { type OAuthErrorCode, OAuthFault } from './error.ts';
import { type CompactJws, isNumericDate, parseJws, parseObject, signatureAlgorithms } from './jws.ts';
import { isKeyFor, type PublicKey, parsePublicKey } from './public-key.ts';

/** A proof that was read, its signature not checked. */
export interface DpopProof {
  readonly jws: CompactJws;
  /** The key that it shows; its signature must be by this key (RFC 9449 §4.3, 7). */
  readonly key: PublicKey;
}

/**
 * Reads the value of a `DPoP` header (RFC 9449 §4.2, §4.3, 1 to 6): one compact JWS of type `dpop+jwt`, signed by an
 * algorithm with a public key, which stands in its header without a private member. Throws `invalid_dpop_proof`.
 */
export function readDpopProof(header: string): DpopProof {
  const jws = parseJws(header, ['typ', 'jwk', 'kid']);
  if (!jws || jws.header['typ'] !== 'dpop+jwt') throw refused('malformed');
  const key = parsePublicKey(jws.header['jwk']);
  if (!key || !isKeyFor(key, jws.algorithm)) throw refused('key');
  return { jws, key };
}

/** What a proof is for. */
export interface DpopExpected {
  /** Of the request, in capitals. */
  readonly method: string;
  /** Of the endpoint, as its clients know it: from our own issuer, never from a header. */
  readonly uri: string;
  /** Seconds since 1970. */
  readonly now: number;
  /** Seconds that a proof may be old, or that the clocks of two machines may differ. */
  readonly window: number;
  /** The token that goes with the request; undefined where tokens are only given. */
  readonly accessToken: string | undefined;
  /** The nonces that are good now; undefined where none is asked for (RFC 9449 §8). */
  readonly nonces: readonly string[] | undefined;
}

/** What must be remembered, so that the proof works once (RFC 9449 §11.1). */
export interface DpopUse {
  readonly jti: string;
  /** Seconds since 1970; from then on the proof is refused for its age. */
  readonly forgetAt: number;
}

const longestId = 256;

/**
 * Judges the claims of a proof whose signature is proven (RFC 9449 §4.3, 8 to 12): method and address of the request,
 * time, nonce, and the hash of the token that goes with it. Throws `use_dpop_nonce` when only the nonce is missing or old,
 * else `invalid_dpop_proof`.
 */
export function checkDpopProof({ jws }: DpopProof, expected: DpopExpected): DpopUse {
  const claims = parseObject(jws.payload);
  if (!claims) throw refused('malformed');
  const { jti, htm, htu, iat, nonce, ath } = claims;
  if (typeof jti !== 'string' || jti === '' || jti.length > longestId) throw refused('id');
  if (htm !== expected.method) throw refused('method');
  // RFC 9449 §4.3: query and fragment do not count, and both are normalised as RFC 3986 §6.2.2 and §6.2.3 say.
  if (typeof htu !== 'string' || !isSameTarget(htu, expected.uri)) throw refused('address');
  if (!isNumericDate(iat) || Math.abs(expected.now - iat) > expected.window) throw refused('time');
  if (!isHashOf(ath, expected.accessToken)) throw refused('token');
  if (expected.nonces && !(typeof nonce === 'string' && expected.nonces.some((one) => equalText(one, nonce))))
    throw refused('nonce', 'use_dpop_nonce');
  return { jti, forgetAt: Math.floor(iat) + expected.window + 1 };
}

/** RFC 9449 §4.2: with a token its hash is mandatory. */
const isHashOf = (ath: unknown, token: string | undefined): boolean =>
  token === undefined || (typeof ath === 'string' && equalText(ath, hash('sha256', token, 'base64url')));

const refused = (check: string, error: OAuthErrorCode = 'invalid_dpop_proof'): OAuthFault =>
  new OAuthFault(
    error,
    error === 'use_dpop_nonce'
      ? 'The proof needs a nonce of this server.'
      : 'The proof is not good for this request.',
    { parameter: 'DPoP', check: `dpop-${check}` },
  );

/**
 * Judges the key of a proof against the one that a token, code or request is bound to; undefined where there is no proof,
 * or no binding. A bound token is never good as a bearer token (RFC 9449 §7.2). Throws the fault's code as it is given:
 * `invalid_token` at a resource, `invalid_grant` at the token endpoint.
 */
export function checkBinding(
  bound: string | undefined,
  shown: string | undefined,
  error: 'invalid_token' | 'invalid_grant',
): void {
  if (bound === undefined) return;
  if (shown === undefined || !equalText(bound, shown))
    throw new OAuthFault(error, 'It is bound to another key.', { parameter: 'DPoP', check: 'dpop-binding' });
}

/**
 * The value of a `WWW-Authenticate` header that asks for a proof (RFC 9449 §7.1); its algorithms are all that we take.
 */
export function dpopChallenge(fault: OAuthFault | undefined): string {
  const told =
    fault === undefined ? '' : `, error="${fault.error}", error_description="${fault.description}"`;
  return `DPoP algs="${signatureAlgorithms.join(' ')}"${told}`;
}
