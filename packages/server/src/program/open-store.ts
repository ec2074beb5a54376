/** Opening the store that the configuration names: the database of the data folder, or one on Postgres. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { isFailure } from '../domain/failures.ts';
import type { Store } from '../domain/store.ts';
import { SchemaRefused } from '../store/migrate.ts';
import { openSqlite } from '../store/sqlite.ts';
import { shareLock } from '../store/sqlite-lock.ts';
import type { Configuration } from './configuration.ts';
import { addressIn } from './database-address.ts';

/** The database of a data folder. */
export const databasePath = (dataFolder: string): string => join(dataFolder, 'doorward.db');

/** The lock that everybody shares who has the database open. */
export const lockPath = (dataFolder: string): string => join(dataFolder, 'doorward.lock');

/** How a store is opened. */
export interface StoreOpening {
  readonly clock: Clock;
  /** Reads through the database first, where it is a file. */
  readonly integrityCheck?: boolean | undefined;
}

/** Opens it, or makes it; closing it lets go of the folder, too. Throws SchemaRefused when it must not be touched or cannot be had. */
export const openStore = (values: Configuration, opening: StoreOpening): Promise<Store> =>
  values.databaseUrl ? openOnPostgres(values, values.databaseUrl, opening) : openInFolder(values, opening);

async function openInFolder(
  { dataFolder }: Configuration,
  { clock, integrityCheck }: StoreOpening,
): Promise<Store> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const release = shareLock(lockPath(dataFolder));
  if (!release)
    throw new SchemaRefused('The database is being restored by another process. Try again when it is done.');
  try {
    const store = await openSqlite({ path: databasePath(dataFolder), now: clock.now(), integrityCheck });
    return {
      ...store,
      close: async () => {
        await store.close();
        release();
      },
    };
  } catch (thrown) {
    release();
    throw thrown;
  }
}

async function openOnPostgres(
  values: Configuration,
  url: NonNullable<Configuration['databaseUrl']>,
  { clock }: StoreOpening,
): Promise<Store> {
  // The master key is kept there, unless it is given.
  if (!values.masterKey) mkdirSync(values.dataFolder, { recursive: true, mode: 0o700 });
  // Loaded where it is asked for: whoever keeps a database in a folder pays nothing for it.
  const { openPostgres } = await import('../store/postgres.ts');
  const address = addressIn(url);
  return openPostgres({
    address,
    poolSize: values.databasePool,
    connectTimeout: values.databaseConnectTimeout * 1000,
    statementTimeout: values.databaseStatementTimeout * 1000,
    prepared: values.databasePrepared === 'yes',
    now: clock.now(),
  }).catch((thrown: unknown) => {
    if (!isFailure(thrown) || thrown.code !== 'store_unavailable') throw thrown;
    const { host, port } = address;
    throw new SchemaRefused(`Postgres cannot be had at ${host}:${port}: ${String(thrown.detail['reason'])}.`);
  });
}
