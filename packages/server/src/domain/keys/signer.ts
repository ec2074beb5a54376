/**
 * Making signatures off the main thread, which would do nothing else otherwise: a signature costs more than all the rest of
 * a refresh. Those that are wanted in the same turn begin together, for waking a thread for each costs as much again.
 */
import { type KeyObject, sign } from 'node:crypto';
import { toBase64url } from '../../base/bytes.ts';
import type { SigningAlgorithm } from '../settings.ts';
import { digestOf, keyFor } from './key-input.ts';
import { besideInput, signingInput, type TokenDraft } from './signing.ts';
import type { SigningThread, WaitingSigning } from './signing-thread.ts';

/** Signs under one key. */
export interface Signer {
  /** Signs a text; resolves with base64url (RFC 7515 §5.1). */
  sign(text: string): Promise<string>;
  /** Signs a token, and an ID token that names it by its hash (OpenID Connect Core §3.1.3.6). */
  signBoth(token: TokenDraft, idToken: TokenDraft): Promise<readonly [token: string, idToken: string]>;
}

/** So many do not wait for the end of the turn: what keeps it busy may be a commit, beside which they are made. */
const together = 16;

/** RSA signs for a millisecond: there the processors are wanted side by side. */
const isQuick = (algorithm: SigningAlgorithm): boolean => algorithm !== 'RS256';

/** The signer of a private key. Crowds are taken by the thread, where there is one. */
export function createSigner(
  algorithm: SigningAlgorithm,
  privateKey: KeyObject,
  thread?: SigningThread,
): Signer {
  const key = keyFor(algorithm, privateKey);
  const hash = digestOf(algorithm);
  let wanted: WaitingSigning[] = [];
  const inPool = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      sign(hash, Buffer.from(text), key, (error, signature) => {
        if (error) reject(error);
        else resolve(toBase64url(signature));
      });
    });
  const start = async ({ signing: { text, beside }, resolve, reject }: WaitingSigning): Promise<void> => {
    try {
      const signature = await inPool(text);
      const input = beside && besideInput(beside, `${text}.${signature}`, algorithm);
      resolve(input === undefined ? [signature] : [signature, `${input}.${await inPool(input)}`]);
    } catch (thrown) {
      reject(thrown instanceof Error ? thrown : new Error('the key does not sign', { cause: thrown }));
    }
  };
  const begin = (): void => {
    const group = wanted;
    wanted = [];
    if (group.length === 0 || (isQuick(algorithm) && thread?.take({ key, algorithm }, group))) return;
    for (const one of group) void start(one);
  };
  const want = (signing: WaitingSigning['signing']): ReturnType<typeof wait> => {
    const count = wanted.length + 1;
    if (count === 1) setImmediate(begin);
    const signed = wait(signing);
    if (count === together) begin();
    return signed;
  };
  const wait = (signing: WaitingSigning['signing']): Promise<Parameters<WaitingSigning['resolve']>[0]> =>
    new Promise((resolve, reject) => void wanted.push({ signing, resolve, reject }));
  return {
    sign: async (text) => (await want({ text }))[0],
    signBoth: async (token, beside) => {
      const text = signingInput(token);
      const [signature, idToken = ''] = await want({ text, beside });
      return [`${text}.${signature}`, idToken];
    },
  };
}
