/**
 * The table that a bench prints: what was measured, the limit it is held against, the ratio, and whether it holds.
 */

/** One line of the table. */
export interface Finding {
  readonly what: string;
  /** What was measured, with its unit. */
  readonly measured: string;
  /** What it is held against, in words. */
  readonly limit: string;
  readonly holds: boolean;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A number for reading: 12,345 or 0.87. */
export const shown = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toPrecision(3);

/** The lines as text. */
export function table(findings: readonly Finding[]): string {
  const rows = [
    ['', 'measured', 'limit', ''],
    ...findings.map((one) => [one.what, one.measured, one.limit, one.holds ? 'holds' : 'MISSED']),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
