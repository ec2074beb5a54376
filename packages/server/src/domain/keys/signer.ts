/**
 * Making signatures off the main thread, which would do nothing else otherwise: a signature costs more than all the rest of
 * a refresh. Those that are wanted in the same turn begin together, for waking a thread for each costs as much again.
 */
import { type KeyObject, sign } from 'node:crypto';
import { toBase64url } from '../../base/bytes.ts';
import type { SigningAlgorithm } from '../settings.ts';
import { digestOf, type KeyInput, keyFor } from './key-input.ts';
import { besideInput, type Signed, type Signing, signingInput, type TokenDraft } from './signing.ts';

/** Signs under one key. */
export interface Signer {
  /** Signs a text; resolves with base64url (RFC 7515 §5.1). */
  sign(text: string): Promise<string>;
  /** Signs a token, and an ID token that names it by its hash (OpenID Connect Core §3.1.3.6). */
  signBoth(token: TokenDraft, idToken: TokenDraft): Promise<readonly [token: string, idToken: string]>;
}

/** Somebody who waits for a signature. */
export interface WaitingSigning {
  readonly signing: Signing;
  resolve(signed: Signed): void;
  reject(reason: Error): void;
}

/** Under what a group is signed. */
export interface SigningTerms {
  readonly key: KeyInput;
  readonly algorithm: SigningAlgorithm;
}

/** Signs for many at once, elsewhere. */
export interface SigningCrew {
  /** Takes a group; false where it does not serve, or so few are not worth its while: then somebody else signs. */
  take(terms: SigningTerms, group: readonly WaitingSigning[]): boolean;
}

/** So many do not wait for the end of the turn: what keeps it busy may be a commit, beside which they are made. */
const together = 8;

/** The signer of a private key. Crowds are taken by the crew, where there is one. */
export function createSigner(algorithm: SigningAlgorithm, privateKey: KeyObject, crew?: SigningCrew): Signer {
  const terms = { key: keyFor(algorithm, privateKey), algorithm };
  // A crew that breaks keeps nobody from their signature.
  const orInPool = (one: WaitingSigning): WaitingSigning => ({
    ...one,
    reject: () => void signInPool(terms, one),
  });
  let wanted: WaitingSigning[] = [];
  const begin = (): void => {
    const group = wanted;
    wanted = [];
    if (group.length === 0 || (isQuick(algorithm) && crew?.take(terms, group.map(orInPool)))) return;
    for (const one of group) void signInPool(terms, one);
  };
  const want = (signing: Signing): Promise<Signed> =>
    new Promise((resolve, reject) => {
      const count = wanted.push({ signing, resolve, reject });
      if (count === 1) setImmediate(begin);
      if (count === together) begin();
    });
  return {
    sign: async (text) => (await want({ text }))[0],
    signBoth: async (token, beside) => {
      const text = signingInput(token);
      const [signature, idToken = ''] = await want({ text, beside });
      return [`${text}.${signature}`, idToken];
    },
  };
}

/** RSA signs for a millisecond: there the processors are wanted side by side. */
const isQuick = (algorithm: SigningAlgorithm): boolean => algorithm !== 'RS256';

async function signInPool(
  terms: SigningTerms,
  { signing: { text, beside }, resolve, reject }: WaitingSigning,
): Promise<void> {
  try {
    const signature = await inPool(terms, text);
    if (!beside) return resolve([signature]);
    const input = besideInput(beside, `${text}.${signature}`, terms.algorithm);
    resolve([signature, `${input}.${await inPool(terms, input)}`]);
  } catch (thrown) {
    reject(thrown instanceof Error ? thrown : new Error('the key does not sign', { cause: thrown }));
  }
}

const inPool = ({ key, algorithm }: SigningTerms, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    sign(digestOf(algorithm), Buffer.from(text), key, (error, signature) => {
      if (error) reject(error);
      else resolve(toBase64url(signature));
    });
  });
