/**
 * The key ring: the signing keys of the store, opened and kept at hand. It signs with the active key of an algorithm and
 * verifies with all of them. It must not know what a token means.
 */
import { createPrivateKey, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { PublicJwk } from '../../protocol/jwk.ts';
import { encodeHeader } from '../../protocol/jwt.ts';
import type { Settings, SigningAlgorithm } from '../settings.ts';
import type { Store } from '../store.ts';
import { keySealPurpose, OtherMasterKey, type SigningKeyRecord } from './key.ts';
import { digestOf, keyFor } from './key-input.ts';
import { ensureKey, publishKeys } from './rotate-keys.ts';
import { createSigner, type Signer, type SigningCrew } from './signer.ts';
import type { Vault } from './vault.ts';

/** The kinds of tokens that we sign, as their header tells them apart (RFC 8725 §3.11): ID token, access token, logout token. */
export type SignedType = 'JWT' | 'at+jwt' | 'logout+jwt';

/** A key that signs now. */
export interface SigningKey extends Signer {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** The encoded header of access tokens under this key. */
  readonly header: string;
  /** The encoded header of another kind of token under this key. */
  headerFor(type: SignedType): string;
  readonly privateKey: KeyObject;
}

/** Keys at hand. */
export interface KeyRing {
  /** Reads the keys from the store again. */
  reload(): Promise<void>;
  /**
   * The key that signs with an algorithm, the setting's unless given. Until the first key of a changed setting may sign,
   * the algorithm before it goes on. Throws when there is none, which the program makes sure of at start for the setting's
   * and `ready` for any other.
   */
  active(algorithm?: SigningAlgorithm): SigningKey;
  /** The same for an algorithm that perhaps nobody asked for before: then it comes into use. */
  ready(algorithm: SigningAlgorithm): Promise<SigningKey>;
  /** Whether `signature` over `input` is by the key named `kid`, which must be of `algorithm`. Unknown keys are looked up in the store, at most once a second. */
  verify(claim: SignatureClaim): Promise<boolean>;
  /** Sees to it that an algorithm which is chosen has its keys published, before anything is signed with it. */
  publish(algorithm: SigningAlgorithm): Promise<void>;
  /**
   * What `/.well-known/jwks.json` says (RFC 7517 §5). Keys that other processes made are looked up in the store, at most once a
   * second; while that does not answer, those that are known are told.
   */
  published(): Promise<readonly PublicJwk[]>;
}

/** A signature that somebody claims to be ours. */
export interface SignatureClaim {
  readonly kid: string;
  readonly algorithm: string;
  readonly input: Uint8Array;
  readonly signature: Uint8Array;
}

/** What a ring is made of. */
export interface KeyRingParts {
  readonly store: Store;
  readonly vault: Vault;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Who signs for crowds; the pool of threads unless given. */
  readonly crew?: SigningCrew | undefined;
}

interface OpenedKey {
  readonly record: SigningKeyRecord;
  readonly jwk: PublicJwk;
  readonly publicKey: KeyObject;
}

/** Milliseconds for which a key is believed in before it is looked up again: another process may have withdrawn it. */
const longestTrust = 2000;

/** Makes an empty ring; `reload` fills it. */
export function createKeyRing({ store, vault, settings, clock, crew }: KeyRingParts): KeyRing {
  let keys: readonly OpenedKey[] = [];
  let signing: readonly SigningKey[] = [];
  let main: SigningKey | undefined;
  let loadedAt = 0;

  const reload = async (): Promise<void> => {
    loadedAt = clock.now();
    const records = await store.read.signingKeys.list();
    keys = records.map(open);
    const held = signing;
    signing = records
      .filter(({ state }) => state === 'active')
      .map((record) => held.find(({ kid }) => kid === record.kid) ?? openSigningKey(record, vault, crew));
    // The oldest: of a younger line the first key was made for somebody who asked for its algorithm.
    main = signing.find(({ algorithm }) => algorithm === settings.signingAlgorithm) ?? signing[0];
  };
  const find = (kid: string): OpenedKey | undefined => keys.find(({ record }) => record.kid === kid);
  const active = (wanted?: SigningAlgorithm): SigningKey => {
    const key = wanted ? signing.find(({ algorithm }) => algorithm === wanted) : main;
    if (!key) throw new Error(`the store holds no active signing key${wanted ? ` of ${wanted}` : ''}`);
    return key;
  };
  const bring = oneAtATime(async (algorithm: SigningAlgorithm): Promise<SigningKey> => {
    await ensureKey({ store, vault, settings, now: clock.now() }, algorithm);
    await reload();
    return active(algorithm);
  });
  const publish = oneAtATime(async (algorithm: SigningAlgorithm): Promise<void> => {
    if (await publishKeys({ store, vault, settings, now: clock.now() }, algorithm)) await reload();
  });
  const look = shared(reload);
  const age = (): number => Math.abs(clock.now() - loadedAt);
  return {
    reload,
    active,
    ready: async (wanted) => signing.find(({ algorithm }) => algorithm === wanted) ?? bring(wanted),
    verify: async (claim) => {
      if (age() >= longestTrust || (age() >= 1000 && !find(claim.kid))) await look();
      const key = find(claim.kid);
      return key !== undefined && isSignedBy(key, claim);
    },
    publish,
    published: async () => {
      if (age() >= 1000) await look().catch(() => undefined);
      return keys.map(({ jwk }) => jwk);
    },
  };
}

/** Those who ask for the same while it is being done share it. */
function oneAtATime<Key, Result>(work: (key: Key) => Promise<Result>): (key: Key) => Promise<Result> {
  const underWay = new Map<Key, Promise<Result>>();
  return (key) => {
    const begun = underWay.get(key) ?? work(key).finally(() => underWay.delete(key));
    underWay.set(key, begun);
    return begun;
  };
}

/** The same for work of one kind. */
const shared = (work: () => Promise<void>): (() => Promise<void>) => {
  const begin = oneAtATime((_all: undefined) => work());
  return () => begin(undefined);
};

/** A key verifies under its own algorithm alone, whatever a header says (RFC 8725 §3.1). */
function isSignedBy(
  { record, publicKey }: OpenedKey,
  { algorithm, input, signature }: SignatureClaim,
): boolean {
  if (record.algorithm !== algorithm) return false;
  return verify(digestOf(record.algorithm), input, keyFor(record.algorithm, publicKey), signature);
}

const open = (record: SigningKeyRecord): OpenedKey => {
  // Written by us alone, from `publicJwk`.
  const jwk: PublicJwk = JSON.parse(record.publicJwk);
  return { record, jwk, publicKey: createPublicKey({ key: { ...jwk }, format: 'jwk' }) };
};

function openSigningKey(
  { kid, algorithm, sealedPrivate }: SigningKeyRecord,
  vault: Vault,
  crew: SigningCrew | undefined,
): SigningKey {
  const der = vault.open(keySealPurpose, sealedPrivate, kid);
  if (!der) throw new OtherMasterKey(kid);
  const privateKey = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  const encode = (typ: SignedType): string => encodeHeader({ alg: algorithm, typ, kid });
  const headers = {
    JWT: encode('JWT'),
    'at+jwt': encode('at+jwt'),
    'logout+jwt': encode('logout+jwt'),
  } as const satisfies Record<SignedType, string>;
  return {
    kid,
    algorithm,
    header: headers['at+jwt'],
    headerFor: (type) => headers[type],
    privateKey,
    ...createSigner(algorithm, privateKey, crew),
  };
}
