/** Rehearses an upgrade of an SQLite file: the same migrations on a copy of it. */
import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { startStopwatch } from '../../base/clock.ts';
import type { Rehearsal } from '../migrate.ts';
import { openSqlite } from './sqlite.ts';

/** Copies the file beside itself, opens the copy as a server would, and removes it. Throws SchemaRefused. */
export async function rehearseSqlite(path: string, now: number): Promise<Rehearsal> {
  const copy = `${path}.rehearsal`;
  const remove = (): void => {
    for (const end of ['', '-wal', '-shm']) rmSync(copy + end, { force: true });
  };
  remove();
  try {
    closeSync(openSync(copy, 'wx', 0o600));
    await copyTo(path, copy);
    chmodSync(copy, 0o600);
    const before = migrationsIn(copy);
    const elapsed = startStopwatch();
    await (await openSqlite({ path: copy, now })).close();
    const milliseconds = elapsed();
    const steps = migrationsIn(copy).slice(before.length);
    return {
      steps,
      milliseconds,
      // It has one lock for all that write; who reads needs none.
      locks: steps.length === 0 ? [] : ['whoever writes waits, whoever reads goes on'],
    };
  } finally {
    remove();
  }
}

async function copyTo(path: string, copy: string): Promise<void> {
  const source = new DatabaseSync(path, { readOnly: true });
  try {
    await backup(source, copy, { rate: allPages });
  } finally {
    source.close();
  }
}

const allPages = 2 ** 31 - 1;

function migrationsIn(path: string): string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const isThere = database.prepare("SELECT name FROM sqlite_schema WHERE name = 'migrations'").get();
    if (!isThere) return [];
    return database
      .prepare('SELECT name FROM migrations ORDER BY number')
      .all()
      .map(({ name }) => String(name));
  } finally {
    database.close();
  }
}
