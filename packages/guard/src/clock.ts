/**
 * The guard's only source of time. Whatever reads the hour or waits takes a clock, so that tests can move it.
 */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Runs `work` once, `milliseconds` from now, unless cancelled. It never keeps the process alive. */
  after(milliseconds: number, work: () => void): Cancel;
}

/** Takes back what was planned; calling it twice is harmless. */
export type Cancel = () => void;

/** The clock of the machine. Timers of runtimes that have no `unref` (Workers) end with the request. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, work) => {
    const timer: { unref?: () => unknown } | number = setTimeout(work, milliseconds);
    if (typeof timer === 'object') timer.unref?.();
    return () => clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
};

/** A clock that stands still until it is told to move; for tests. */
export interface ManualClock extends Clock {
  /** Moves on by `milliseconds` and runs, in order, what falls due on the way. */
  advance(milliseconds: number): void;
}

/** Makes a clock for tests, standing at `start` (milliseconds since 1970). */
export function manualClock(start: number): ManualClock {
  let now = start;
  let planned: { due: number; work: () => void }[] = [];
  return {
    now: () => now,
    after: (milliseconds, work) => {
      const entry = { due: now + milliseconds, work };
      planned.push(entry);
      return () => {
        planned = planned.filter((other) => other !== entry);
      };
    },
    advance: (milliseconds) => {
      const end = now + milliseconds;
      for (;;) {
        const next = planned.filter((entry) => entry.due <= end).sort((a, b) => a.due - b.due)[0];
        if (!next) break;
        planned = planned.filter((entry) => entry !== next);
        now = Math.max(now, next.due);
        next.work();
      }
      now = end;
    },
  };
}
