/**
 * A connection to an SQLite file behind a strict binder: node:sqlite binds a `Date` or `NaN` as NULL without a
 * word, so everything but text, finite numbers, bytes and null is refused here. Statements are prepared once.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { fail } from '../domain/failures.ts';
import type { WritingConnection } from './group-commit.ts';
import type { ReadingConnection } from './group-read.ts';
import type { Sql, SqlRow, SqlValue } from './sql.ts';

/** A connection: SQL for the nouns, and what group commit needs. */
export interface SqliteConnection {
  readonly database: DatabaseSync;
  readonly sql: Sql;
  readonly writing: WritingConnection;
  readonly reading: ReadingConnection;
}

interface Prepared {
  readonly statement: StatementSync;
  readonly writes: boolean;
  /** Names of the columns it answers. */
  readonly columns: readonly string[];
}

/** SQLite's primary result code for a lock that another connection holds. */
export const busy = 5;

/** SQLite's primary result codes that mean "not now" rather than "wrong": busy, read-only, I/O, corrupt, full, can't open. */
const unavailable: ReadonlySet<number> = new Set([busy, 6, 8, 10, 11, 13, 14]);

const lost = { store: 'sqlite', fault: 'a write outside of a transaction' };

/** Opens a connection. `timeout` is how long, in milliseconds, a statement may block the process for a lock. */
export function connect(path: string, timeout: number): SqliteConnection {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout });
  database.exec('PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY');
  const cache = new Map<string, Prepared>();
  const body = { marked: false };
  const savepoint = database.prepare('SAVEPOINT body');
  const prepare = (text: string): Prepared => {
    let entry = cache.get(text);
    if (!entry) {
      entry = prepareOnce(database, text);
      cache.set(text, entry);
    }
    // A full disk makes SQLite give up the transaction in the middle of a body; the rest of it must not stand alone.
    if (entry.writes && !database.isTransaction)
      throw fail('store_unavailable', { retryAfter: 1, detail: lost });
    if (entry.writes && !body.marked) {
      savepoint.run();
      body.marked = true;
    }
    return entry;
  };
  const direct = directOf(prepare);
  const sql = sqlOf(direct);
  return { database, sql, writing: writingOf(database, body), reading: readingOf(database, direct) };
}

function prepareOnce(database: DatabaseSync, text: string): Prepared {
  const statement = database.prepare(text);
  // The library's own row objects are dictionaries; arrays made into plain objects are read several times faster.
  statement.setReturnArrays(true);
  const columns = statement.columns().map(({ name }) => name);
  return { statement, columns, writes: /^\s*(?:INSERT|UPDATE|DELETE)\b/.test(text) };
}

/** Statements run at once, before they are queued or awaited by anybody. */
interface Direct {
  get(text: string, values: readonly SqlValue[]): SqlRow | undefined;
  all(text: string, values: readonly SqlValue[]): SqlRow[];
  run(text: string, values: readonly SqlValue[]): number;
}

const directOf = (prepare: (text: string) => Prepared): Direct => ({
  get: (text, values) =>
    attempt(() => {
      const { statement, columns } = prepare(text);
      const found: unknown = statement.get(...bound(values));
      return found === undefined ? undefined : rowOf(columns, found);
    }),
  all: (text, values) =>
    attempt(() => {
      const { statement, columns } = prepare(text);
      return statement.all(...bound(values)).map((found) => rowOf(columns, found));
    }),
  run: (text, values) => attempt(() => Number(prepare(text).statement.run(...bound(values)).changes)),
});

const sqlOf = (direct: Direct): Sql => ({
  get: async (text, ...values) => direct.get(text, values),
  all: async (text, ...values) => direct.all(text, values),
  run: async (text, ...values) => direct.run(text, values),
});

function rowOf(columns: readonly string[], found: unknown): SqlRow {
  // What `setReturnArrays` asks for; the library's types know only of objects.
  const values = found as readonly SqlValue[];
  const row: Record<string, SqlValue> = {};
  for (let at = 0; at < columns.length; at += 1) row[columns[at] ?? ''] = values[at] ?? null;
  return row;
}

function writingOf(database: DatabaseSync, body: { marked: boolean }): WritingConnection {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const release = database.prepare('RELEASE body');
  return {
    begin: () => {
      try {
        begin.run();
        return true;
      } catch (thrown) {
        if (resultCode(thrown) === busy) return false;
        throw thrown;
      }
    },
    commit: () => void commit.run(),
    rollback: () => {
      if (database.isTransaction) database.exec('ROLLBACK');
    },
    openBody: () => {
      body.marked = false;
    },
    keepBody: () => {
      if (body.marked) release.run();
    },
    undoBody: () => {
      // Disk full and I/O errors make SQLite undo the whole transaction by itself.
      if (!database.isTransaction) return false;
      if (body.marked) database.exec('ROLLBACK TO body; RELEASE body');
      return true;
    },
  };
}

function readingOf(database: DatabaseSync, { get, all }: Direct): ReadingConnection {
  const begin = database.prepare('BEGIN');
  const commit = database.prepare('COMMIT');
  return { get, all, hold: () => void begin.run(), letGo: () => void commit.run() };
}

function bound(values: readonly SqlValue[]): readonly SqlValue[] {
  for (const value of values) {
    const fits =
      typeof value === 'string' ||
      value === null ||
      value instanceof Uint8Array ||
      (typeof value === 'number' && Number.isFinite(value));
    if (!fits) throw new TypeError(`a ${typeof value} cannot be bound`);
  }
  return values;
}

function attempt<T>(operation: () => T): T {
  try {
    return operation();
  } catch (thrown) {
    const code = resultCode(thrown);
    if (code === undefined || !unavailable.has(code)) throw thrown;
    throw fail('store_unavailable', {
      retryAfter: 1,
      cause: thrown,
      detail: { store: 'sqlite', result_code: code },
    });
  }
}

/** The primary result code of an SQLite error (the extended one's low byte); undefined when it is another's. */
export function resultCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number')
    return undefined;
  return thrown.errcode & 0xff;
}
