/** The connections that a store keeps to itself, for tests that look at them from inside. */
import { DatabaseSync } from 'node:sqlite';
import { vi } from 'vitest';
import type { Store } from '../../src/domain/store.ts';

/** What an opened store stands on. */
export interface Opened {
  readonly store: Store;
  readonly writer: DatabaseSync;
  readonly reader: DatabaseSync;
}

/** Opens a store and watches which connections it makes: the writer first, then the reader. */
export async function openWatched(open: () => Promise<Store>): Promise<Opened> {
  const watched = vi.spyOn(DatabaseSync.prototype, 'exec');
  try {
    const store = await open();
    const [writer, reader] = new Set(watched.mock.contexts);
    if (!(writer instanceof DatabaseSync && reader instanceof DatabaseSync))
      throw new Error('no connections');
    return { store, writer, reader };
  } finally {
    watched.mockRestore();
  }
}
