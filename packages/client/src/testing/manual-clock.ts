/** A clock for tests: time passes when the test says so, and nothing has to be waited for. */
import { type Clock, settle } from '../clock.ts';

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /** Moves on by `milliseconds` and runs, in order, what falls due on the way; lets promises settle in between. */
  advance(milliseconds: number): Promise<void>;
  /** Sets the hour, as somebody who corrects a clock does: what is planned keeps its distance. */
  jump(milliseconds: number): void;
  /** How many things are planned. */
  planned(): number;
}

/** Makes a clock that begins at `start`, in milliseconds since 1970: the first of January 2026 unless given. */
export function manualClock(start = 1_767_225_600_000): ManualClock {
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
    advance: async (milliseconds) => {
      const end = now + milliseconds;
      await settle();
      for (;;) {
        const next = planned.filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)[0];
        if (!next) break;
        planned = planned.filter((entry) => entry !== next);
        now = Math.max(now, next.due);
        next.work();
        await settle();
      }
      now = end;
    },
    jump: (milliseconds) => {
      now += milliseconds;
      for (const entry of planned) entry.due += milliseconds;
    },
    planned: () => planned.length,
  };
}
