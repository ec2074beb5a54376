/**
 * Numbered migrations with checksums. A migration that was run once may never change; a database that is newer
 * than the program is refused rather than guessed at.
 */
import { hash } from 'node:crypto';
import { mainJob } from './migrations/0001-main-job.ts';
import { oauth } from './migrations/0002-oauth.ts';
import { keysByAlgorithm } from './migrations/0003-keys-by-algorithm.ts';
import { mails } from './migrations/0004-mails.ts';
import { mailTickets } from './migrations/0005-mail-tickets.ts';
import { factors } from './migrations/0006-factors.ts';
import { attempts } from './migrations/0007-attempts.ts';
import { deletionGrace } from './migrations/0008-deletion-grace.ts';
import { grantBirths } from './migrations/0009-grant-births.ts';
import { familyProofs } from './migrations/0010-family-proofs.ts';
import { fixedProofs } from './migrations/0011-fixed-proofs.ts';
import { clientAlgorithms } from './migrations/0012-client-algorithms.ts';
import { grantsInFamilies } from './migrations/0013-grants-in-families.ts';
import type { Migration } from './migrations/migration.ts';
import { integer, type Sql, text } from './sql.ts';

/** All steps, in order. */
export const migrations: readonly Migration[] = [
  mainJob,
  oauth,
  keysByAlgorithm,
  mails,
  mailTickets,
  factors,
  attempts,
  deletionGrace,
  grantBirths,
  familyProofs,
  fixedProofs,
  clientAlgorithms,
  grantsInFamilies,
];

/** The database cannot be used by this program; the message tells the operator why and what to do. */
export class SchemaRefused extends Error {
  override readonly name = 'SchemaRefused';
}

/** What an upgrade would do. */
export interface Rehearsal {
  /** The names of the migrations to come. */
  readonly steps: readonly string[];
  readonly milliseconds: number;
  /** Who waits meanwhile, in words. */
  readonly locks: readonly string[];
}

/**
 * Brings a database up to date inside one transaction that the caller holds, and returns the names of the steps
 * that were run. `execute` runs several statements in the driver's dialect. Throws SchemaRefused.
 */
export async function migrate(
  sql: Pick<Sql, 'all' | 'run'>,
  execute: (statements: string) => void | Promise<void>,
  now: number,
): Promise<string[]> {
  await execute(`CREATE TABLE IF NOT EXISTS migrations (
    number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, run_at BIGINT NOT NULL)`);
  const done = await sql.all('SELECT number, name, checksum FROM migrations ORDER BY number');
  for (const row of done) checkDone(integer(row, 'number'), text(row, 'name'), text(row, 'checksum'));
  const pending = migrations.slice(done.length);
  for (const { number, name, sql: statements } of pending) {
    await execute(statements);
    await sql.run(
      'INSERT INTO migrations (number, name, checksum, run_at) VALUES (?, ?, ?, ?)',
      number,
      name,
      hash('sha256', statements),
      now,
    );
  }
  return pending.map(({ name }) => name);
}

/**
 * Writes in a row that nobody waits for, and takes it back: the transaction has something to bring to the disk, which one
 * that is full or read-only refuses.
 */
export async function tryWriting(sql: Pick<Sql, 'run'>): Promise<void> {
  await sql.run('UPDATE migrations SET run_at = run_at + 1 WHERE number = 1');
  await sql.run('UPDATE migrations SET run_at = run_at - 1 WHERE number = 1');
}

function checkDone(number: number, name: string, checksum: string): void {
  const known = migrations[number - 1];
  if (!known) {
    throw new SchemaRefused(
      `The database is newer than this program: it has migration ${number} (${name}), this program knows ${migrations.length}. Start the newer program, or restore a backup from before the upgrade.`,
    );
  }
  if (hash('sha256', known.sql) !== checksum) {
    throw new SchemaRefused(
      `Migration ${number} (${name}) was run from another text than this program carries. Start the program that made this database.`,
    );
  }
}
