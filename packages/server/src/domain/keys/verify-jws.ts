/** Checking signatures by keys of others: assertions of clients, proofs of possession. */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { CompactJws, SignatureAlgorithm } from '../../protocol/oauth/jws.ts';
import type { PublicKey } from '../../protocol/oauth/public-key.ts';

/** RFC 7518 §3.1, RFC 8037 §3.1. EdDSA brings its own hash. */
const hashes: Readonly<Record<SignatureAlgorithm, string | null>> = {
  RS256: 'sha256',
  PS256: 'sha256',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
  EdDSA: null,
  Ed25519: null,
};

/** RFC 7518 §3.5: the salt is as long as the hash. */
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

/** Whether a JWS is signed by a key, which was found to be one for its algorithm. False also for a key that is none. */
export function isSignedBy({ jwk }: PublicKey, { algorithm, input, signature }: CompactJws): boolean {
  const key = imported(jwk);
  if (!key) return false;
  const scheme = algorithm === 'PS256' ? pss : {};
  return verify(hashes[algorithm], input, { key, dsaEncoding: 'ieee-p1363', ...scheme }, signature);
}

function imported(jwk: PublicKey['jwk']): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    // Its coordinates have the right length, and are no point of the curve.
    return undefined;
  }
}
