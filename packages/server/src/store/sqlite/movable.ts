/** An SQLite file as one side of a move. */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type Movable, ownTables, type Raw, type TableShape, type Words } from '../admin/movable.ts';
import { type SqlRow, type SqlValue, text } from '../sql.ts';

/** Milliseconds that a statement waits for the lock of another process. */
const lockWait = 10_000;

/** Opens the file of a database whose schema is up to date. */
export async function openMovableSqlite(path: string): Promise<Movable> {
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: lockWait, enableForeignKeyConstraints: false });
  database.exec('PRAGMA synchronous = FULL');
  const raw = rawOf(database);
  const shapes: TableShape[] = [];
  for (const row of await raw.all(namesOfTables)) {
    const name = text(row, 'name');
    if (!ownTables.has(name)) shapes.push(await shapeOf(raw, name));
  }
  return { raw, shapes, words, close: async () => database.close() };
}

const namesOfTables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`;

function rawOf(database: DatabaseSync): Raw {
  const known = new Map<string, StatementSync>();
  const run = (said: string, values: readonly SqlValue[]): SqlRow[] => {
    const statement = known.get(said) ?? database.prepare(said);
    known.set(said, statement);
    statement.setReturnArrays(true);
    const places = new Map(statement.columns().map(({ name }, at) => [name, at]));
    const found: readonly unknown[] = statement.all(...values);
    return found.map((row) => ({ values: row as readonly SqlValue[], places }));
  };
  return {
    all: async (said, ...values) => run(said, values),
    each: async (said, lists) => lists.map((values) => run(said, values)),
    script: async (statements) => {
      for (const statement of statements) database.exec(statement);
    },
  };
}

async function shapeOf(raw: Raw, name: string): Promise<TableShape> {
  const rows = await raw.all('SELECT name, pk FROM pragma_table_info(?) ORDER BY cid', name);
  const columns = rows.map(({ values }) => ({ name: String(values[0]), place: Number(values[1]) }));
  const key = columns.filter(({ place }) => place > 0).sort((one, other) => one.place - other.place);
  return { name, columns: columns.map((column) => column.name), key: key.map((column) => column.name) };
}

const keyOf = ({ key }: TableShape, row: 'NEW' | 'OLD'): string =>
  `json_array(${key.map((column) => `${row}.${column}`).join(', ')})`;

const note = (shape: TableShape, row: 'NEW' | 'OLD'): string =>
  `INSERT INTO move_changes (name, row_key) VALUES ('${shape.name}', ${keyOf(shape, row)});`;

const words: Words = {
  beginSnapshot: 'BEGIN',
  beginWriting: 'BEGIN IMMEDIATE',
  makeLog: [
    `CREATE TABLE IF NOT EXISTS move_changes (
      id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, row_key TEXT NOT NULL) STRICT`,
    `CREATE TABLE IF NOT EXISTS moves (
      id TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, target BLOB NOT NULL) STRICT`,
  ],
  watch: (shape) => [
    `CREATE TRIGGER move_insert_${shape.name} AFTER INSERT ON ${shape.name} BEGIN ${note(shape, 'NEW')} END`,
    `CREATE TRIGGER move_delete_${shape.name} AFTER DELETE ON ${shape.name} BEGIN ${note(shape, 'OLD')} END`,
    `CREATE TRIGGER move_update_${shape.name} AFTER UPDATE ON ${shape.name}
      BEGIN ${note(shape, 'OLD')} ${note(shape, 'NEW')} END`,
  ],
  unwatch: ({ name }) =>
    ['insert', 'delete', 'update'].map((what) => `DROP TRIGGER IF EXISTS move_${what}_${name}`),
  freeze: () => ['BEGIN IMMEDIATE'],
  // Readers look at this number whenever somebody else has committed.
  shut: (shapes) => [
    ...shapes.flatMap(({ name }) =>
      ['INSERT', 'UPDATE', 'DELETE'].map(
        (verb) =>
          `CREATE TRIGGER moved_${verb.toLowerCase()}_${name} BEFORE ${verb} ON ${name} BEGIN SELECT RAISE(ABORT, 'moved'); END`,
      ),
    ),
    'PRAGMA user_version = 1',
  ],
  // This connection does not look at what rows refer to.
  loosen: async () => undefined,
  tighten: async () => undefined,
  prove: async (raw) => {
    const [orphan] = await raw.all('PRAGMA foreign_key_check');
    if (orphan) throw new Error(`a row of ${String(orphan.values[0])} refers to one that is not there`);
  },
};
