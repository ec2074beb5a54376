/**
 * Counting what the operator watches, cheaply: numbers in memory, given to the metrics library only when somebody reads
 * them. Labels come from our own tables, so that their number is bounded whatever is sent (LOG-08).
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Tally } from '../../domain/ports.ts';
import type { Seen } from '../../http/route.ts';

/** Upper bounds of the buckets of response times, in seconds. */
export const timeBounds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
];

/** Response times of one kind of reply. */
export interface TimeTally {
  readonly labels: Readonly<Record<string, string>>;
  /** One more than there are bounds: the last is for what is above them. */
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** All that is counted. */
export interface Tallies extends Tally {
  reply(seen: Seen): void;
  /** Counters by metric and label value. */
  readonly counters: Readonly<
    Record<'sign_ins' | 'refreshes' | 'mails' | 'expirations', ReadonlyMap<string, number>>
  >;
  readonly times: ReadonlyMap<string, TimeTally>;
  /** How often somebody was served who is signed in. */
  served(): number;
  /** Seconds that the event loop was late, by quantile, since the last call; the first call starts the watch. */
  loopDelay(): Readonly<Record<'0.5' | '0.99' | '1', number>>;
}

/** Makes empty tallies; `onRevoked` is called when a session was ended, `onPosted` when a mail was posted. */
export function createTallies({ onRevoked, onPosted }: TallyListeners): Tallies {
  const counters = {
    sign_ins: fromZero('started', 'refused', 'throttled'),
    refreshes: fromZero('rotated', 'replayed', 'reused', 'refused'),
    mails: fromZero('posted', 'limited', 'sent', 'deferred', 'failed'),
    expirations: new Map<string, number>(),
  };
  const times = new Map<string, TimeTally>();
  const add = (counter: Map<string, number>, label: string, amount = 1): void => {
    counter.set(label, (counter.get(label) ?? 0) + amount);
  };
  let watch: DelayWatch | undefined;
  let served = 0;
  return {
    counters,
    times,
    loopDelay: () => {
      watch ??= startedWatch();
      const delay = {
        '0.5': watch.percentile(50) / nanoseconds,
        '0.99': watch.percentile(99) / nanoseconds,
        '1': watch.max / nanoseconds,
      };
      watch.reset();
      return delay;
    },
    signIn: (outcome) => add(counters.sign_ins, outcome),
    refresh: (outcome) => {
      add(counters.refreshes, outcome);
      served += 1;
    },
    carried: () => {
      served += 1;
    },
    served: () => served,
    expired: (table, rows) => add(counters.expirations, table, rows),
    revoked: onRevoked,
    mail: (outcome) => {
      add(counters.mails, outcome);
      if (outcome === 'posted') onPosted();
    },
    reply: (seen) => countReply(times, seen),
  };
}

/** Who is told at once of what is counted. */
export interface TallyListeners {
  readonly onRevoked: () => void;
  readonly onPosted: () => void;
}

/** A rate can only be told of a counter that was there before its first event. */
const fromZero = (...labels: readonly string[]): Map<string, number> =>
  new Map(labels.map((label) => [label, 0]));

/** In a second. */
const nanoseconds = 1e9;

type DelayWatch = ReturnType<typeof monitorEventLoopDelay>;

function startedWatch(): DelayWatch {
  const watch = monitorEventLoopDelay({ resolution: 10 });
  watch.enable();
  return watch;
}

function countReply(times: Map<string, TimeTally>, { method, route, status, duration }: Seen): void {
  // Paths and methods that are in no row share one label.
  const labels = route === '' ? `none none ${status}` : `${method} ${route} ${status}`;
  let tally = times.get(labels);
  if (!tally) {
    const [verb = '', path = ''] = labels.split(' ');
    tally = {
      labels: { method: verb, route: path, status: String(status) },
      buckets: Array.from({ length: timeBounds.length + 1 }, () => 0),
      sum: 0,
      count: 0,
    };
    times.set(labels, tally);
  }
  const inSeconds = duration / 1000;
  const bound = timeBounds.findIndex((limit) => inSeconds <= limit);
  const bucket = bound === -1 ? timeBounds.length : bound;
  tally.buckets[bucket] = (tally.buckets[bucket] ?? 0) + 1;
  tally.sum += inSeconds;
  tally.count += 1;
}
