/**
 * The embedded store: one connection writes in groups, another reads what is committed. Only this file and its
 * connection know SQLite's dialect and its files.
 */
import { chmodSync, closeSync, openSync, rmSync, statSync } from 'node:fs';
import { backup, constants, DatabaseSync } from 'node:sqlite';
import { isFailure } from '../../domain/failures.ts';
import type { Reads, Store } from '../../domain/store.ts';
import { checkMarks } from '../admin/marks.ts';
import { tableSizes } from '../admin/table-sizes.ts';
import { groupCommit, lockPause } from '../group-commit.ts';
import { groupRead } from '../group-read.ts';
import { migrate, tryWriting } from '../migrate.ts';
import { records, tables } from '../records.ts';
import { rememberRows } from '../remembered-rows.ts';
import { integer, type Sql, text } from '../sql.ts';
import { type ConnectionOptions, connect, type SqliteConnection } from './connection.ts';
import {
  checkChain,
  checkEdges,
  checkPages,
  damaged,
  type PageCheck,
  type Soundness,
  sound,
  tellsOfDamage,
  unread,
} from './damage.ts';
import { busy, resultCode } from './faults.ts';

/** How to open an embedded store. */
export interface SqliteOptions {
  /** The database file; made when it is missing. */
  readonly path: string;
  /** Milliseconds since 1970, for the record of migrations. */
  readonly now: number;
  /** For how long a transaction may wait for other processes, in milliseconds; 10,000 unless told. */
  readonly lockWait?: number | undefined;
  /** Whether to read through the file first and refuse a damaged one. */
  readonly integrityCheck?: boolean | undefined;
  /** Reads through a large file beside what begins: damage that it finds stops all writing. All of it is read first, unless given. */
  readonly pageCheck?: PageCheck | undefined;
  /** Told of the damage that was found so, and of a file that was not read to its end. */
  readonly report?: ((thrown: unknown) => void) | undefined;
}

/**
 * Opens the embedded store: makes the file readable by its owner alone, checks it, brings its schema up to date.
 * Throws SchemaRefused when the file is damaged or newer than this program, and StoreMoved when its data are elsewhere.
 */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  closeSync(openSync(options.path, 'a', 0o600));
  chmodSync(options.path, 0o600);
  const known = { remembered: rememberRows(), soundness: { damaged: false } };
  const writer = await openWriter(options, known);
  const reader = connect({ path: options.path, timeout: 5_000, ...known, writer });
  reader.database.exec('PRAGMA query_only = ON');
  denyAttach(reader.database);
  const store = assemble(writer, reader, options.lockWait ?? 10_000);
  const end = beginPageCheck(options, known.soundness);
  return {
    ...store,
    close: () => {
      end();
      return store.close();
    },
  };
}

/** Whether a file is read through beside what begins. */
const isBeside = ({ path, pageCheck }: Pick<SqliteOptions, 'path' | 'pageCheck'>): boolean =>
  pageCheck !== undefined && statSync(path).size > pageCheck.above;

/** Has a large file read through, and stops all writing when that finds damage. Returns how to end it. */
function beginPageCheck(options: SqliteOptions, soundness: Soundness): () => void {
  const { path, pageCheck, report } = options;
  if (!pageCheck || !isBeside(options)) return () => undefined;
  return pageCheck.begin(path, (outcome) => {
    if ('unfinished' in outcome) return report?.(unread(outcome.unfinished));
    if (outcome.verdict === sound) return;
    soundness.damaged = true;
    report?.(damaged(outcome.verdict));
  });
}

async function openWriter(
  options: SqliteOptions,
  known: Pick<ConnectionOptions, 'remembered' | 'soundness'>,
): Promise<SqliteConnection> {
  const { path, now, integrityCheck } = options;
  let writer: SqliteConnection | undefined;
  try {
    // Start-up may block for the lock of another process that starts; serving never does.
    writer = connect({ path, timeout: 10_000, ...known });
    await turnOnWal(writer.database);
    writer.database.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000');
    if (integrityCheck) {
      if (isBeside(options)) checkEdges(writer.database, path);
      else checkPages(writer.database);
    }
    await checkMarks(writer.sql, exists(writer.sql));
    await migrateUnderLock(writer, now);
    if (integrityCheck) await checkChain(records(writer.sql));
    writer.database.exec('PRAGMA busy_timeout = 0');
    denyAttach(writer.database);
    return writer;
  } catch (thrown) {
    writer?.database.close();
    const origin = isFailure(thrown) ? thrown.cause : thrown;
    throw tellsOfDamage(resultCode(origin)) ? damaged(String(origin)) : thrown;
  }
}

