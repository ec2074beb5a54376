/** The birth of a signing key. */
import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { publicJwk } from '../../protocol/jwk.ts';
import type { SigningAlgorithm } from '../settings.ts';
import { keySealPurpose, type SigningKeyRecord } from './key.ts';
import type { Vault } from './vault.ts';

/** Makes a key that is born next. `now` is milliseconds since 1970. */
export async function makeKey(
  vault: Vault,
  algorithm: SigningAlgorithm,
  now: number,
): Promise<SigningKeyRecord> {
  const { publicKey, privateKey } = await keyPair(algorithm);
  const jwk = publicJwk(publicKey, algorithm);
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  return {
    kid: jwk.kid,
    algorithm,
    state: 'next',
    publicJwk: JSON.stringify(jwk),
    sealedPrivate: vault.seal(keySealPurpose, der, jwk.kid),
    createdAt: now,
    activeAt: 0,
    retiredAt: 0,
  };
}

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** RSA alone takes long enough, a tenth of a second and sometimes a whole one, to be made off the main thread. */
function keyPair(algorithm: SigningAlgorithm): KeyPair | Promise<KeyPair> {
  switch (algorithm) {
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'RS256':
      return rsaPair();
  }
}

/** 3072 bits: RFC 7518 §3.3 asks for 2048 at least, and NIST SP 800-57 for 3072 past 2030. */
const rsaPair = (): Promise<KeyPair> =>
  new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength: 3072 }, (error, publicKey, privateKey) =>
      error ? reject(error) : resolve({ publicKey, privateKey }),
    );
  });
