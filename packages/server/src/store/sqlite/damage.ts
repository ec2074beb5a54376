/**
 * What is known of a database file that is damaged: how SQLite says so, what a server finds out at its start, and that
 * nothing more is written once it has shown.
 */
import type { DatabaseSync } from 'node:sqlite';
import { verifyYoungest } from '../../domain/admin/verify-events.ts';
import { fail } from '../../domain/failures.ts';
import type { Reads } from '../../domain/store.ts';
import { SchemaRefused } from '../migrate.ts';

/** What the connections of one store know together. */
export interface Soundness {
  damaged: boolean;
}

/** SQLite's primary result codes for a file that is malformed, or no database at all. */
const damage: ReadonlySet<number | undefined> = new Set([11, 26]);

/** Whether a primary result code tells of damage. */
export const tellsOfDamage = (code: number | undefined): boolean => damage.has(code);

/** The refusal to open a damaged database. */
export const damaged = (how: string): SchemaRefused =>
  new SchemaRefused(`The database is damaged (${how}). Restore the newest backup with "doorward restore".`);

/** Keeps a server from writing on: what it still reads right may be the last that can be saved. Throws `store_unavailable`. */
export function requireSound({ damaged: isDamaged }: Soundness): void {
  if (isDamaged)
    throw fail('store_unavailable', { retryAfter: 60, detail: { store: 'sqlite', fault: 'damaged' } });
}

/** Reads through the file: its pages and how they hang together. Throws SchemaRefused. */
export function checkPages(database: DatabaseSync): void {
  const verdict = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
  if (verdict !== 'ok') throw damaged(String(verdict).replaceAll('\n', ' '));
}

/** Events that are looked at: they stand on more pages than a log that is not the database's own brings along in part. */
const youngest = 1000;

/** A log of another database has sound pages, and the wrong ones: the chain of events breaks where they begin. Throws SchemaRefused. */
export async function checkChain(read: Reads): Promise<void> {
  const { intact, fault } = await verifyYoungest(read, youngest);
  if (!intact) throw damaged(`at event ${fault?.seq}: ${fault?.what}`);
}
