/**
 * What is known of a database file that is damaged: how SQLite says so, what a server finds out at its start, and that
 * nothing more is written once it has shown.
 */
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
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

/** Reads through a file beside a server that has begun: what is large would keep it from beginning. */
export interface PageCheck {
  /** Bytes; smaller files are read through before. */
  readonly above: number;
  /** Begins, and tells once how it went, unless it is ended before. Returns how to end it. */
  begin(path: string, tell: (outcome: PageOutcome) => void): () => void;
}

/** How reading through a file went: `sound` or what is wrong with it, or why it was not read to its end. */
export type PageOutcome = { readonly verdict: string } | { readonly unfinished: string };

/** What the operator hears of a file that was not read to its end: nothing is known against it, and nothing for it. */
export const unread = (why: string): Error =>
  new Error(
    `Reading through the database did not come to its end (${why}): whether all of it is sound is not known. Run "doorward doctor", which reads all of it.`,
  );

/** Milliseconds that a reader waits for somebody who holds the file for a moment. */
const lockWait = 10_000;

/** What PRAGMA quick_check says of a file that is sound. */
export const sound = 'ok';

const verdictOf = (database: DatabaseSync): string =>
  String(Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0]).replaceAll('\n', ' ');

/** Reads through the file: its pages and how they hang together. Throws SchemaRefused. */
export function checkPages(database: DatabaseSync): void {
  const verdict = verdictOf(database);
  if (verdict !== sound) throw damaged(verdict);
}

/** The same over a connection of its own that only reads. Never throws: what is no matter of the file leaves it unread. */
export function pagesOutcome(path: string): PageOutcome {
  try {
    return { verdict: pagesVerdict(path) };
  } catch (thrown) {
    return { unfinished: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function pagesVerdict(path: string): string {
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: lockWait });
    try {
      return verdictOf(database);
    } finally {
      database.close();
    }
  } catch (thrown) {
    if (thrown instanceof Error && 'errcode' in thrown && tellsOfDamage(Number(thrown.errcode) & 0xff))
      return thrown.message;
    throw thrown;
  }
}

/**
 * What can be seen of a file without reading through it: that it is as long as it says, and where each of its tables begins.
 * Throws SchemaRefused, and SQLite's errors.
 */
export function checkEdges(database: DatabaseSync, path: string): void {
  const numberOf = (pragma: string): number => Number(Object.values(database.prepare(pragma).get() ?? {})[0]);
  const said = numberOf('PRAGMA page_count') * numberOf('PRAGMA page_size');
  const isAlone = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
  if (isAlone && statSync(path).size < said) throw damaged('a part of it is missing');
  const tables = database.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite^_%' ESCAPE '^'",
  );
  for (const { name } of tables.all()) database.prepare(`SELECT * FROM "${String(name)}" LIMIT 1`).get();
}

/** Events that are looked at: they stand on more pages than a log that is not the database's own brings along in part. */
const youngest = 1000;

/** A log of another database has sound pages, and the wrong ones: the chain of events breaks where they begin. Throws SchemaRefused. */
export async function checkChain(read: Reads): Promise<void> {
  const { intact, fault } = await verifyYoungest(read, youngest);
  if (!intact) throw damaged(`at event ${fault?.seq}: ${fault?.what}`);
}
