/**
 * A JWK set (RFC 7517 §5) becomes the public keys of one algorithm. Keys of other kinds are passed over, as the RFC
 * asks; whatever claims to be of ours must be exactly that.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { member, parseAnswer, Unanswered } from './issuer.ts';

/** The algorithms that an access token may be signed with (RFC 7518 §3.1, RFC 8037 §3.1). */
export type SigningAlgorithm = 'EdDSA' | 'ES256' | 'RS256';

/** Keys in one set; nobody publishes more. */
const mostKeys = 100;
const kidPattern = /^[\x21-\x7e]{1,256}$/;
/** Bits of an RSA modulus: RFC 7518 §3.3 asks for the lower end; above the upper, verifying would take too long. */
const modulus = { least: 2048, most: 8192 } as const;
/** Members that only a private or a shared key has (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

/** What a key of an algorithm looks like: its type, its curve, and its members in strict base64url. */
const shapes: Readonly<Record<SigningAlgorithm, Shape>> = {
  EdDSA: { kty: 'OKP', crv: 'Ed25519', members: { x: /^[\w-]{42}[AEIMQUYcgkosw048]$/ } },
  ES256: {
    kty: 'EC',
    crv: 'P-256',
    members: { x: /^[\w-]{42}[AEIMQUYcgkosw048]$/, y: /^[\w-]{42}[AEIMQUYcgkosw048]$/ },
  },
  RS256: { kty: 'RSA', members: { n: /^[\w-]{342,1366}$/, e: /^[\w-]{2,6}$/ } },
};

interface Shape {
  readonly kty: string;
  readonly crv?: string;
  readonly members: Readonly<Record<string, RegExp>>;
}

/**
 * The keys of a JWK set by their `kid`, those of `algorithm` alone. Throws Unanswered with the reason `nonsense` for
 * what is no JWK set, has no such key, or names two of them alike.
 */
export function readKeySet(text: string, algorithm: SigningAlgorithm): Map<string, KeyObject> {
  const listed = member(parseAnswer(text), 'keys');
  if (!Array.isArray(listed) || listed.length > mostKeys) throw new Unanswered('nonsense');
  const keys = new Map<string, KeyObject>();
  for (const one of listed) {
    const kid = member(one, 'kid');
    if (typeof kid !== 'string' || !kidPattern.test(kid)) continue;
    const key = publicKey(one, algorithm);
    if (!key) continue;
    if (keys.has(kid)) throw new Unanswered('nonsense');
    keys.set(kid, key);
  }
  if (keys.size === 0) throw new Unanswered('nonsense');
  return keys;
}

function publicKey(jwk: unknown, algorithm: SigningAlgorithm): KeyObject | undefined {
  const { kty, crv, members } = shapes[algorithm];
  if (member(jwk, 'kty') !== kty || member(jwk, 'crv') !== crv || member(jwk, 'alg') !== algorithm)
    return undefined;
  if (!isForVerifying(jwk) || secretMembers.some((name) => member(jwk, name) !== undefined)) return undefined;
  const wanted: Record<string, string> = crv === undefined ? { kty } : { kty, crv };
  for (const [name, pattern] of Object.entries(members)) {
    const value = member(jwk, name);
    if (typeof value !== 'string' || !pattern.test(value)) return undefined;
    wanted[name] = value;
  }
  return importKey(wanted);
}

/** RFC 7517 §4.2, §4.3: what a key may be used for, where it says so. */
function isForVerifying(jwk: unknown): boolean {
  const [use, operations] = [member(jwk, 'use'), member(jwk, 'key_ops')];
  if (use !== undefined && use !== 'sig') return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

function importKey(jwk: Record<string, string>): KeyObject | undefined {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    // A point beside the curve, and the like: no key.
    return undefined;
  }
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined && (modulusLength < modulus.least || modulusLength > modulus.most))
    return undefined;
  return publicExponent !== undefined && (publicExponent < 3n || publicExponent % 2n === 0n)
    ? undefined
    : key;
}
