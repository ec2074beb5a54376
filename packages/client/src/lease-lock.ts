/**
 * One tab at a time where there are no Web Locks: a note in the storage that says who works, and until when. A tab that
 * dies or stands still loses its turn by the hour, so nobody can wait for ever.
 *
 * A storage has no compare-and-swap, and another tab sees a note a moment later: so each writes its note, waits until all
 * would have seen it, and works when its own is the one that stayed.
 */
import { chance } from './chance.ts';
import { type Clock, pause } from './clock.ts';
import type { Lock } from './store.ts';

/** What a lease takes. */
export interface LeaseLockOptions {
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly key: string;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly lease: number;
}

/** Milliseconds after which every tab has seen a note. */
const spread = 100;

/** Makes a lock of all who see the storage. */
export function leaseLock({ storage, key, clock, lease }: LeaseLockOptions): Lock {
  const isFree = (): boolean => {
    const until = Number(storage.getItem(key)?.split(' ')[0] ?? 0);
    const left = until - clock.now();
    // One that ends later than any can was written before the clock was set back.
    return !(left > 0 && left <= lease);
  };
  return async (work) => {
    const name = `${chance()}${chance()}`;
    const isMine = (): boolean => storage.getItem(key)?.split(' ')[1] === name;
    while (!isMine()) {
      if (isFree()) storage.setItem(key, `${clock.now() + lease} ${name}`);
      await pause(clock, spread * (1 + chance()));
    }
    try {
      return await work();
    } finally {
      if (isMine()) storage.removeItem(key);
    }
  };
}
