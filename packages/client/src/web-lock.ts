/**
 * One tab at a time, by Web Locks. The browser takes a lock from a tab that closed. From one that stands still nobody
 * takes it: so whoever has waited for a whole lease behind the same tab does.
 */
import type { Clock } from './clock.ts';
import type { Lock } from './store.ts';

/** The part of `navigator.locks` that is used (W3C Web Locks §3.2). */
export interface WebLocks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
  request<T>(
    name: string,
    how: { signal: AbortSignal } | { steal: true },
    work: () => Promise<T>,
  ): Promise<T>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string; readonly clientId?: string }[] }>;
}

/** What a Web Lock takes. */
export interface WebLockOptions {
  readonly locks: WebLocks;
  readonly name: string;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly lease: number;
}

/** Makes a lock of all tabs of an origin. */
export function webLock({ locks, name, clock, lease }: WebLockOptions): Lock {
  const holder = async (): Promise<string | undefined> => {
    const { held = [] } = await locks.query();
    return held.find((lock) => lock.name === name)?.clientId;
  };
  /** Takes the lock away, if it is still the same tab that holds it. */
  const seize = async (before: string | undefined, begin: () => Promise<unknown>): Promise<void> => {
    if (before === undefined || (await holder()) !== before) return;
    await new Promise<void>((resolve, reject) => {
      const start = (): Promise<unknown> => {
        resolve();
        return begin();
      };
      locks.request(name, { steal: true }, start).catch(reject);
    });
  };
  return async <T>(work: () => Promise<T>): Promise<T> => {
    const turn: { result?: Promise<T> } = {};
    const begin = (): Promise<T> => (turn.result = work());
    for (;;) {
      const before = await holder();
      const patience = new AbortController();
      const cancel = clock.after(lease, () => patience.abort());
      // Once the work has begun its own result counts, even if the lock is taken away meanwhile.
      await locks.request(name, { signal: patience.signal }, begin).catch((thrown: unknown) => {
        if (!turn.result && !patience.signal.aborted) throw thrown;
      });
      cancel();
      // One at a time of those who have waited enough looks and takes; the next one sees that the holder has changed.
      if (!turn.result) await locks.request(`${name}:seize`, () => seize(before, begin));
      if (turn.result) return turn.result;
    }
  };
}
