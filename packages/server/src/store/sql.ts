/**
 * What every noun of the store is written against: SQL in the common subset of SQLite and Postgres, with `?` for
 * values. Drivers alone know a dialect.
 */

/** What may be bound; anything else is refused before it reaches the database. */
export type SqlValue = string | number | Uint8Array | null;

/** One row, columns by name. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Runs statements: on the writer inside a transaction, or on the reader. */
export interface Sql {
  /** The first row, or undefined. */
  get(sql: string, ...values: SqlValue[]): Promise<SqlRow | undefined>;
  all(sql: string, ...values: SqlValue[]): Promise<SqlRow[]>;
  /** How many rows were changed. */
  run(sql: string, ...values: SqlValue[]): Promise<number>;
}

/** A text column. A value of another type means a broken database, not bad input. */
export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} is not text`);
  return value;
}

/** A number column. */
export function integer(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`column ${column} is not a number`);
  return value;
}

/** A bytes column. */
export function bytes(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new TypeError(`column ${column} is not bytes`);
  return value;
}

/** A list of words kept as one text column, separated by spaces. */
export const words = (row: SqlRow, column: string): string[] => text(row, column).split(' ').filter(Boolean);
