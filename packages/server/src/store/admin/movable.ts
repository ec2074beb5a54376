/**
 * One side of a move: a database of either kind, as rows of tables. The algorithm of the move is written against this page;
 * what the two kinds say differently stands in a file for each.
 */
import type { SqlRow, SqlValue } from '../sql.ts';

/** A table: its columns, and those of its primary key. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
}

/** Tables that each database has for itself: its migrations, the marks of its commits, what a move needs. */
export const ownTables: ReadonlySet<string> = new Set([
  'migrations',
  'commits',
  'standing',
  'moves',
  'move_changes',
  'move_progress',
  'move_references',
]);

/** Statements over one connection, with `?` for values. */
export interface Raw {
  all(text: string, ...values: SqlValue[]): Promise<SqlRow[]>;
  /** One statement for each list of values, in order; the rows of each. */
  each(text: string, lists: readonly (readonly SqlValue[])[]): Promise<SqlRow[][]>;
  /** Statements of the database's own words. */
  script(statements: readonly string[]): Promise<void>;
}

/** A database that takes part in a move. */
export interface Movable {
  readonly raw: Raw;
  /** All tables that hold data. */
  readonly shapes: readonly TableShape[];
  readonly words: Words;
  close(): Promise<void>;
}

/** What the two kinds say differently. */
export interface Words {
  /** Begins a transaction that sees one state of the database until its end. */
  readonly beginSnapshot: string;
  readonly beginWriting: string;
  /** The table of changes, which numbers its rows, and that of the marker. */
  readonly makeLog: readonly string[];
  /** Writes down every change of a table, whoever makes it. */
  watch(shape: TableShape): readonly string[];
  unwatch(shape: TableShape): readonly string[];
  /** Begins a transaction beside which nobody writes; they wait. */
  freeze(shapes: readonly TableShape[]): readonly string[];
  /** Within it: from its commit on nobody writes here any more, whatever program it is, and readers notice. */
  shut(shapes: readonly TableShape[], stamp: string): readonly string[];
  /** Rows may come in any order; `tighten` makes them refer to each other again, `prove` finds whether they all do. */
  loosen(raw: Raw): Promise<void>;
  tighten(raw: Raw): Promise<void>;
  prove(raw: Raw): Promise<void>;
}

/** The key of a row, as the log of changes has it. */
export const keyText = (values: readonly SqlValue[]): string => JSON.stringify(values);

/** What names a row in a statement. */
export const whereKey = ({ key }: TableShape): string => key.map((column) => `${column} = ?`).join(' AND ');
