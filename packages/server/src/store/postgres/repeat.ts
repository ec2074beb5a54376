/**
 * Doing again what lost a race or its connection, for as long as callers wait. The server may have been restarted, or
 * another may have taken its place: to whoever asks meanwhile it is only slow.
 */
import { randomInt } from 'node:crypto';
import { systemClock } from '../../base/clock.ts';
import { isCollision, remedyOf, unavailable } from './faults.ts';

/** Milliseconds that somebody may be kept waiting. */
export const patience = 30_000;

/** A constraint refuses so often because of a race, and after that because of a fault of ours. */
const collisions = 3;

/** Does `attempt` until it succeeds, fails for good, or `until` has come; what only collided is done again after that, too. Throws `store_unavailable`, or what it threw. */
export async function repeatedly<T>(
  attempt: () => Promise<T>,
  until = systemClock.now() + patience,
): Promise<T> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await attempt();
    } catch (thrown) {
      const collided = isCollision(thrown);
      const remedy = remedyOf(thrown);
      if (!remedy && !(collided && turn <= collisions)) throw thrown;
      if (remedy === 'later' || (!collided && systemClock.now() >= until)) throw unavailable(thrown);
      await pause(remedy === 'elsewhere' ? turn + firstTurn : turn);
    }
  }
}

/** A server that went away is not back within some milliseconds. */
const firstTurn = 4;
/** Milliseconds between two tries at most. */
const longest = 1000;

/** Waits for up to 2 ms, 4 ms, 8 ms, …: by chance, so that those who met do not meet again. */
const pause = (turn: number): Promise<void> =>
  new Promise((resolve) => {
    systemClock.after(randomInt(1, Math.min(2 ** turn, longest) + 1), resolve);
  });
