/**
 * The ways to serve: which stores the fault tests run on. Another store is another row: how servers are told of
 * fresh data, and how a test looks at these data from outside.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../packages/server/src/base/clock.ts';
import { Secret } from '../../packages/server/src/base/secret.ts';
import type { Store } from '../../packages/server/src/domain/store.ts';
import { databasePath } from '../../packages/server/src/program/open-store.ts';
import { openPostgres, type PostgresOptions } from '../../packages/server/src/store/postgres/postgres.ts';
import { openSqlite } from '../../packages/server/src/store/sqlite/sqlite.ts';
import { type FaultProxy, startFaultProxy } from '../kit/fault-proxy.ts';
import { makeDatabase, type PostgresServer, queryAt, startPostgres } from '../kit/postgres.ts';
import { type ProcessOptions, type StartedProcess, startProcess } from '../kit/process.ts';

import { isWhole } from './extent.ts';

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
  /** Ends what runs beside the servers. Resolves to the folders that hold data and ledgers, which stay. */
  halt(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/** One way. */
export interface Way {
  readonly name: string;
  make(): Promise<Place>;
}

/** Budgets must not stand in the way of those who hammer, and the issuer is one for all servers of a place. */
export const settings = {
  // What is deleted is gone at once.
  deletionGrace: 0,
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

/** All ways; `npm test` has the time for the first. */
export const ways: readonly Way[] = [
  { name: 'one SQLite file', make: makeSqlite },
  ...(isWhole ? [{ name: 'Postgres', make: makePostgres }] : []),
];

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
    halt: async () => [folder],
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Fresh data on a server of their own, each process behind a line of its own. */
export interface PostgresPlace extends Place {
  readonly server: PostgresServer;
  /** The lines of processes that were started, oldest first. */
  readonly lines: readonly FaultProxy[];
  /** The database itself, past all lines. */
  readonly address: string;
}

/** Fresh data on Postgres, which waits for its disk. */
export async function makePostgres(): Promise<PostgresPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'doorward-fault-'));
  const server = await startPostgres({ settings: { fsync: 'on', full_page_writes: 'on' } });
  const address = await makeDatabase(server.port, 'nothing');
  const lines: FaultProxy[] = [];
  return {
    folder,
    server,
    lines,
    address,
    start: async (options = {}) => {
      const line = await startFaultProxy(server.port);
      lines.push(line);
      const url = new URL(address);
      url.port = String(line.port);
      // A secret is no flag of the program itself.
      const secret = options.program === undefined ? {} : { databaseUrl: url.href };
      return startProcess({
        ...options,
        dataFolder: join(folder, 'data'),
        settings: { ...settings, ...secret, ...options.settings },
        environment: { ...options.environment, DATABASE_URL: url.href },
      });
    },
    inspect: async (look) => {
      const store = await openPostgres(storeOptionsAt(address));
      try {
        return await look(store);
      } finally {
        await store.close();
      }
    },
    soundness: () => soundnessOf(address),
    halt: async () => {
      for (const line of lines) await line.close();
      await server.halt('fast');
      return [folder, server.folder];
    },
    remove: async () => {
      for (const line of lines) await line.close();
      await server.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a database on Postgres finds wrong with itself: its pages carry checksums, and what is damaged cannot be read to its end. */
export async function soundnessOf(address: string): Promise<string> {
  await queryAt(address, 'SELECT COUNT(DISTINCT e::text) FROM events e');
  return 'ok';
}

/** What opens the store at an address of Postgres. */
export function storeOptionsAt(address: string): PostgresOptions {
  const { hostname: host, port, pathname, username: name, password } = new URL(address);
  const place = { host, port: Number(port), database: pathname.slice(1), name };
  return {
    address: { ...place, password: password === '' ? undefined : new Secret(password), tls: undefined },
    poolSize: 4,
    connectTimeout: 5000,
    statementTimeout: 10_000,
    prepared: true,
    now: systemClock.now(),
  };
}
