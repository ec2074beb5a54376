/** Rehearses an upgrade on Postgres: the same migrations on a copy of the tables, in a schema of their own that goes with it. */
import { randomUUID } from 'node:crypto';
import { startStopwatch } from '../../base/clock.ts';
import { migrate, type Rehearsal } from '../migrate.ts';
import { text } from '../sql.ts';
import { type ConnectOptions, connectPostgres, type PostgresConnection } from './connection.ts';
import { inDialect } from './dialect.ts';
import { sqlOf } from './postgres.ts';

/** Rehearses over a connection of its own. Throws SchemaRefused. */
export async function rehearsePostgres(options: ConnectOptions, now: number): Promise<Rehearsal> {
  const connection = await connectPostgres(options);
  const schema = `rehearsal_${randomUUID().slice(0, 8)}`;
  const run = async (...statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await connection.send([{ text: statement, values: [] }]);
  };
  try {
    const tables = await copyInto(connection, schema);
    await run('BEGIN', `SET LOCAL search_path TO ${schema}`);
    const elapsed = startStopwatch();
    const steps = await migrate(sqlOf(connection), async (statements) => run(...inDialect(statements)), now);
    const milliseconds = elapsed();
    const locks = steps.length === 0 ? [] : await locksOf(connection, tables);
    await run('ROLLBACK');
    return { steps, milliseconds, locks };
  } finally {
    await run(`DROP SCHEMA IF EXISTS ${schema} CASCADE`).catch(() => undefined);
    await connection.close();
  }
}

/** Copies the tables with their rows, and under the same names what constrains and finds them; returns the tables. */
async function copyInto(connection: PostgresConnection, schema: string): Promise<string[]> {
  const { all } = sqlOf(connection);
  const column = async (question: string): Promise<string[]> =>
    (await all(question)).map((row) => text(row, 'said'));
  const tables = await column(
    'SELECT tablename::text AS said FROM pg_tables WHERE schemaname = current_schema()',
  );
  const constraints = await column(
    `SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', r.relname, c.conname, pg_get_constraintdef(c.oid)) AS said
      FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
      WHERE c.connamespace = current_schema()::regnamespace AND c.contype IN ('p', 'u', 'c', 'f')
      ORDER BY CASE c.contype WHEN 'p' THEN 1 WHEN 'u' THEN 2 ELSE 3 END`,
  );
  const indexes = await column(
    `SELECT replace(indexdef, format(' ON %I.', schemaname), ' ON ') AS said FROM pg_indexes
      WHERE schemaname = current_schema() AND indexname NOT IN (SELECT conname FROM pg_constraint)`,
  );
  const statements = [
    `CREATE SCHEMA ${schema}`,
    ...tables.flatMap((table) => [
      `CREATE TABLE ${schema}.${table} (LIKE ${table} INCLUDING DEFAULTS)`,
      `INSERT INTO ${schema}.${table} SELECT * FROM ${table}`,
    ]),
    'BEGIN',
    `SET LOCAL search_path TO ${schema}`,
    ...constraints,
    ...indexes,
    'COMMIT',
  ];
  for (const statement of statements) await connection.send([{ text: statement, values: [] }]);
  return tables;
}

/** Tables of before that people would wait for until the end. */
async function locksOf(connection: PostgresConnection, tables: readonly string[]): Promise<string[]> {
  const rows = await sqlOf(connection).all(
    `SELECT DISTINCT c.relname::text AS name, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
      WHERE l.pid = pg_backend_pid() AND c.relkind = 'r'
        AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock') ORDER BY 1`,
  );
  return rows
    .filter((row) => tables.includes(text(row, 'name')))
    .map((row) => {
      const whom = text(row, 'mode') === 'AccessExclusiveLock' ? 'reads or writes' : 'writes';
      return `whoever ${whom} ${text(row, 'name')} waits`;
    });
}
