/**
 * A thread that signs for many at once. Under load the pool of threads costs as much as the signatures: each is handed over,
 * woken for and brought back by itself. Here a whole turn's go over in one message and come back in one, and an ID token is
 * made where the token is signed that it names. The thread begins when a crowd comes for the first time, for it takes some
 * megabytes; until it serves, and when it cannot, the pool signs.
 */
import { sign } from 'node:crypto';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { toBase64url } from '../base/bytes.ts';
import { digestOf, type KeyInput } from '../domain/keys/key-input.ts';
import type { SigningCrew, WaitingSigning } from '../domain/keys/signer.ts';
import { type Signed, type Signing, signedBy } from '../domain/keys/signing.ts';
import type { SigningAlgorithm } from '../domain/settings.ts';

/** What goes over: what is to be signed under one key. */
interface Message {
  readonly key: KeyInput;
  readonly algorithm: SigningAlgorithm;
  readonly signings: readonly Signing[];
}

/** What comes back for one of them. */
type Verdict = { readonly signed: Signed } | { readonly fault: string };

/** The crew, and its end. */
export interface SigningThread extends SigningCrew {
  /** Ends it for good. */
  close(): void;
}

/** So many at once are a crowd. */
const crowd = 8;
/** What tells this thread from others that load this file. */
const role = 'doorward signing thread';
/** Megabytes: it keeps nothing. */
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 };

/** Makes one that has not begun. */
export function createSigningThread(): SigningThread {
  let state: 'none' | 'begins' | 'serves' | 'gone' = 'none';
  let worker: Worker | undefined;
  const underWay: (readonly WaitingSigning[])[] = [];
  const leave = (): void => {
    state = 'gone';
    void worker?.terminate();
    for (const { reject } of underWay.splice(0).flat()) reject(new Error('the signing thread has ended'));
  };
  const begin = (): void => {
    state = 'begins';
    try {
      worker = new Worker(new URL(import.meta.url), { workerData: role, resourceLimits });
    } catch {
      // A program that lets nobody begin threads has its reasons.
      return leave();
    }
    worker.once('online', () => {
      if (state === 'begins') state = 'serves';
    });
    worker.once('error', leave);
    worker.once('exit', leave);
    worker.on('message', (verdicts: readonly Verdict[]) => {
      answer(underWay.shift() ?? [], verdicts);
      if (underWay.length === 0) worker?.unref();
    });
    // It keeps a process alive as long as somebody waits for it. Listening would for ever, so this comes last.
    worker.unref();
  };
  return {
    take: ({ key, algorithm }, group) => {
      if (state === 'none' && group.length >= crowd) begin();
      if (state !== 'serves' || !worker) return false;
      if (underWay.push(group) === 1) worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage({ key, algorithm, signings: group.map(({ signing }) => signing) } satisfies Message);
      return true;
    },
    close: leave,
  };
}

function answer(group: readonly WaitingSigning[], verdicts: readonly Verdict[]): void {
  for (const [at, { resolve, reject }] of group.entries()) {
    const verdict = verdicts[at] ?? { fault: 'a signature is missing' };
    if ('fault' in verdict) reject(new Error(verdict.fault));
    else resolve(verdict.signed);
  }
}

function judge({ key, algorithm, signings }: Message): Verdict[] {
  const hash = digestOf(algorithm);
  const one = (text: string): string => toBase64url(sign(hash, Buffer.from(text), key));
  return signings.map((signing) => {
    try {
      return { signed: signedBy(one, signing, algorithm) };
    } catch (thrown) {
      return { fault: thrown instanceof Error ? thrown.message : 'the key does not sign' };
    }
  });
}

// The thread runs this very file.
if (!isMainThread && workerData === role)
  parentPort?.on('message', (message: Message) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    parentPort?.postMessage(judge(message));
  });
