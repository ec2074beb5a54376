/**
 * Growth: what each table holds, what comes to it in a day, and when the disk will be full. What comes is counted by the
 * rows that were born in the last day; a table stops growing when its oldest rows reach their time.
 */
import type { Clock } from '../../base/clock.ts';
import type { Settings } from '../settings.ts';
import type { TableSize } from './table-size.ts';

/** What a table does. */
export interface TableGrowth extends TableSize {
  /** Rows that come in a day. */
  readonly rowsPerDay: number;
  readonly bytesPerDay: number;
  /** Days until it stops growing at this rate; 0 when it has, Infinity when nothing but people removes its rows. */
  readonly growsForDays: number;
}

const day = 86_400;
const week = 7 * day;

/** How long rows stay at most, in seconds, where the collector takes them; of all other tables people remove rows. */
function keptSeconds({
  sessionAbsoluteSeconds,
  endedSessionSeconds,
  eventSeconds,
}: Settings): ReadonlyMap<string, number> {
  const session = sessionAbsoluteSeconds + endedSessionSeconds;
  return new Map([
    ['sessions', session],
    ['families', session],
    ['session_clients', session],
    ['remembered_devices', 31 * day],
    ['api_keys', 730 * day + endedSessionSeconds],
    ['events', eventSeconds],
    ['mails', week],
    ['mail_tickets', week],
    ['registration_tokens', 31 * day],
    ...['revocations', 'authorizations', 'device_authorizations', 'client_tokens', 'sign_out_notices'].map(
      (table) => [table, day] as const,
    ),
  ]);
}

/** Milliseconds over which births are counted. */
export const growthWindow = 86_400_000;

const seconds = 1000;

/** Judges the sizes of all tables, which were asked for births since `growthWindow` before now. */
export const growthOf = (
  sizes: readonly TableSize[],
  ports: { readonly clock: Clock; readonly settings: Settings },
): TableGrowth[] => {
  const kept = keptSeconds(ports.settings);
  const now = ports.clock.now();
  return sizes.map((size) => {
    const { table, rows, bytes, born = 0, oldest = now } = size;
    const keptFor = (kept.get(table) ?? Number.POSITIVE_INFINITY) * seconds;
    const growsForDays = born === 0 ? 0 : Math.max(0, (keptFor - (now - oldest)) / growthWindow);
    const perRow = rows === 0 ? 0 : bytes / rows;
    return { ...size, rowsPerDay: born, bytesPerDay: Math.round(born * perRow), growsForDays };
  });
};

/** Days after which nothing is foretold. */
const horizon = 3650;

/** In how many days so many free bytes are used up at these rates; undefined when that is not within ten years. */
export function daysUntilFull(free: number, growth: readonly TableGrowth[]): number | undefined {
  let left = free;
  for (let past = 0; past < horizon; past += 1) {
    for (const { bytesPerDay, growsForDays } of growth)
      left -= bytesPerDay * Math.min(1, Math.max(0, growsForDays - past));
    if (left <= 0) return past + 1;
  }
  return undefined;
}
