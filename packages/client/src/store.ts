/**
 * Where tokens rest. A store keeps one text; it may also know how to let its sharers work one after another, and how to
 * tell them of changes. The text is a secret.
 */

/** Keeps one text. What it throws reaches the caller as `store_failed`. */
export interface TokenStore {
  /** The text that was written last; undefined when there is none. */
  read(): Promise<string | undefined> | string | undefined;
  /** Replaces the text. Once it returns or resolves, the text is kept: the predecessor is given up only then. */
  write(text: string): Promise<void> | void;
  /** Forgets the text. */
  remove(): Promise<void> | void;
  /** Lets everybody who shares this text work one after another. Without it, one client must be the only sharer. */
  readonly lock?: Lock;
  /** Seconds after which `lock` counts a holder as gone, if it does. */
  readonly leaseSeconds?: number;
  /** Tells of changes that others made, until the returned function is called. */
  watch?(listener: () => void): () => void;
}

/**
 * Runs `work` while nobody else who shares the lock does, and settles as it does. A lock is held for one request at most
 * and must let go of a holder that died.
 */
export type Lock = <T>(work: () => Promise<T>) => Promise<T>;

/** A lock inside one process: first come, first served. */
export function localLock(): Lock {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    // The next one waits for the end of this one, whatever it is; who asked for this one hears of it.
    last = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  };
}

/** Keeps the tokens in memory: they end with the process or page. Several clients of one process may share it. */
export function memoryStore(): TokenStore {
  let kept: string | undefined;
  const listeners = new Set<() => void>();
  const change = (text: string | undefined): void => {
    kept = text;
    for (const listener of listeners) listener();
  };
  return {
    read: () => kept,
    write: change,
    remove: () => change(undefined),
    lock: localLock(),
    watch: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
