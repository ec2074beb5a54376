/** What SQLite's faults mean. */
import { fail } from '../../domain/failures.ts';
import { StoreMoved } from '../admin/moved.ts';
import { type Soundness, tellsOfDamage } from './damage.ts';

/** SQLite's primary result code for a lock that another connection holds. */
export const busy = 5;

/** SQLite's primary result code for a constraint that refused. */
const constraint = 19;

/** SQLite's primary result codes that mean "not now" rather than "wrong": busy, read-only, I/O, corrupt, full, can't open. */
const unavailable: ReadonlySet<number> = new Set([busy, 6, 8, 10, 11, 13, 14]);

/** Does it, and notes damage that shows; throws `store_unavailable` for what is not now, StoreMoved for what is elsewhere, and all else as it comes. */
export function attempt<T>(soundness: Soundness, operation: () => T): T {
  try {
    return operation();
  } catch (thrown) {
    const code = resultCode(thrown);
    // The one trigger that refuses: the data are elsewhere.
    if (code === constraint && thrown instanceof Error && thrown.message === 'moved') throw new StoreMoved();
    if (tellsOfDamage(code)) soundness.damaged = true;
    if (code === undefined || !unavailable.has(code)) throw thrown;
    throw fail('store_unavailable', {
      retryAfter: 1,
      cause: thrown,
      detail: { store: 'sqlite', result_code: code },
    });
  }
}

/** The primary result code of an SQLite error (the extended one's low byte); undefined when it is another's. */
export function resultCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number')
    return undefined;
  return thrown.errcode & 0xff;
}
