/**
 * A lock between processes, on a file of its own beside the database: everybody who works on a data folder shares it,
 * and whoever wants to replace the database must have it alone. It is SQLite's own lock on that file, so that it ends
 * with the process, however that ends.
 */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { busy, resultCode } from './faults.ts';

/** Lets go of a lock. */
export type Release = () => void;

/** Shares the lock; undefined while another process has it alone. The file is made when it is missing. */
export const shareLock = (path: string): Release | undefined =>
  take(path, 'BEGIN; SELECT COUNT(*) FROM sqlite_schema');

/** Takes the lock alone; undefined while anybody shares it. */
export const takeLockAlone = (path: string): Release | undefined => take(path, 'BEGIN EXCLUSIVE');

function take(path: string, statements: string): Release | undefined {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec(statements);
    return () => database.close();
  } catch (thrown) {
    database.close();
    if (resultCode(thrown) === busy) return undefined;
    throw thrown;
  }
}
