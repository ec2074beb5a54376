/**
 * The threads that hash. Each takes a whole processor for tens of milliseconds, and a flood of sign-ins keeps all of them busy: at
 * the priority of the thread that answers they would make everybody wait for their turns.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** As nice(2) counts: everybody starts with 0, and 19 is the least. */
const yielding = 10;

/**
 * Has the threads of the runtime's pool step back whenever another one has something to do; to be called when they have started.
 * Linux alone gives threads priorities of their own. Elsewhere, and where /proc may not be read, all stay equal.
 */
export function letHashingYield(): void {
  if (process.platform !== 'linux') return;
  try {
    for (const thread of readdirSync('/proc/self/task')) {
      const name = readFileSync(`/proc/self/task/${thread}/comm`, 'utf8');
      if (name.trim() === 'libuv-worker') setPriority(Number(thread), yielding);
    }
  } catch {
    // A sandbox may forbid it. Then all stay equal here too, and a flood of sign-ins is felt by everybody.
  }
}
