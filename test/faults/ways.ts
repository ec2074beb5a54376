/**
 * The ways to serve: which stores the fault tests run on. Another store is another row: how servers are told of
 * fresh data, and how a test looks at these data from outside.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../packages/server/src/base/clock.ts';
import type { Store } from '../../packages/server/src/domain/store.ts';
import { databasePath } from '../../packages/server/src/program/open-store.ts';
import { openSqlite } from '../../packages/server/src/store/sqlite.ts';
import { type ProcessOptions, type StartedProcess, startProcess } from '../kit/process.ts';

/** How a server is started on a place. */
export type PlaceOptions = Pick<ProcessOptions, 'settings' | 'program' | 'environment' | 'under'>;

/** Fresh data that any number of servers share. */
export interface Place {
  /** For ledgers and whatever else belongs to the run. */
  readonly folder: string;
  /** Starts a server on the data. */
  start(options?: PlaceOptions): Promise<StartedProcess>;
  /** Looks at the data through a store of the test's own, beside the servers. */
  inspect<T>(look: (store: Store) => Promise<T>): Promise<T>;
  /** What the database finds wrong with itself; `ok` for nothing. */
  soundness(): Promise<string>;
  remove(): Promise<void>;
}

/** One way. */
export interface Way {
  readonly name: string;
  make(): Promise<Place>;
}

/** Budgets must not stand in the way of those who hammer, and the issuer is one for all servers of a place. */
const settings = {
  issuer: 'http://localhost:3000',
  logLevel: 'error',
  networkAttempts: 1_000_000,
  signUpAttempts: 1_000_000,
  accountAttempts: 100,
  familiarAttempts: 100,
  hashingQueue: 10_000,
  // A machine that is busy with other tests may take its time between a kill and the retry.
  refreshWindow: 300,
} as const;

/** All ways. */
export const ways: readonly Way[] = [{ name: 'one SQLite file', make: makeSqlite }];

/** Fresh data in one SQLite file. */
export async function makeSqlite(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'doorward-fault-'));
  const dataFolder = join(folder, 'data');
  const path = databasePath(dataFolder);
  return {
    folder,
    start: (options = {}) =>
      startProcess({ ...options, dataFolder, settings: { ...settings, ...options.settings } }),
    inspect: async (look) => {
      const store = await openSqlite({ path, now: systemClock.now() });
      try {
        return await look(store);
      } finally {
        await store.close();
      }
    },
    soundness: async () => {
      const database = new DatabaseSync(path);
      const [verdict] = Object.values(database.prepare('PRAGMA integrity_check').get() ?? {});
      database.close();
      return String(verdict);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
