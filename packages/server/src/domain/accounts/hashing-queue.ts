/**
 * The queue before the password hash: so many at once, so many waiting, each network in its turn. Hashing costs
 * 19 MiB and a core each time; without the queue a flood of sign-ins would take the whole machine. While others wait,
 * results are handed over together: each hash empties the processor's caches, so what follows it costs several at once
 * little more than one, and several share one commit. Nobody is held for longer than three rounds of hashes take, or six
 * where places are left to others.
 */
import { fail } from '../failures.ts';

/** Runs heavy jobs in turn. */
export interface HashingQueue {
  /** Throws `hashing_busy` with seconds to wait instead of growing past its bound. */
  run<T>(network: string, job: () => Promise<T>): Promise<T>;
  /** Throws `hashing_busy` when a job of this network would be turned away now; takes no place. */
  admit(network: string): void;
  /** How many wait and how many run now. */
  load(): { waiting: number; running: number };
}

/** The bounds of a queue. */
export interface HashingBounds {
  /** Jobs at once; each takes about 19 MiB. */
  readonly concurrency: number;
  /** How many of them may run now, asked whenever one could begin: one at least, and all unless given. */
  readonly places?: () => number;
  /** Jobs waiting, all networks together; one network may hold half. */
  readonly length: number;
}

/** Makes a queue. */
export function createHashingQueue({
  concurrency,
  length,
  places = () => concurrency,
}: HashingBounds): HashingQueue {
  const lines = createLines();
  let running = 0;
  // What follows keeps whoever is signed in waiting: where places are left to them it comes less often, for more at once.
  const together = (): number => (places() < concurrency ? 6 : 3) * concurrency;
  const handOver = handOverTogether(together, () => lines.waiting() > 0);
  const admit = (network: string): void => {
    const waiting = lines.waiting();
    if (waiting < length && lines.waitingOf(network) < Math.ceil(length / 2)) return;
    const retryAfter = 1 + Math.floor(waiting / (places() * 20));
    throw fail('hashing_busy', { retryAfter, detail: { waiting } });
  };
  const turn = (network: string): Promise<void> => {
    if (running < places() && lines.waiting() === 0) {
      running += 1;
      return Promise.resolve();
    }
    admit(network);
    return lines.join(network);
  };
  return {
    run: async (network, job) => {
      await turn(network);
      try {
        return await job();
      } finally {
        running -= 1;
        // There may be room for more than the one that ended left, or for nobody.
        while (running < places() && lines.next()) running += 1;
        await handOver();
      }
    },
    admit,
    load: () => ({ waiting: lines.waiting(), running }),
  };
}

/** A line for each network. */
interface Lines {
  /** Resolves when it is this one's turn. */
  join(network: string): Promise<void>;
  /** Has the next one start; false when nobody waits. */
  next(): boolean;
  waiting(): number;
  waitingOf(network: string): number;
}

function createLines(): Lines {
  // A Map keeps the order of insertion: taking from the first and putting it last is a round robin.
  const lines = new Map<string, (() => void)[]>();
  let waiting = 0;
  return {
    join: (network) =>
      new Promise((start) => {
        const line = lines.get(network) ?? [];
        line.push(start);
        lines.set(network, line);
        waiting += 1;
      }),
    next: () => {
      const first = lines.entries().next();
      if (first.done) return false;
      const [network, line] = first.value;
      lines.delete(network);
      const start = line.shift();
      if (line.length > 0) lines.set(network, line);
      waiting -= 1;
      start?.();
      return true;
    },
    waiting: () => waiting,
    waitingOf: (network) => lines.get(network)?.length ?? 0,
  };
}

/** Holds results while others wait, until there are so many. */
function handOverTogether(together: () => number, doOthersWait: () => boolean): () => Promise<void> {
  let held: (() => void)[] = [];
  // Where somebody is held somebody waits, so a job runs whose end comes by here again.
  return () =>
    new Promise((release) => {
      held.push(release);
      if (doOthersWait() && held.length < together()) return;
      const all = held;
      held = [];
      for (const each of all) each();
    });
}
