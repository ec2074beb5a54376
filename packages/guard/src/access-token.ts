/**
 * Proving an access JWT (RFC 9068, RFC 8725) with nothing but the issuer's public keys: strict form, then the signature,
 * then the claims. Whether the session still lives is not its question.
 */
import { type KeyObject, verify } from 'node:crypto';
import { type Arrival, type ClaimRules, claimsPrincipal, readObject, shareLists } from './claims.ts';
import { type Refusal, refuse } from './failure.ts';
import type { KeySource } from './ports.ts';
import type { TokenPrincipal } from './principal.ts';
import type { ProvenToken } from './token-cache.ts';

/** The algorithm that the issuer signs with (RFC 7518 §3.1, RFC 8037 §3.1). */
export type Algorithm = 'EdDSA' | 'ES256' | 'RS256';

/** What is expected of every token. */
export interface TokenCheck extends ClaimRules {
  /** Fixed by configuration and never read from a token (RFC 8725 §3.1). */
  readonly algorithm: Algorithm;
}

/** A token that was looked at. */
export type TokenOutcome = ProvenToken | Refusal;

/** Proves a token. */
export type ProveToken = (token: string, arrival: Arrival) => TokenOutcome | Promise<TokenOutcome>;

/** Characters; looked at before anything is decoded. */
const longest = 8192;
/** Header spellings that are remembered: an issuer has one for each key. */
const mostHeaders = 16;

/** A token taken apart, nothing of it believed. */
interface CompactToken {
  readonly header: string;
  readonly kid: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** What is signed (RFC 7515 §5.2). */
  readonly input: Uint8Array;
}

/**
 * Makes the check of a token against the keys: at once when its key is known, else as soon as `keys` has looked. Refuses
 * with `credentials_invalid`. It throws or rejects only as `keys.find` does.
 */
export function tokenProver(check: TokenCheck, keys: Pick<KeySource, 'find'>): ProveToken {
  const rules = { ...check, share: shareLists() };
  // The `kid` of headers that stood under a good signature, so that only the issuer fills this.
  const headers = new Map<string, string>();
  const signed = signatureCheck(rules.algorithm);

  const judge = (token: CompactToken, key: KeyObject | undefined, arrival: Arrival): TokenOutcome => {
    if (!key) return refuse('credentials_invalid', 'key-unknown');
    if (!signed(token, key)) return refuse('credentials_invalid', 'signature');
    if (headers.size < mostHeaders) headers.set(token.header, token.kid);
    const principal = claimsPrincipal(token.payload, rules, arrival);
    if ('code' in principal) return principal;
    return { principal, kid: token.kid };
  };

  return (text, arrival) => {
    const token = takeApart(text, (header) => headers.get(header) ?? readHeader(header, rules.algorithm));
    if ('code' in token) return token;
    const key = keys.find(token.kid);
    if (key instanceof Promise) return key.then((found) => judge(token, found, arrival));
    return judge(token, key, arrival);
  };
}

/**
 * Judges the rest of a token whose signature somebody else has just proven, such as an embedded server. Refuses with
 * `credentials_invalid`.
 */
export function vouchedToken(text: string, rules: TokenCheck, arrival: Arrival): TokenPrincipal | Refusal {
  const token = takeApart(text, (header) => readHeader(header, rules.algorithm));
  return 'code' in token ? token : claimsPrincipal(token.payload, rules, arrival);
}

/** Three canonical base64url parts (RFC 7515 §7.1), found without splitting at every dot. */
function takeApart(token: string, kidOf: (header: string) => string | undefined): CompactToken | Refusal {
  if (token.length > longest) return refuse('credentials_invalid', 'too-long');
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first < 1 || second === -1) return refuse('credentials_invalid', 'form');
  const header = token.slice(0, first);
  const kid = kidOf(header);
  if (kid === undefined) return refuse('credentials_invalid', 'header');
  const payload = decode(token.slice(first + 1, second));
  const signature = decode(token.slice(second + 1));
  if (!payload || !signature) return refuse('credentials_invalid', 'form');
  // Both parts are in the alphabet of base64url by now, so a letter is a byte.
  return { header, kid, payload, signature, input: Buffer.from(token.slice(0, second), 'latin1') };
}

/** Strict base64url (RFC 4648 §5): encoding again shows what a decoder forgives, a further dot included. */
function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.length > 0 && bytes.toString('base64url') === part ? bytes : undefined;
}

/**
 * The `kid` of a header that has exactly the three members of ours: so `crit`, `jku`, `jwk`, `x5u`, `b64` and whatever comes next, can never matter (RFC 8725 §3.10).
 */
function readHeader(part: string, algorithm: Algorithm): string | undefined {
  const bytes = decode(part);
  const header = bytes && readObject(bytes);
  if (!header || Object.keys(header).length !== 3) return undefined;
  const { alg, typ, kid } = header;
  if (alg !== algorithm || typeof kid !== 'string' || typeof typ !== 'string') return undefined;
  // RFC 9068 §4: both spellings of the type, and no other; media types know no case (RFC 2045 §5.1).
  return /^(?:application\/)?at\+jwt$/i.test(typ) ? kid : undefined;
}

/** The check for an algorithm. A key of another kind proves nothing, whatever its name (RFC 8725 §3.1). */
function signatureCheck(algorithm: Algorithm): (token: CompactToken, key: KeyObject) => boolean {
  if (algorithm === 'EdDSA')
    return ({ input, signature }, key) =>
      key.asymmetricKeyType === 'ed25519' && verify(null, input, key, signature);
  if (algorithm === 'ES256')
    return ({ input, signature }, key) =>
      key.asymmetricKeyDetails?.namedCurve === 'prime256v1' &&
      verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature);
  return ({ input, signature }, key) =>
    key.asymmetricKeyType === 'rsa' && verify('sha256', input, key, signature);
}
