/**
 * How fast the hour of a rehearsal passes. Stores work in real time, on a disk for instance, and the hour must not run away
 * from them: while anybody works it passes slowly, and otherwise in strides.
 */
import { pause, systemClock } from '../clock.ts';
import type { ManualClock } from './manual-clock.ts';

/** What a pace takes. */
export interface PaceOptions {
  readonly hour: ManualClock;
  /** Whether somebody may do now what should take time: then there is real time to do it in before the hour passes. */
  readonly isWatched: () => boolean;
  /** Whether a client works by itself. */
  readonly isBusy: () => boolean;
}

/** Lets the hour pass. */
export interface Pace {
  /** Waits for work while time passes. Throws a `Fault` when it takes more than two minutes of it. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Lets so many milliseconds pass. */
  pass(milliseconds: number): Promise<void>;
}

/** What a rehearsal finds wrong: a sentence for whoever made the set-up. */
export class Fault extends Error {
  override name = 'Fault';
}

/** Milliseconds of the hour in each of real time: at first, after two seconds, and with nobody at work. */
const [slow, brisk, idle] = [20, 100, 5000];
/** Milliseconds after which work is taken for stuck. */
const patience = 120_000;

/** Makes a pace. */
export function paceOf({ hour, isWatched, isBusy }: PaceOptions): Pace {
  const breathe = async (): Promise<void> => {
    for (let left = isWatched() ? 10 : 1; left > 0; left--) await pause(systemClock, 1);
  };
  return {
    during: async (work) => {
      const begun = hour.now();
      let isDone = false;
      const end = (): void => {
        isDone = true;
      };
      work.then(end, end);
      for (;;) {
        await breathe();
        if (isDone) return work;
        const spent = hour.now() - begun;
        if (spent > patience)
          throw new Fault('No answer within two minutes. Does your fetch hand `signal` on?');
        await hour.advance(spent < 2000 ? slow : brisk);
      }
    },
    pass: async (milliseconds) => {
      for (let left = milliseconds; left > 0; ) {
        await breathe();
        const step = Math.min(left, isBusy() ? brisk : idle);
        await hour.advance(step);
        left -= step;
      }
      await breathe();
    },
  };
}
