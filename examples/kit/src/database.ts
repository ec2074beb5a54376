/** A system's own tables beside Doorward's. */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Opens or makes a database that only its owner can read, and makes the tables that are missing. */
export function openDatabase(file: string, tables: string): DatabaseSync {
  // SQLite would make it as the umask says; its journal takes the mode of the file.
  closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file);
  database.exec(tables);
  return database;
}
