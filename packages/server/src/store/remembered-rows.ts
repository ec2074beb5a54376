/**
 * Rows that were found by their id and that nobody has written since: the session of somebody who asks ten times a
 * second is searched once. What is answered from here is what the database would answer at this moment, never older.
 * A write of this process is forgotten at its commit, before anybody hears of it; a commit of another process empties the
 * memory, and so does a write that is not understood.
 */
import type { SqlRow, SqlValue } from './sql.ts';

/** Rows by statement and id. */
export interface RememberedRows {
  /** Begins a group of reads. `version` changes when another process has committed; NaN when nobody knows. */
  begin(version: number): void;
  /** The row of an id, from memory or else by `search`. */
  find(text: string, id: string, search: () => SqlRow | undefined): SqlRow | undefined;
  /** A statement of the open transaction writes. */
  wrote(text: string, values: readonly SqlValue[]): void;
  /** The open transaction is on disk. */
  committed(): void;
  /** Nobody knows what the open transaction did. */
  forgetAll(): void;
}

/** Rows of one statement; past it the oldest go first. */
const most = 10_000;

/** What a write does to rows that are remembered. */
type Effect =
  | { readonly on: 'nothing' }
  /** The row of one id, which is among the values. */
  | { readonly on: 'row'; readonly table: string }
  | { readonly on: 'table'; readonly table: string }
  /** Deletions reach other tables by their foreign keys. */
  | { readonly on: 'everything' };

/**
 * Tables that rows are deleted from all the time while serving, and that nothing hangs from by a foreign key: what is one-time
 * is used up there, or clients give it back. Of other tables a deletion counts as one from everywhere.
 */
export const leaves: ReadonlySet<string> = new Set([
  'attempts',
  'authorizations',
  'client_tokens',
  'codes',
  'device_authorizations',
  'families',
  'mails',
  'mail_tickets',
  'recovery_codes',
  'remembered_devices',
  'replays',
  'sign_out_notices',
  'totp_drafts',
]);

const written = /^\s*(INSERT INTO|UPDATE|DELETE FROM) (\w+)/;
/** What does nothing where there is such a row leaves it as it was found. */
const mayUpdate = /\bON CONFLICT\b(?![^]*\bDO NOTHING\b)/;
const byId = /\bWHERE id = \?(?: AND\b|\s*$)/;
const searched = /\bFROM (\w+)/;

/** None for new rows: nobody has found them yet. */
function effectOf(text: string): Effect {
  const [, verb, table = ''] = written.exec(text) ?? [];
  if (table === '' || (verb === 'DELETE FROM' && !leaves.has(table))) return { on: 'everything' };
  if (verb === 'INSERT INTO') return mayUpdate.test(text) ? { on: 'table', table } : { on: 'nothing' };
  return { on: byId.test(text) ? 'row' : 'table', table };
}

/** The rows of one statement. */
interface Shelf {
  /** Whether its id is an id of that table. */
  searches(table: string): boolean;
  /** Whether its rows have columns of that table. */
  reads(table: string): boolean;
  readonly rows: Map<string, SqlRow>;
}

function shelfOf(text: string): Shelf {
  const [, first] = searched.exec(text) ?? [];
  const words = new Set(text.split(/\W+/));
  return {
    searches: (table) => table === first,
    reads: (table) => words.has(table),
    rows: new Map(),
  };
}

/** Makes an empty memory for one writing and one reading connection. */
export function rememberRows(): RememberedRows {
  const shelves = new Map<string, Shelf>();
  const effects = new Map<string, Effect>();
  let known = Number.NaN;
  let pending: { readonly effect: Effect; readonly values: readonly SqlValue[] }[] = [];
  const forgetAll = (): void => {
    for (const { rows } of shelves.values()) rows.clear();
    pending = [];
  };
  return {
    begin: (version) => {
      if (version !== known) for (const { rows } of shelves.values()) rows.clear();
      known = version;
    },
    find: (text, id, search) => {
      const { rows } = once(shelves, text, shelfOf);
      const remembered = rows.get(id);
      if (remembered) return remembered;
      const row = search();
      if (row) keep(rows, id, row);
      return row;
    },
    wrote: (text, values) => {
      const effect = once(effects, text, effectOf);
      if (effect.on !== 'nothing') pending.push({ effect, values });
    },
    committed: () => {
      for (const { effect, values } of pending)
        for (const shelf of shelves.values()) forget(shelf, effect, values);
      pending = [];
    },
    forgetAll,
  };
}

function forget({ rows, searches, reads }: Shelf, effect: Effect, values: readonly SqlValue[]): void {
  if (effect.on === 'nothing') return;
  if (effect.on === 'everything') return rows.clear();
  if (effect.on === 'table' || !searches(effect.table)) {
    if (reads(effect.table)) rows.clear();
    return;
  }
  for (const value of values) if (typeof value === 'string') rows.delete(value);
}

function keep(rows: Map<string, SqlRow>, id: string, row: SqlRow): void {
  if (rows.size >= most) {
    const [oldest] = rows.keys();
    if (oldest !== undefined) rows.delete(oldest);
  }
  rows.set(id, row);
}

/** The value of a key, made when it is first asked for. */
function once<T>(map: Map<string, T>, key: string, make: (key: string) => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make(key);
    map.set(key, value);
  }
  return value;
}
