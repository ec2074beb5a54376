import type { Store } from '../../domain/store.ts';

/** Tells when a mail is in the outbox to stay. */
export interface Posting {
  /** The same store. */
  readonly store: Store;
  /** A mail was put into the outbox, in a transaction that is not committed yet. */
  readonly note: () => void;
}

/** Calls `onPosted` after each transaction in whose time a mail was put into the outbox: sooner it could not be found. */
export function createPosting(store: Store, onPosted: () => void = () => undefined): Posting {
  let posted = 0;
  return {
    note: () => {
      posted += 1;
    },
    store: {
      ...store,
      transact: async (work) => {
        const before = posted;
        const result = await store.transact(work);
        if (posted !== before) onPosted();
        return result;
      },
    },
  };
}
