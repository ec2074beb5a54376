/** A database on Postgres as one side of a move. */

import { type Movable, ownTables, type Raw, type TableShape, type Words } from '../admin/movable.ts';
import { text } from '../sql.ts';
import { travelling } from './batch.ts';
import { type ConnectOptions, connectPostgres, type PostgresConnection } from './connection.ts';
import { spoken } from './dialect.ts';

/** Opens a database whose schema is up to date. */
export async function openMovablePostgres(options: ConnectOptions): Promise<Movable> {
  const connection = await connectPostgres(options);
  const raw = rawOf(connection);
  const shapes: TableShape[] = [];
  for (const row of await raw.all(namesOfTables)) {
    const name = text(row, 'name');
    if (!ownTables.has(name)) shapes.push(await shapeOf(raw, name));
  }
  return { raw, shapes, words, close: () => connection.close() };
}

/** Statements of one round trip. */
const atOnce = 500;

const namesOfTables = `SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1`;

function rawOf(connection: PostgresConnection): Raw {
  const each: Raw['each'] = async (statement, lists) => {
    const answers = [];
    for (let at = 0; at < lists.length; at += atOnce) {
      const batch = lists.slice(at, at + atOnce);
      answers.push(
        ...(await connection.send(
          batch.map((values) => ({ text: spoken(statement), values: travelling(values) })),
        )),
      );
    }
    return answers.map(({ rows }) => rows);
  };
  return {
    each,
    all: async (statement, ...values) => (await each(statement, [values]))[0] ?? [],
    script: async (statements) => {
      for (const statement of statements) await connection.send([{ text: statement, values: [] }]);
    },
  };
}

async function shapeOf(raw: Raw, name: string): Promise<TableShape> {
  const columns = await raw.all(
    `SELECT column_name::text AS name FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position`,
    name,
  );
  const key = await raw.all(
    `SELECT a.attname::text AS name FROM pg_index i
      CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
      WHERE i.indrelid = CAST(? AS regclass) AND i.indisprimary ORDER BY k.place`,
    name,
  );
  return {
    name,
    columns: columns.map((row) => text(row, 'name')),
    key: key.map((row) => text(row, 'name')),
  };
}

const keyOf = ({ key }: TableShape, row: 'NEW' | 'OLD'): string =>
  `json_build_array(${key.map((column) => `${row}.${column}`).join(', ')})::text`;

const note = (shape: TableShape, row: 'NEW' | 'OLD'): string =>
  `INSERT INTO move_changes (name, row_key) VALUES ('${shape.name}', ${keyOf(shape, row)});`;

const words: Words = {
  beginSnapshot: 'BEGIN ISOLATION LEVEL REPEATABLE READ',
  beginWriting: 'BEGIN',
  makeLog: [
    `CREATE TABLE IF NOT EXISTS move_changes (
      id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT NOT NULL, row_key TEXT NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS moves (
      id TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, target BYTEA NOT NULL)`,
  ],
  watch: (shape) => [
    `CREATE FUNCTION move_note_${shape.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF TG_OP <> 'INSERT' THEN ${note(shape, 'OLD')} END IF;
      IF TG_OP <> 'DELETE' THEN ${note(shape, 'NEW')} END IF;
      RETURN NULL; END $$`,
    `CREATE TRIGGER move_note AFTER INSERT OR UPDATE OR DELETE ON ${shape.name}
      FOR EACH ROW EXECUTE FUNCTION move_note_${shape.name}()`,
  ],
  unwatch: ({ name }) => [
    `DROP TRIGGER IF EXISTS move_note ON ${name}`,
    `DROP FUNCTION IF EXISTS move_note_${name}()`,
  ],
  freeze: (shapes) => [
    'BEGIN',
    "SET LOCAL lock_timeout = '2s'",
    `LOCK TABLE ${shapes.map(({ name }) => name).join(', ')} IN ACCESS EXCLUSIVE MODE`,
  ],
  // Under their names nobody finds them any more; under the schema's everybody can read them.
  shut: (shapes, stamp) => [
    `CREATE SCHEMA moved_${stamp}`,
    ...[...shapes.map(({ name }) => name), 'migrations', 'commits', 'standing'].map(
      (name) => `ALTER TABLE ${name} SET SCHEMA moved_${stamp}`,
    ),
  ],
  loosen: async (raw) => {
    await raw.script([
      'CREATE TABLE IF NOT EXISTS move_references (name TEXT NOT NULL, said TEXT NOT NULL, holder TEXT NOT NULL)',
      `INSERT INTO move_references (name, said, holder)
        SELECT conname::text, pg_get_constraintdef(oid), conrelid::regclass::text FROM pg_constraint
        WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`,
    ]);
    for (const { name, holder } of await references(raw))
      await raw.script([`ALTER TABLE ${holder} DROP CONSTRAINT IF EXISTS ${name}`]);
  },
  tighten: async (raw) => {
    for (const { name, holder, said } of await references(raw))
      await raw.script([
        `ALTER TABLE ${holder} DROP CONSTRAINT IF EXISTS ${name}`,
        `ALTER TABLE ${holder} ADD CONSTRAINT ${name} ${said} NOT VALID`,
      ]);
  },
  prove: async (raw) => {
    for (const { name, holder } of await references(raw))
      await raw.script([`ALTER TABLE ${holder} VALIDATE CONSTRAINT ${name}`]);
    await raw.script(['DROP TABLE move_references']);
  },
};

async function references(raw: Raw): Promise<{ name: string; said: string; holder: string }[]> {
  const rows = await raw.all('SELECT DISTINCT name, said, holder FROM move_references ORDER BY holder, name');
  return rows.map((row) => ({
    name: text(row, 'name'),
    said: text(row, 'said'),
    holder: text(row, 'holder'),
  }));
}
