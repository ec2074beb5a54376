/**
 * How fast the hour of a rehearsal passes. Stores and locks work in real time, on a disk for instance, and the hour must not
 * run away from them, however busy the machine is: it goes with real time while a store is at work, slowly while a lock is
 * passed on, and in strides while all wait for the hour alone.
 */
import { pause, settle, systemClock } from '../clock.ts';
import type { Ledger } from './ledger.ts';
import type { ManualClock } from './manual-clock.ts';

/** What a pace takes. */
export interface PaceOptions {
  readonly hour: ManualClock;
  /** What is done in real time. */
  readonly work: Ledger;
  /** Whether somebody may do now what should take time: then there is real time to do it in before the hour passes. */
  readonly isWatched: () => boolean;
  /** Whether nothing goes on before the hour has passed: everybody waits for a server that does not answer. */
  readonly isSilent: () => boolean;
  /** Whether a client works by itself. */
  readonly isBusy: () => boolean;
}

/** Lets the hour pass. */
export interface Pace {
  /** Waits for work while time passes. Throws a `Fault` when it takes more than two minutes of it, or a store 20 s of real time. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Lets so many milliseconds pass. */
  pass(milliseconds: number): Promise<void>;
}

/** What a rehearsal finds wrong: a sentence for whoever made the set-up. */
export class Fault extends Error {
  override name = 'Fault';
}

/** Milliseconds of the hour in each of real time: while a lock is passed on, at first, after two seconds, and with nobody at work. */
const [passing, slow, brisk, idle] = [10, 20, 100, 5000];
/** Milliseconds after which work is taken for stuck, and a store, which has real ones. */
const [patience, storePatience] = [120_000, 20_000];
/** Milliseconds of real time that count at most: a process that was stopped for longer has done nothing meanwhile. */
const longestBreath = 100;

/** Makes a pace. */
export function paceOf({ hour, work, isWatched, isSilent, isBusy }: PaceOptions): Pace {
  /** Gives real time to work in; returns how much of the hour it is worth, at most `stride`. */
  const breathe = async (stride: number): Promise<number> => {
    const begun = systemClock.now();
    for (let left = isWatched() ? 10 : 1; left > 0; left--) await pause(systemClock, 1);
    const keeping = work.keepingSince();
    if (keeping === undefined) return work.isPassingOn() ? Math.min(passing, stride) : stride;
    if (keeping > storePatience) throw new Fault('The store has not answered for 20 seconds.');
    return Math.min(Math.max(systemClock.now() - begun, 1), longestBreath, stride);
  };
  return {
    during: async (asked) => {
      const begun = hour.now();
      let isDone = false;
      const end = (): void => {
        isDone = true;
      };
      asked.then(end, end);
      // What needs no time takes none.
      await settle();
      for (;;) {
        if (isDone) return asked;
        const spent = hour.now() - begun;
        if (spent > patience)
          throw new Fault('No answer within two minutes. Does your fetch hand `signal` on?');
        await hour.advance(await breathe(isSilent() || spent > 2000 ? brisk : slow));
      }
    },
    pass: async (milliseconds) => {
      for (let left = milliseconds; left > 0; ) {
        const step = await breathe(Math.min(left, isBusy() ? brisk : idle));
        await hour.advance(step);
        left -= step;
      }
      await breathe(0);
    },
  };
}
