/**
 * Tokens in the storage of a browser, shared by its tabs: one lock for all of them, and news when another tab changes
 * something. Scripts of the page can read them: what else runs there must be trusted.
 */
import { type Clock, systemClock } from './clock.ts';
import { leaseLock } from './lease-lock.ts';
import type { TokenStore } from './store.ts';
import { type WebLocks, webLock } from './web-lock.ts';

/** What a page has, and other runtimes have not. */
interface Page {
  readonly navigator?: { readonly locks?: WebLocks };
  addEventListener?(type: 'storage', listener: (event: { key: string | null }) => void): void;
  removeEventListener?(type: 'storage', listener: (event: { key: string | null }) => void): void;
}

/** How a browser keeps tokens. */
export interface BrowserStoreOptions {
  /** `localStorage` unless given; `sessionStorage` keeps each tab by itself. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** The name of the entry, and of its lock; `doorward` unless given. Keeps several clients of one origin apart. */
  readonly key?: string;
  /** Seconds after which a tab that holds the lock counts as gone; 20 unless given. More than the client's `timeoutSeconds`. */
  readonly leaseSeconds?: number;
  /** The machine's clock unless given. */
  readonly clock?: Clock;
}

/** Keeps the tokens in the browser's storage. Its lock is a Web Lock where there are any, else a lease in the storage. */
export function browserStore(options: BrowserStoreOptions = {}): TokenStore {
  const { key = 'doorward', clock = systemClock, leaseSeconds = 20 } = options;
  // Merely looking at localStorage can throw, where a browser forbids it.
  const storage = (): NonNullable<typeof options.storage> => options.storage ?? globalThis.localStorage;
  const lease = leaseSeconds * 1000;
  const page = globalThis as Page;
  return {
    read: () => storage().getItem(key) ?? undefined,
    write: (text) => storage().setItem(key, text),
    remove: () => storage().removeItem(key),
    leaseSeconds,
    lock: (work) => {
      // Pages that did not come by https have no Web Locks.
      const locks = page.navigator?.locks;
      const lock = locks
        ? webLock({ locks, name: `doorward:${key}`, clock, lease })
        : leaseLock({ storage: storage(), key: `${key}.lease`, clock, lease });
      return lock(work);
    },
    watch: (listener) => {
      const onStorage = (event: { key: string | null }): void => {
        if (event.key === key || event.key === null) listener();
      };
      page.addEventListener?.('storage', onStorage);
      return () => page.removeEventListener?.('storage', onStorage);
    },
  };
}
