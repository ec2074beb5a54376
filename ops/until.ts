/** Waiting for something outside of this process to come true. */
import { setTimeout } from 'node:timers/promises';
import { startStopwatch } from '../packages/server/src/base/clock.ts';

/** Milliseconds between two looks. */
const step = 100;

/** Looks until there is an answer, and gives it back; undefined when there was none for so many milliseconds. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  patience: number,
): Promise<T | undefined> {
  const waited = startStopwatch();
  for (;;) {
    const found = await look();
    if (found !== undefined || waited() >= patience) return found;
    await setTimeout(step);
  }
}
