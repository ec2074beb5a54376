/**
 * The example's own SQLite file, beside Doorward's: what the API knows of its users, and which cookie stands for which
 * session.
 */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Opens the file, or makes it so that only its owner can read it. What a statement wrote is on the disk when it returns. */
export function openDatabase(dataFolder: string): DatabaseSync {
  const path = join(dataFolder, 'users.db');
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000');
  return database;
}
