import type { DatabaseSync } from 'node:sqlite';
import { fail } from '../../domain/failures.ts';
import { StoreMoved } from '../admin/moved.ts';

/** Whether the data are still here: whoever moves them away commits that here last of all. */
export interface Place {
  /** Looks when another connection has committed since; `version` is its number, NaN when nobody knows. */
  look(version: number): void;
  /** Throws StoreMoved, and `store_unavailable` where it cannot be seen. */
  requireHere(): void;
}

/** Watches over a connection that reads. */
export function placeOf(database: DatabaseSync): Place {
  const statement = database.prepare('PRAGMA user_version');
  let known = Number.NaN;
  let hasMoved = false;
  let trouble: unknown;
  return {
    look: (version) => {
      if (version === known) return;
      try {
        hasMoved = Number(statement.get()?.['user_version']) !== 0;
        known = version;
        trouble = undefined;
      } catch (thrown) {
        // Told to every read that follows: thrown here it would break beside them.
        known = Number.NaN;
        trouble = thrown;
      }
    },
    requireHere: () => {
      if (trouble !== undefined)
        throw fail('store_unavailable', { retryAfter: 1, cause: trouble, detail: { store: 'sqlite' } });
      if (hasMoved) throw new StoreMoved();
    },
  };
}
