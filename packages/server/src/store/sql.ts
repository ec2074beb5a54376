/**
 * What every noun of the store is written against: SQL in the common subset of SQLite and Postgres, with `?` for
 * values. Drivers alone know a dialect.
 */

/** What may be bound; anything else is refused before it reaches the database. */
export type SqlValue = string | number | Uint8Array | null;

/** One row. Its values stay where the driver put them: an object with a name for each would cost as much as the search. */
export interface SqlRow {
  readonly values: readonly SqlValue[];
  /** Where the value of a column stands; one for all rows of a statement. */
  readonly places: ReadonlyMap<string, number>;
}

/** Runs statements: on the writer inside a transaction, or on the reader. */
export interface Sql {
  /** The first row, or undefined. */
  get(sql: string, ...values: SqlValue[]): Promise<SqlRow | undefined>;
  /**
   * The row of an id, where `id = ?` is the only condition. Outside of a transaction a driver may remember it for as long
   * as nobody writes it.
   */
  find(sql: string, id: string): Promise<SqlRow | undefined>;
  /** The row of an id and the one whose id stands in a column of it, both found as `find` does, in one state of the database. */
  follow(sql: string, id: string, next: Following): Promise<readonly [SqlRow, SqlRow] | undefined>;
  all(sql: string, ...values: SqlValue[]): Promise<SqlRow[]>;
  /** How many rows were changed. */
  run(sql: string, ...values: SqlValue[]): Promise<number>;
  /** Appends to a line, when the body is done: with all that it appended to it, and those beside it. */
  append<Item>(line: Line<Item>, item: Item): Promise<void>;
}

/** A statement with its values. */
export type Statement = readonly [sql: string, ...values: SqlValue[]];

/** Records under consecutive numbers. Whoever appends holds the row that counts until the commit. */
export interface Line<Item> {
  /** Bodies that append to several lines do so in the order of their names. */
  readonly name: string;
  /** Takes the next numbers; returns what is to be written under them. */
  take(sql: Sql, items: readonly Item[]): Promise<readonly Statement[]>;
}

/** The value of a column; undefined when there is no such column. */
export const cell = ({ values, places }: SqlRow, column: string): SqlValue | undefined =>
  values[places.get(column) ?? -1];

/** From one row to another. */
export interface Following {
  readonly column: string;
  readonly sql: string;
}

/** Goes from one row to another by a way of finding rows. */
export function follow(
  find: (sql: string, id: string) => SqlRow | undefined,
  [sql, id]: readonly [string, string],
  next: Following,
): readonly [SqlRow, SqlRow] | undefined {
  const row = find(sql, id);
  const other = row && find(next.sql, text(row, next.column));
  return other && [row, other];
}

/** A text column. A value of another type means a broken database, not bad input. */
export function text(row: SqlRow, column: string): string {
  const value = cell(row, column);
  if (typeof value !== 'string') throw new TypeError(`column ${column} is not text`);
  return value;
}

/** A number column. */
export function integer(row: SqlRow, column: string): number {
  const value = cell(row, column);
  if (typeof value !== 'number') throw new TypeError(`column ${column} is not a number`);
  return value;
}

/** A bytes column. */
export function bytes(row: SqlRow, column: string): Uint8Array {
  const value = cell(row, column);
  if (!(value instanceof Uint8Array)) throw new TypeError(`column ${column} is not bytes`);
  return value;
}

/** A list of words kept as one text column, separated by spaces. */
export const words = (row: SqlRow, column: string): string[] => text(row, column).split(' ').filter(Boolean);
