/**
 * `doorward restore <file>`: puts a backup in the place of the database. The backup is checked and made ready beside it
 * first; then one rename does it, and what was replaced is kept.
 */
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { beginEpoch, type Epoch } from '../../domain/admin/begin-epoch.ts';
import type { Store } from '../../domain/store.ts';
import { SchemaRefused } from '../../store/migrate.ts';
import { takeLockAlone } from '../../store/sqlite/lock.ts';
import { openSqlite } from '../../store/sqlite/sqlite.ts';
import { type Configuration, domainSettings } from '../configuration/configuration.ts';
import { databasePath, lockPath } from '../open-store.ts';
import { argument, type Command, CommandRefused, flagOption } from './command.ts';
import { epochJson, epochLines, requireSound } from './epoch.ts';
import { requireFolder } from './folder.ts';

/** Restores. Throws CommandRefused while anybody has the database open, or when one is there and `--force` is not. */
export const restore: Command = async (invocation) => {
  const { values } = invocation.loaded;
  requireFolder(values, 'pg_restore, and "doorward restored" after it');
  const file = resolve(argument(invocation, 0));
  requireBackup(file);
  mkdirSync(values.dataFolder, { recursive: true, mode: 0o700 });
  const release = takeLockAlone(lockPath(values.dataFolder));
  if (!release)
    throw new CommandRefused(
      `A server or another command has the database in ${resolve(values.dataFolder)} open. Stop it first.`,
    );
  try {
    const path = databasePath(values.dataFolder);
    const isThere = existsSync(path);
    if (isThere && !flagOption(invocation, 'force'))
      throw new CommandRefused(`${resolve(path)} exists. Add --force to replace it; it will be kept aside.`);
    const epoch = await makeReady(file, values);
    const aside = isThere ? setAside(path) : undefined;
    renameSync(readyPath(path), path);
    flushFolder(values.dataFolder);
    return {
      json: { restored: file, kept: aside ?? null, taken_away: epochJson(epoch) },
      text: words(epoch, { file, aside }),
    };
  } finally {
    release();
  }
};

function requireBackup(file: string): void {
  if (!existsSync(file)) throw new CommandRefused(`There is no file ${file}.`);
  if (existsSync(`${file}-wal`))
    throw new CommandRefused(
      `${file} is a database in use, not a backup: its newest changes are in another file. Make one with "doorward backup".`,
    );
  if (statSync(file).size === 0) throw new CommandRefused(`${file} is empty.`);
}

const readyPath = (path: string): string => `${path}.restoring`;

/** Copies the backup, checks it and begins its new epoch, all beside the database that it will replace. */
async function makeReady(file: string, values: Configuration): Promise<Epoch> {
  const path = databasePath(values.dataFolder);
  const ready = readyPath(path);
  const remove = (): void => {
    for (const end of ['', '-wal', '-shm']) rmSync(ready + end, { force: true });
  };
  remove();
  try {
    copyFileSync(file, ready, constants.COPYFILE_FICLONE);
    chmodSync(ready, 0o600);
    return await beginOn(ready, { file, values });
  } catch (thrown) {
    remove();
    throw thrown;
  }
}

async function beginOn(
  ready: string,
  { file, values }: { file: string; values: Configuration },
): Promise<Epoch> {
  const clock = systemClock;
  const store = await openSqlite({ path: ready, now: clock.now(), integrityCheck: true });
  try {
    await requireSound(store, file);
    const replaced = await openReplaced(databasePath(values.dataFolder));
    try {
      const settings = domainSettings(values, values.port);
      return await beginEpoch({ store, clock, settings }, replaced?.read);
    } finally {
      await replaced?.close();
    }
  } finally {
    await store.close();
  }
}

/** The database that will be replaced, as far as it can still be read; often it cannot, which is why one restores. */
async function openReplaced(path: string): Promise<Store | undefined> {
  if (!existsSync(path) || statSync(path).size === 0) return undefined;
  try {
    return await openSqlite({ path, now: systemClock.now(), integrityCheck: true });
  } catch (thrown) {
    if (thrown instanceof SchemaRefused) return undefined;
    throw thrown;
  }
}

/**
 * Keeps the replaced database under another name. A log of it that is left over goes first, for it must never meet the
 * restored one; the database itself stays in place until the rename, so that there is one at every moment.
 */
function setAside(path: string): string {
  const aside = `${path}.replaced-${new Date(systemClock.now()).toISOString().replace(/[:.]/g, '-')}`;
  for (const end of ['-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, aside + end);
  linkSync(path, aside);
  return resolve(aside);
}

/** The rename itself must be on disk before anybody is told. */
function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const words = (epoch: Epoch, { file, aside }: { file: string; aside: string | undefined }): string =>
  [
    `Restored ${file}.`,
    ...(aside === undefined ? [] : [`The replaced database is kept: ${aside}`]),
    '',
    ...epochLines(epoch),
  ].join('\n');
