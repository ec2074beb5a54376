/** What a server has stored, as whoever steals its database would have it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { queryAt } from './postgres.ts';
import { databaseNote, type Serving } from './serving.ts';

/** All of it: a copy of the file, or every value of every row on Postgres. */
export async function everythingStored({ assembly, dataFolder }: Serving): Promise<Buffer> {
  const note = databaseNote(dataFolder);
  if (!existsSync(note)) {
    const copy = join(dataFolder, 'copy.db');
    await assembly.ports.store.backup(copy);
    return readFile(copy);
  }
  const address = await readFile(note, 'utf8');
  const tables = await queryAt(address, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  const rows = await Promise.all(
    tables.map(({ tablename }) => queryAt(address, `SELECT * FROM ${String(tablename)}`)),
  );
  const values = rows.flat().flatMap((row) => Object.values(row));
  return Buffer.concat(
    values.map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(`${String(value)}\n`))),
  );
}
