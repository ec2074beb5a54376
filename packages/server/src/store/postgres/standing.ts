/**
 * Whether a database was put together from a dump. A dump carries rows, and not the numbers that Postgres knows tables by:
 * they are kept in a row, and where they are others, what was taken away after the dump may be back.
 */
import { SchemaRefused } from '../migrate.ts';
import type { PostgresConnection } from './connection.ts';
import { plain } from './writer.ts';

const make =
  'CREATE TABLE IF NOT EXISTS standing (id BIGINT NOT NULL PRIMARY KEY, tables TEXT COLLATE "C" NOT NULL)';

/** Tables that no migration makes anew. */
const numbers = `(SELECT string_agg(relname::text || ' ' || oid::text, ', ' ORDER BY relname::text) FROM pg_class
  WHERE relnamespace = current_schema()::regnamespace AND relname IN ('accounts', 'events', 'sessions'))`;

const note = `INSERT INTO standing (id, tables) VALUES (1, ${numbers})`;

const look = `SELECT CASE WHEN tables = ${numbers} THEN 1 ELSE 0 END AS stands FROM standing WHERE id = 1`;

/** Throws SchemaRefused where a database was put together from a dump and has no new epoch yet. Notes a new one. */
export async function checkStanding(connection: PostgresConnection): Promise<void> {
  const [, , found] = await connection.send([
    plain(make),
    plain(`${note} ON CONFLICT (id) DO NOTHING`),
    plain(look),
  ]);
  if (found?.rows[0]?.values[0] === 1) return;
  throw new SchemaRefused(
    'This database was restored from a dump, which may hold what was taken away since. Run "doorward restored" first.',
  );
}

/** Notes that the database stands as it is. */
export async function noteStanding(connection: PostgresConnection): Promise<void> {
  await connection.send([
    plain(make),
    plain(`${note} ON CONFLICT (id) DO UPDATE SET tables = excluded.tables`),
  ]);
}
