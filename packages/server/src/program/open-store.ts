/** Opening the store that the configuration names: the database of the data folder, or one on Postgres. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { isFailure } from '../domain/failures.ts';
import type { Store } from '../domain/store.ts';
import { followMoves } from '../store/admin/follow-moves.ts';
import type { Movable } from '../store/admin/movable.ts';
import { StoreMoved } from '../store/admin/moved.ts';
import { type Rehearsal, SchemaRefused } from '../store/migrate.ts';
import type { ConnectOptions, PostgresAddress } from '../store/postgres/connection.ts';
import type { PageCheck } from '../store/sqlite/damage.ts';
import { shareLock } from '../store/sqlite/lock.ts';
import { openSqlite } from '../store/sqlite/sqlite.ts';
import type { Configuration } from './configuration/configuration.ts';
import { addressIn } from './configuration/database-address.ts';
import { masterKeyPath } from './configuration/master-key.ts';
import { placeIn } from './moved-place.ts';

/** The database of a data folder. */
export const databasePath = (dataFolder: string): string => join(dataFolder, 'doorward.db');

/** The lock that everybody shares who has the database open. */
export const lockPath = (dataFolder: string): string => join(dataFolder, 'doorward.lock');

/** How a store is opened. */
export interface StoreOpening {
  readonly clock: Clock;
  /** Told of damage that is found later, and of what breaks while the old store is let go of. */
  readonly report?: ((thrown: unknown) => void) | undefined;
  /** Reads through the database first, where it is a file. */
  readonly integrityCheck?: boolean | undefined;
  /** Reads through a large file beside what begins. */
  readonly pageCheck?: PageCheck | undefined;
  /** Takes one on Postgres that was put together from a dump, to begin its new epoch. */
  readonly restored?: boolean | undefined;
}

/**
 * Opens it, or makes it, and goes along when its data move, or have moved; closing it lets go of the folder, too. Throws
 * SchemaRefused when it must not be touched or cannot be had.
 */
export async function openStore(values: Configuration, opening: StoreOpening): Promise<Store> {
  const first = await arrive(values, { home: values, opening });
  let here = first.values;
  return followMoves(first.store, {
    report: opening.report ?? (() => undefined),
    next: async () => {
      const next = await arrive(here, { home: values, opening });
      if (next.values === here) {
        await next.store.close();
        return undefined;
      }
      here = next.values;
      return next.store;
    },
  });
}

/** Moves that are followed one after the other. */
const longestWay = 8;

/** Opens the store at a place, or at the one that its data have moved to. */
async function arrive(
  values: Configuration,
  { home, opening }: { home: Configuration; opening: StoreOpening },
): Promise<{ store: Store; values: Configuration }> {
  let here = values;
  for (let left = longestWay; ; left -= 1) {
    try {
      return { store: await openStoreAt(here, opening), values: here };
    } catch (thrown) {
      if (left === 0 || !(thrown instanceof StoreMoved) || !thrown.target) throw thrown;
      here = placeIn(home, thrown.target);
    }
  }
}

/** Opens the store at this very place. Throws StoreMoved when its data are elsewhere. */
export const openStoreAt = (values: Configuration, opening: StoreOpening): Promise<Store> =>
  values.databaseUrl ? openOnPostgres(values, values.databaseUrl, opening) : openInFolder(values, opening);

async function openInFolder(
  { dataFolder }: Configuration,
  { clock, ...checks }: StoreOpening,
): Promise<Store> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const release = shareLock(lockPath(dataFolder));
  if (!release)
    throw new SchemaRefused('The database is being restored by another process. Try again when it is done.');
  try {
    refuseEmptied(dataFolder);
    const store = await openSqlite({ ...checks, path: databasePath(dataFolder), now: clock.now() });
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

/**
 * The master key is made once the database is there: an empty file beside it was a database, and a new one in its place
 * would be taken for the old. Throws SchemaRefused.
 */
function refuseEmptied(dataFolder: string): void {
  const path = databasePath(dataFolder);
  if (existsSync(masterKeyPath(dataFolder)) && statSync(path, { throwIfNoEntry: false })?.size === 0)
    throw new SchemaRefused(
      `The database is empty, and was not always: ${path}. Restore the newest backup with "doorward restore --force", or delete the file to begin anew.`,
    );
}

async function openOnPostgres(
  values: Configuration,
  url: NonNullable<Configuration['databaseUrl']>,
  { clock, restored = false }: StoreOpening,
): Promise<Store> {
  // The master key is kept there, unless it is given.
  if (!values.masterKey) mkdirSync(values.dataFolder, { recursive: true, mode: 0o700 });
  // Loaded where it is asked for: whoever keeps a database in a folder pays nothing for it.
  const { openPostgres } = await import('../store/postgres/postgres.ts');
  const address = addressIn(url);
  return openPostgres({
    ...connectOptions(values, address),
    poolSize: values.databasePool,
    now: clock.now(),
    restored,
    replica: values.readDatabaseUrl && {
      address: addressIn(values.readDatabaseUrl),
      lag: values.readDatabaseLag * 1000,
    },
  }).catch((thrown: unknown) => {
    if (!isFailure(thrown) || thrown.code !== 'store_unavailable') throw thrown;
    const { host, port } = address;
    throw new SchemaRefused(`Postgres cannot be had at ${host}:${port}: ${String(thrown.detail['reason'])}.`);
  });
}

const connectOptions = (values: Configuration, address: PostgresAddress): ConnectOptions => ({
  address,
  connectTimeout: values.databaseConnectTimeout * 1000,
  statementTimeout: values.databaseStatementTimeout * 1000,
  prepared: values.databasePrepared === 'yes',
});

/** Milliseconds that one statement of a move or a rehearsal may take. */
const patience = 3_600_000;

/** Opens a place, whose schema is up to date, for a move. */
export async function openMovable(values: Configuration): Promise<Movable> {
  if (!values.databaseUrl)
    return (await import('../store/sqlite/movable.ts')).openMovableSqlite(databasePath(values.dataFolder));
  const { openMovablePostgres } = await import('../store/postgres/movable.ts');
  const options = connectOptions(values, addressIn(values.databaseUrl));
  return openMovablePostgres({ ...options, statementTimeout: patience });
}

/** Notes that a database on Postgres may be served from, whatever it was put together from. */
export async function noteRestored(values: Configuration): Promise<void> {
  if (!values.databaseUrl) return;
  const { notePostgresRestored } = await import('../store/postgres/postgres.ts');
  await notePostgresRestored(connectOptions(values, addressIn(values.databaseUrl)));
}

/** Tries the migrations to come on a copy. Throws SchemaRefused. */
export async function rehearse(values: Configuration, now: number): Promise<Rehearsal> {
  if (!values.databaseUrl)
    return (await import('../store/sqlite/rehearsal.ts')).rehearseSqlite(
      databasePath(values.dataFolder),
      now,
    );
  const { rehearsePostgres } = await import('../store/postgres/rehearsal.ts');
  const options = connectOptions(values, addressIn(values.databaseUrl));
  return rehearsePostgres({ ...options, statementTimeout: patience }, now);
}
