/**
 * The store as the rest of the client sees it: it holds sessions instead of text, throws failures, lets work wait in
 * line, and says whatever it sees. The store is the only truth; nothing of it is remembered elsewhere.
 */
import type { Cancel, Clock, RealWork } from './clock.ts';
import { ClientFailure } from './failure.ts';
import { type Held, heldOf, textOfHeld } from './held.ts';
import { type Lock, localLock, type TokenStore } from './store.ts';

/** The store of one client. All verbs throw `store_failed`. */
export interface Shelf {
  read(): Promise<Held | undefined>;
  write(held: Held): Promise<void>;
  remove(): Promise<void>;
  /** Runs work in line: first with what this client does, then with all who share the store. */
  readonly lock: Lock;
}

/** What a shelf is made of. */
export interface ShelfOptions {
  readonly store: TokenStore;
  readonly issuer: string;
  readonly clock: Clock;
  /** Instead of the store's own. */
  readonly lock: Lock | undefined;
  /** Told of what is in the store, whenever that becomes known. */
  readonly onSeen: (held: Held | undefined) => void;
}

/** Makes the shelf of a client. */
export function shelfOf({ store, issuer, clock, lock, onSeen }: ShelfOptions): Shelf {
  const own = localLock();
  const shared = lock ?? store.lock;
  const doing = (what: RealWork): Cancel => clock.doing?.(what) ?? (() => undefined);
  const keeping = async <T>(work: () => Promise<T> | T): Promise<T> => {
    const done = doing('keeping');
    return kept(work).finally(done);
  };
  let changes = 0;
  const change = async (work: () => Promise<void> | void, held?: Held): Promise<void> => {
    await keeping(work);
    changes++;
    onSeen(held);
  };
  return {
    read: async () => {
      const before = changes;
      const held = heldOf(issuer, await keeping(() => store.read()));
      // A read that was overtaken by a change has old news.
      if (before === changes) onSeen(held);
      return held;
    },
    write: (held) => change(() => store.write(textOfHeld(issuer, held)), held),
    remove: () => change(() => store.remove()),
    lock: (work) => own(() => (shared ? kept(() => inTurn(shared, doing, work)) : work())),
  };
}

/** Says when a turn in the lock is waited for, had, and given back. */
async function inTurn<T>(lock: Lock, doing: (what: RealWork) => Cancel, work: () => Promise<T>): Promise<T> {
  let done = doing('waiting');
  const next = (what: RealWork): void => {
    done();
    done = doing(what);
  };
  try {
    return await lock(() => {
      next('turn');
      return work().finally(() => next('keeping'));
    });
  } finally {
    done();
  }
}

async function kept<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof ClientFailure ? cause : new ClientFailure('store_failed', { cause });
  }
}
