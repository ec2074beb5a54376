/** The marks that a move leaves on a database: its data have gone, or are still to come. Whoever opens it looks first. */
import { bytes, type Sql } from '../sql.ts';
import { StoreFilling, StoreMoved } from './moved.ts';

/** Throws StoreMoved with where the data are, or StoreFilling while they are being brought here. */
export async function checkMarks(
  sql: Pick<Sql, 'all'>,
  exists: (table: string) => Promise<boolean>,
): Promise<void> {
  if (await exists('moves')) {
    const [moved] = await sql.all("SELECT target FROM moves WHERE state = 'moved'");
    if (moved) throw new StoreMoved(bytes(moved, 'target'));
  }
  if (!(await exists('move_progress'))) return;
  const [complete] = await sql.all("SELECT name FROM move_progress WHERE name = 'complete'");
  if (!complete) throw new StoreFilling();
}
