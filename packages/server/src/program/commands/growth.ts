/** `doorward growth`: what each table holds, what comes in a day, and when the disk will be full. */
import { statfsSync } from 'node:fs';
import { daysUntilFull, growthOf, growthWindow, type TableGrowth } from '../../domain/admin/growth.ts';
import { columns } from '../columns.ts';
import { type Command, type Invocation, numberOption, textOption } from './command.ts';
import { withPorts } from './folder.ts';

/** Shows the growth. Throws CommandRefused for a room that is no number. */
export const showGrowth: Command = (invocation) =>
  withPorts(invocation, async (ports) => {
    // It reads everything; where there is a replica, that is for it to do.
    const sizes = await (ports.store.replica ?? ports.store).sizes(ports.clock.now() - growthWindow);
    const growth = growthOf(sizes, ports);
    const free = freeRoom(invocation);
    const days = free === undefined ? undefined : daysUntilFull(free, growth);
    return {
      json: { tables: growth.map(view), free_bytes: free ?? null, full_in_days: days ?? null },
      text: `${columns([titles, ...growth.filter(({ rows }) => rows > 0).map(line)])}\n\n${verdict(free, days)}`,
    };
  });

const megabyte = 1_000_000;

/** The free room for the database, in bytes: what --room says, else that of the data folder's disk where the database lies there. */
function freeRoom(invocation: Invocation): number | undefined {
  if (textOption(invocation, 'room') !== undefined)
    return numberOption(invocation, 'room', { fallback: 0, least: 0, most: 1_000_000_000 }) * megabyte;
  const { dataFolder, databaseUrl } = invocation.loaded.values;
  if (databaseUrl) return undefined;
  const { bavail, bsize } = statfsSync(dataFolder);
  return bavail * bsize;
}

const titles = ['table', 'rows', 'kB', 'rows a day', 'kB a day', 'grows'] as const;

const line = ({ table, rows, bytes, born, rowsPerDay, bytesPerDay, growsForDays }: TableGrowth): string[] => [
  table,
  String(rows),
  kilobytes(bytes),
  born === undefined ? '-' : String(rowsPerDay),
  born === undefined ? '-' : kilobytes(bytesPerDay),
  born === undefined ? 'comes and goes' : growing(growsForDays),
];

const kilobytes = (bytes: number): string => String(Math.ceil(bytes / 1000));

function growing(days: number): string {
  if (days === 0) return 'no more';
  return days === Number.POSITIVE_INFINITY ? 'with use' : `for ${Math.ceil(days)} days`;
}

const view = ({ table, rows, bytes, born, rowsPerDay, bytesPerDay, growsForDays }: TableGrowth): object => ({
  table,
  rows,
  bytes,
  rows_per_day: born === undefined ? null : rowsPerDay,
  bytes_per_day: born === undefined ? null : bytesPerDay,
  grows_for_days: growsForDays === Number.POSITIVE_INFINITY ? null : Math.ceil(growsForDays),
});

function verdict(free: number | undefined, days: number | undefined): string {
  if (free === undefined)
    return 'How much room the database has, only its machine knows: name it in megabytes with --room.';
  const room = `${Math.floor(free / megabyte)} MB are free`;
  if (days === undefined) return `${room}: at this rate not full within ten years.`;
  return `${room}: at this rate full in ${days} ${days === 1 ? 'day' : 'days'}.`;
}
