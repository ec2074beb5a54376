/**
 * How many passwords may be hashed at once. As many as the setting says while nobody else is served; while somebody is, one
 * processor is left to the thread that answers: with a hash on each of them it would wait for the system's scheduler, for
 * milliseconds where a check takes a fifth of one.
 */
import { availableParallelism } from 'node:os';
import type { Clock } from '../../base/clock.ts';

/** What decides. */
export interface PlacesOptions {
  /** Passwords at once while nobody else is served. */
  readonly most: number;
  /** Processes that share this machine's processors. */
  readonly workers: number;
  /** How often anybody was served who is signed in; it only grows. */
  readonly served: () => number;
  readonly clock: Clock;
  /** Processors of the machine, unless given. */
  readonly processors?: number;
}

/** Milliseconds after which nobody is taken to be still there. */
const lingering = 1000;

/** Tells, each time it is asked, how many may be hashed at once now: one at least. */
export function createHashingPlaces(options: PlacesOptions): () => number {
  const { most, workers, served, clock, processors = availableParallelism() } = options;
  const besideOthers = Math.min(most, Math.max(1, Math.floor(processors / workers) - 1));
  let known = served();
  let until = 0;
  return () => {
    const count = served();
    const now = clock.now();
    if (count !== known) until = now + lingering;
    known = count;
    return now < until ? besideOthers : most;
  };
}
