/**
 * A connection to an SQLite file behind a strict binder: node:sqlite binds a `Date` or `NaN` as NULL without a
 * word, so everything but text, finite numbers, bytes and null is refused here. Statements are prepared once.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { fail } from '../../domain/failures.ts';
import type { WritingConnection } from '../group-commit.ts';
import type { ReadingConnection } from '../group-read.ts';
import type { RememberedRows } from '../remembered-rows.ts';
import { follow, type Sql, type SqlRow, type SqlValue } from '../sql.ts';
import { requireSound, type Soundness } from './damage.ts';
import { attempt } from './faults.ts';
import { placeOf } from './place.ts';
import { createBodies, type OpenBody } from './writing.ts';

/** A connection: SQL for the nouns, and what group commit needs. */
export interface SqliteConnection {
  readonly database: DatabaseSync;
  readonly sql: Sql;
  readonly writing: WritingConnection;
  readonly reading: ReadingConnection;
  /** A number that changes when another connection has committed; NaN while it cannot be read. */
  dataVersion(): number;
}

/** How to open a connection. */
export interface ConnectionOptions {
  readonly path: string;
  /** How long, in milliseconds, a statement may block the process for a lock. */
  readonly timeout: number;
  /** One memory for the connection that writes and the one that reads. */
  readonly remembered: RememberedRows;
  /** The connection that writes: what it commits is not news to the memory. Itself, unless given. */
  readonly writer?: SqliteConnection;
  /** What the connections of the store know of its soundness. */
  readonly soundness: Soundness;
}

interface Prepared {
  readonly statement: StatementSync;
  readonly writes: boolean;
  /** Where its columns stand in what it answers. */
  readonly places: ReadonlyMap<string, number>;
}

const lost = { store: 'sqlite', fault: 'a write outside of a transaction' };

/** Opens a connection. */
export function connect({
  path,
  timeout,
  remembered,
  writer,
  soundness,
}: ConnectionOptions): SqliteConnection {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout });
  database.exec('PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY');
  const cache = new Map<string, Prepared>();
  const bodies = createBodies(database, remembered);
  const prepare = (text: string): Prepared => {
    let entry = cache.get(text);
    if (!entry) {
      entry = prepareOnce(database, text);
      cache.set(text, entry);
    }
    if (entry.writes) requireSound(soundness);
    // A full disk makes SQLite give up the transaction in the middle of a body; the rest of it must not stand alone.
    if (entry.writes && !database.isTransaction)
      throw fail('store_unavailable', { retryAfter: 1, detail: lost });
    if (entry.writes) bodies.open.writes();
    return entry;
  };
  const direct = directOf(prepare, { remembered, soundness });
  const sql = sqlOf(direct, bodies.open);
  const dataVersion = dataVersionOf(database);
  return {
    database,
    sql,
    writing: bodies.writing(sql),
    reading: readingOf(database, direct, { remembered, version: writer?.dataVersion ?? dataVersion }),
    dataVersion,
  };
}

function prepareOnce(database: DatabaseSync, text: string): Prepared {
  const statement = database.prepare(text);
  // The library's own row objects are dictionaries, several times slower than arrays.
  statement.setReturnArrays(true);
  const places = new Map(statement.columns().map(({ name }, at) => [name, at]));
  return { statement, places, writes: /^\s*(?:INSERT|UPDATE|DELETE)\b/.test(text) };
}

/** Statements run at once, before they are queued or awaited by anybody. */
interface Direct {
  get(text: string, values: readonly SqlValue[]): SqlRow | undefined;
  all(text: string, values: readonly SqlValue[]): SqlRow[];
  run(text: string, values: readonly SqlValue[]): number;
}

const directOf = (
  prepare: (text: string) => Prepared,
  { remembered, soundness }: Pick<ConnectionOptions, 'remembered' | 'soundness'>,
): Direct => ({
  get: (text, values) =>
    attempt(soundness, () => {
      const { statement, places, writes } = prepare(text);
      if (writes) remembered.wrote(text, values);
      const found: unknown = statement.get(...bound(values));
      return found === undefined ? undefined : rowOf(places, found);
    }),
  all: (text, values) =>
    attempt(soundness, () => {
      const { statement, places, writes } = prepare(text);
      if (writes) remembered.wrote(text, values);
      return statement.all(...bound(values)).map((found) => rowOf(places, found));
    }),
  run: (text, values) =>
    attempt(soundness, () => {
      const { statement, writes } = prepare(text);
      if (writes) remembered.wrote(text, values);
      return Number(statement.run(...bound(values)).changes);
    }),
});

const sqlOf = (direct: Direct, { append, turn }: OpenBody): Sql => ({
  get: async (text, ...values) => direct.get(text, values),
  find: async (text, id) => direct.get(text, [id]),
  follow: async (text, id, next) => follow((other, key) => direct.get(other, [key]), [text, id], next),
  all: async (text, ...values) => direct.all(text, values),
  run: async (text, ...values) => {
    const changes = direct.run(text, values);
    const others = turn();
    if (others) await others;
    return changes;
  },
  append: async (line, item) => append(line, item),
});

/** Rows are what `setReturnArrays` asks for; the library's types know only of objects. */
const rowOf = (places: ReadonlyMap<string, number>, found: unknown): SqlRow => ({
  values: found as readonly SqlValue[],
  places,
});

interface Memory {
  readonly remembered: RememberedRows;
  readonly version: () => number;
}

function readingOf(
  database: DatabaseSync,
  { get, all }: Direct,
  { remembered, version }: Memory,
): ReadingConnection {
  const begin = database.prepare('BEGIN');
  const commit = database.prepare('COMMIT');
  const place = placeOf(database);
  let snapshot: 'none' | 'wanted' | 'taken' = 'none';
  /** Only when there is something to search. One read is a snapshot of its own. */
  const take = (): void => {
    if (snapshot !== 'wanted') return;
    begin.run();
    snapshot = 'taken';
  };
  const search: Direct['get'] = (text, values) => {
    place.requireHere();
    take();
    return get(text, values);
  };
  return {
    get: search,
    find: (text, id) => remembered.find(text, id, () => search(text, [id])),
    all: (text, values) => {
      place.requireHere();
      take();
      return all(text, values);
    },
    hold: (reads) => {
      const now = version();
      remembered.begin(now);
      place.look(now);
      snapshot = reads > 1 ? 'wanted' : 'none';
    },
    letGo: () => {
      if (snapshot === 'taken') commit.run();
      snapshot = 'none';
    },
  };
}

function dataVersionOf(database: DatabaseSync): () => number {
  const statement = database.prepare('PRAGMA data_version');
  return () => {
    try {
      return Number(statement.get()?.['data_version']);
    } catch {
      // Whatever keeps it from being read, what is remembered may be old.
      return Number.NaN;
    }
  };
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
