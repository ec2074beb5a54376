/**
 * The key ring: the signing keys of the store, opened and kept at hand. It signs with the active key and verifies
 * with all of them. It must not know what a token means.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { toBase64url } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import type { PublicJwk } from '../../protocol/jwk.ts';
import { encodeHeader } from '../../protocol/jwt.ts';
import type { SigningAlgorithm } from '../settings.ts';
import type { Reads } from '../store.ts';
import type { SigningKeyRecord } from './key.ts';
import type { Vault } from './vault.ts';

/** The key that signs now. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** The encoded header of access tokens under this key. */
  readonly header: string;
  readonly privateKey: KeyObject;
}

/** Keys at hand. */
export interface KeyRing {
  /** Reads the keys from the store again. */
  reload(): Promise<void>;
  /** Throws when the store holds no active key, which the program makes sure of at start. */
  active(): SigningKey;
  /** Whether `signature` over `input` is by the key named `kid`, which must be of `algorithm`. Unknown keys are looked up in the store, at most once a second. */
  verify(claim: SignatureClaim): Promise<boolean>;
  /** What `/.well-known/jwks.json` says (RFC 7517 §5). */
  published(): readonly PublicJwk[];
}

/** A signature that somebody claims to be ours. */
export interface SignatureClaim {
  readonly kid: string;
  readonly algorithm: string;
  readonly input: Uint8Array;
  readonly signature: Uint8Array;
}

/** The purpose under which private halves are sealed. */
export const keySealPurpose = 'signing key';

interface OpenedKey {
  readonly record: SigningKeyRecord;
  readonly jwk: PublicJwk;
  readonly publicKey: KeyObject;
}

/** Makes an empty ring; `reload` fills it. */
export function createKeyRing({ read, vault, clock }: { read: Reads; vault: Vault; clock: Clock }): KeyRing {
  let keys: readonly OpenedKey[] = [];
  let signing: SigningKey | undefined;
  let loadedAt = 0;

  const reload = async (): Promise<void> => {
    loadedAt = clock.now();
    const records = await read.signingKeys.list();
    keys = records.map(open);
    const active = records.find(({ state }) => state === 'active');
    if (active && active.kid !== signing?.kid) signing = openSigningKey(vault, active);
  };
  const find = (kid: string): OpenedKey | undefined => keys.find(({ record }) => record.kid === kid);
  return {
    reload,
    active: () => {
      if (!signing) throw new Error('the store holds no active signing key');
      return signing;
    },
    verify: async ({ kid, algorithm, input, signature }) => {
      if (!find(kid) && Math.abs(clock.now() - loadedAt) >= 1000) await reload();
      const key = find(kid);
      if (!key || key.record.algorithm !== algorithm) return false;
      return verify(
        digestOf(key.record.algorithm),
        input,
        { key: key.publicKey, dsaEncoding: 'ieee-p1363' },
        signature,
      );
    },
    published: () => keys.map(({ jwk }) => jwk),
  };
}

const open = (record: SigningKeyRecord): OpenedKey => {
  // Written by us alone, from `publicJwk`.
  const jwk: PublicJwk = JSON.parse(record.publicJwk);
  return { record, jwk, publicKey: createPublicKey({ key: { ...jwk }, format: 'jwk' }) };
};

function openSigningKey(vault: Vault, { kid, algorithm, sealedPrivate }: SigningKeyRecord): SigningKey {
  const der = vault.open(keySealPurpose, sealedPrivate, kid);
  if (!der) throw new Error(`signing key ${kid} was sealed under another master key`);
  return {
    kid,
    algorithm,
    header: encodeHeader({ alg: algorithm, typ: 'at+jwt', kid }),
    privateKey: createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' }),
  };
}

/** The hash of a JWS algorithm; EdDSA brings its own (RFC 8037 §3.1). */
const digestOf = (algorithm: SigningAlgorithm): 'sha256' | null => (algorithm === 'EdDSA' ? null : 'sha256');

/**
 * Signs text off the main thread: a signature costs more than all the rest of a refresh. Returns base64url
 * (RFC 7515 §5.1; ECDSA as R and S side by side, RFC 7518 §3.4).
 */
export const signText = ({ algorithm, privateKey }: SigningKey, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    sign(
      digestOf(algorithm),
      Buffer.from(text),
      { key: privateKey, dsaEncoding: 'ieee-p1363' },
      (error, signature) => (error ? reject(error) : resolve(toBase64url(signature))),
    );
  });
