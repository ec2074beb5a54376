/**
 * Making signatures off the main thread, which would do nothing else otherwise: a signature costs more than all the rest of
 * a refresh. Those that are wanted in the same turn begin together, for waking a thread for each costs as much again.
 */
import { type KeyObject, sign } from 'node:crypto';
import { toBase64url } from '../../base/bytes.ts';
import type { SigningAlgorithm } from '../settings.ts';

/** Signs a text; resolves with base64url (RFC 7515 §5.1). */
export type Signer = (text: string) => Promise<string>;

/** So many do not wait for the end of the turn: what keeps it busy may be a commit, beside which they are made. */
const together = 16;

/** The signer of a private key. */
export function createSigner(algorithm: SigningAlgorithm, privateKey: KeyObject): Signer {
  const key = keyFor(algorithm, privateKey);
  const hash = digestOf(algorithm);
  let wanted: Wanted[] = [];
  const begin = (): void => {
    const group = wanted;
    wanted = [];
    for (const { text, done } of group) start(text, done);
  };
  const start = (text: string, done: Wanted['done']): void => {
    try {
      sign(hash, Buffer.from(text), key, done);
    } catch (thrown) {
      done(thrown instanceof Error ? thrown : new Error('the key does not sign', { cause: thrown }));
    }
  };
  return (text) =>
    new Promise((resolve, reject) => {
      const done: Wanted['done'] = (error, signature) =>
        signature ? resolve(toBase64url(signature)) : reject(error ?? new Error('the key does not sign'));
      const count = wanted.push({ text, done });
      if (count === 1) setImmediate(begin);
      if (count === together) begin();
    });
}

/** A signature that is wanted. */
interface Wanted {
  readonly text: string;
  done(error: Error | null, signature?: Uint8Array): void;
}

/** The hash of a JWS algorithm; EdDSA brings its own (RFC 8037 §3.1). */
export const digestOf = (algorithm: SigningAlgorithm): 'sha256' | null =>
  algorithm === 'EdDSA' ? null : 'sha256';

/** A key as Node's functions take it. */
export type KeyInput = KeyObject | { readonly key: KeyObject; readonly dsaEncoding: 'ieee-p1363' };

/** ECDSA is told to write R and S side by side (RFC 7518 §3.4); the others take a bare key, in half the time. */
export const keyFor = (algorithm: SigningAlgorithm, key: KeyObject): KeyInput =>
  algorithm === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key;
