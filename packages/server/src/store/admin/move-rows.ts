/** Rows on their way from one side of a move to the other, and the proof that both have the same. */
import { hash } from 'node:crypto';
import { cell, type SqlRow, type SqlValue } from '../sql.ts';
import type { Raw, TableShape } from './movable.ts';

/** A move cannot begin or go on; the message tells the operator why and what to do. */
export class MoveRefused extends Error {
  override readonly name = 'MoveRefused';
}

/** A table as both sides have it. */
export interface ComparedTable {
  readonly table: string;
  readonly rows: number;
  /** The sum of the hashes of all rows, in hexadecimal. */
  readonly checksum: string;
}

/** Rows that a step copies. */
export const chunk = 1000;
/** The next rows in the order of their keys. */
export async function rowsAfter(
  raw: Raw,
  { name, key }: TableShape,
  last: readonly SqlValue[] | undefined,
): Promise<SqlRow[]> {
  const columns = key.join(', ');
  const after = last ? ` WHERE (${columns}) > (${key.map(() => '?').join(', ')})` : '';
  return raw.all(`SELECT * FROM ${name}${after} ORDER BY ${columns} LIMIT ${chunk}`, ...(last ?? []));
}

/** The same table on the other side. Throws MoveRefused when there is none. */
export function targetShape(shapes: readonly TableShape[], { name }: TableShape): TableShape {
  const shape = shapes.find((one) => one.name === name);
  if (!shape) throw new MoveRefused(`The target has no table ${name}: it was made by another version.`);
  return shape;
}

/** Writes rows, whatever the order of their columns. */
export async function insert(
  raw: Raw,
  { name, columns }: TableShape,
  rows: readonly SqlRow[],
): Promise<void> {
  const places = columns.map(() => '?').join(', ');
  const statement = `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${places})`;
  await raw.each(
    statement,
    rows.map((row) => columns.map((column) => cell(row, column) ?? null)),
  );
}

/** The key of a row. */
export const keyIn = ({ key }: TableShape, row: SqlRow): SqlValue[] =>
  key.map((column) => cell(row, column) ?? null);

/** The order of rows does not matter to a sum, so each side reads in its own. */
export async function checksum(raw: Raw, shape: TableShape): Promise<ComparedTable> {
  const names = [...shape.columns].sort();
  let sum = 0n;
  let rows = 0;
  let last: SqlValue[] | undefined;
  for (;;) {
    const page = await rowsAfter(raw, shape, last);
    for (const row of page)
      sum += BigInt(
        `0x${hash('sha256', JSON.stringify(names.map((name) => printed(cell(row, name))))).slice(0, 32)}`,
      );
    rows += page.length;
    const end = page.at(-1);
    if (page.length < chunk || !end) break;
    last = keyIn(shape, end);
  }
  return { table: shape.name, rows, checksum: BigInt.asUintN(128, sum).toString(16).padStart(32, '0') };
}

const printed = (value: SqlValue | undefined): unknown =>
  value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('hex') } : value;
