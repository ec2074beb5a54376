/**
 * The queue before the password hash: so many at once, so many waiting, each network in its turn. Hashing costs
 * 19 MiB and a core each time; without the queue a flood of sign-ins would take the whole machine. While others wait,
 * results are handed over together: each hash empties the processor's caches, so what follows it costs several at once
 * little more than one, and several share one commit. Nobody is held for longer than three hashes take.
 */
import { fail } from '../failures.ts';

/** Runs heavy jobs in turn. */
export interface HashingQueue {
  /** Throws `hashing_busy` with seconds to wait instead of growing past its bound. */
  run<T>(network: string, job: () => Promise<T>): Promise<T>;
  /** How many wait and how many run now. */
  load(): { waiting: number; running: number };
}

/** The bounds of a queue. */
export interface HashingBounds {
  /** Jobs at once; each takes about 19 MiB. */
  readonly concurrency: number;
  /** Jobs waiting, all networks together; one network may hold half. */
  readonly length: number;
}

/** Makes a queue. */
export function createHashingQueue({ concurrency, length }: HashingBounds): HashingQueue {
  // A Map keeps the order of insertion: taking from the first and putting it last is a round robin.
  const lines = new Map<string, (() => void)[]>();
  let waiting = 0;
  let running = 0;
  const handOver = handOverTogether(3 * concurrency, () => waiting > 0);

  const next = (): void => {
    const first = lines.entries().next();
    if (first.done || running >= concurrency) return;
    const [network, line] = first.value;
    lines.delete(network);
    const start = line.shift();
    if (line.length > 0) lines.set(network, line);
    waiting -= 1;
    running += 1;
    start?.();
  };
  const turn = (network: string): Promise<void> => {
    if (running < concurrency && waiting === 0) {
      running += 1;
      return Promise.resolve();
    }
    const line = lines.get(network) ?? [];
    if (waiting >= length || line.length >= Math.ceil(length / 2)) {
      throw fail('hashing_busy', {
        retryAfter: 1 + Math.floor(waiting / (concurrency * 20)),
        detail: { waiting },
      });
    }
    waiting += 1;
    return new Promise((start) => {
      line.push(start);
      lines.set(network, line);
    });
  };
  return {
    run: async (network, job) => {
      await turn(network);
      try {
        return await job();
      } finally {
        running -= 1;
        next();
        await handOver();
      }
    },
    load: () => ({ waiting, running }),
  };
}

/** Holds results while others wait, until there are so many. */
function handOverTogether(together: number, doOthersWait: () => boolean): () => Promise<void> {
  let held: (() => void)[] = [];
  // Where somebody is held somebody waits, so a job runs whose end comes by here again.
  return () =>
    new Promise((release) => {
      held.push(release);
      if (doOthersWait() && held.length < together) return;
      const all = held;
      held = [];
      for (const each of all) each();
    });
}
