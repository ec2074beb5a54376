/** Waiting for something outside of this process to come true. */
import { setTimeout } from 'node:timers/promises';

/** Milliseconds between two looks. */
const step = 100;

/** Looks until there is an answer, and gives it back; undefined when there was none for so many milliseconds. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  patience: number,
): Promise<T | undefined> {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() >= end) return found;
    await setTimeout(step);
  }
}