const exists =
  (sql: Sql) =>
  async (table: string): Promise<boolean> =>
    (await sql.get('SELECT name FROM sqlite_schema WHERE name = ?', table)) !== undefined;

function assemble(writer: SqliteConnection, reader: SqliteConnection, lockWait: number): Store {
  const tx = records(writer.sql);
  const reads = groupRead(reader.reading);
  const read: Reads = records(reads.sql);
  const group = groupCommit(writer.writing, lockWait);
  return {
    read,
    transact: (work) => group.run(() => work(tx)),
    once: (work) => group.run(() => work(tx, (_key, statement) => statement(tx))),
    // It knows of other processes only when it looks.
    onNews: () => () => undefined,
    check: () => group.run(() => tryWriting(writer.sql)),
    backup: (path) => copyTo(reader.database, path),
    sizes: async (since) => tableSizes(reader.sql, await roomOf(reader.sql), since),
    rowCounts: async () => {
      const counts: Record<string, number> = {};
      for (const table of tables) {
        const row = await reader.sql.get(`SELECT COUNT(*) AS n FROM ${table}`);
        counts[table] = row ? integer(row, 'n') : 0;
      }
      return counts;
    },
    close: async () => {
      await group.close();
      reads.flush();
      reader.database.close();
      writer.database.close();
    },
  };
}

/** How much room each table takes with its indexes, in bytes. */
async function roomOf(sql: Sql): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.all(
    `SELECT s.tbl_name AS name, SUM(d.pgsize) AS bytes FROM dbstat d
      JOIN sqlite_schema s ON s.name = d.name WHERE d.aggregate = TRUE GROUP BY s.tbl_name`,
  );
  return new Map(rows.map((row) => [text(row, 'name'), integer(row, 'bytes')]));
}

/** Two that turn a new file to WAL at once would wait for each other: SQLite refuses one without waiting at all. */
async function turnOnWal(database: DatabaseSync): Promise<void> {
  for (let triesLeft = 1000; ; triesLeft -= 1) {
    try {
      return database.exec('PRAGMA journal_mode = WAL');
    } catch (thrown) {
      if (resultCode(thrown) !== busy || triesLeft === 0) throw thrown;
    }
    await lockPause();
  }
}

/**
 * Copies in one step, off the main thread, over a connection of its own: a copy in several steps begins anew after
 * every commit and never ends under load, and one over the reader would keep the readers waiting.
 */
async function copyTo(database: DatabaseSync, path: string): Promise<void> {
  closeSync(openSync(path, 'wx', 0o600));
  const source = new DatabaseSync(database.location() ?? '', { readOnly: true });
  try {
    await backup(source, path, { rate: allPages });
  } catch (thrown) {
    rmSync(path, { force: true });
    throw thrown;
  } finally {
    source.close();
  }
}

const allPages = 2 ** 31 - 1;

async function migrateUnderLock({ database, sql }: SqliteConnection, now: number): Promise<void> {
  database.exec('BEGIN IMMEDIATE');
  try {
    await migrate(sql, (statements) => database.exec(inDialect(statements)), now);
    database.exec('COMMIT');
  } catch (thrown) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}

/** Rows of such a table stand in its key's own tree: one search instead of two. */
const keyedByText = /\bTEXT NOT NULL PRIMARY KEY\b/;

/** Says a migration in SQLite's words: its type names, and STRICT on every table. */
const inDialect = (statements: string): string =>
  statements
    .split(';')
    .map((statement) => {
      const spoken = statement.replaceAll('BIGINT', 'INTEGER').replaceAll('BYTEA', 'BLOB');
      if (!/^\s*CREATE TABLE\b/.test(spoken)) return spoken;
      return `${spoken} STRICT${keyedByText.test(spoken) ? ', WITHOUT ROWID' : ''}`;
    })
    .join(';');

/** After start no statement may open another file. */
function denyAttach(database: DatabaseSync): void {
  const denied: ReadonlySet<number> = new Set([constants.SQLITE_ATTACH, constants.SQLITE_DETACH]);
  database.setAuthorizer((action) => (denied.has(action) ? constants.SQLITE_DENY : constants.SQLITE_OK));
}
