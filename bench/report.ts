/**
 * Numbers and tables for reading, and what is said while it lasts.
 */

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A number for reading: 12,345 or 0.87. */
export const shown = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toPrecision(3);

/** Whether a limit is kept, in a word. */
export const verdict = (holds: boolean | undefined): string =>
  holds === undefined ? 'not judged' : holds ? 'holds' : 'MISSED';

/** Rows as text in columns, the first of them the heads. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Rows as a table in Markdown, the first of them the heads. */
export const markdownTable = ([heads = [], ...rows]: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** A line about what is going on, for whoever waits. */
export const progress = (line: string): void => void process.stderr.write(`${line}\n`);
