/** Somebody who does nothing but refresh, and tells how long they were kept waiting, and how often they were refused. */
import { expect } from 'vitest';
import { startStopwatch } from '../../../packages/server/src/base/clock.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { callerOf } from '../caller.ts';
import { begin, refreshBy, signUpAs } from '../work.ts';

/** What a witness saw. */
export interface Sighting {
  /** Milliseconds from one refresh that succeeded to the next, at most. */
  readonly longest: number;
  readonly refused: number;
  readonly served: number;
}

/** Begins to refresh at the server on this port, until the result is called. */
export async function witness(port: number, name: string): Promise<() => Promise<Sighting>> {
  const caller = callerOf(port);
  const email = `${name}@example.com`;
  await signUpAs(caller, email, goodPassword);
  let { refresh: token } = await begin(caller, { identifier: email, password: goodPassword });
  const work = { isOver: false };
  const seen = { longest: 0, refused: 0, served: 0 };
  const watching = (async () => {
    for (let since = startStopwatch(); !work.isOver; ) {
      const { status, next } = await refreshBy(caller, token);
      expect([200, 503]).toContain(status);
      if (status === 503) seen.refused += 1;
      else {
        token = next;
        seen.served += 1;
        seen.longest = Math.max(seen.longest, since());
        since = startStopwatch();
      }
    }
  })();
  return async () => {
    work.isOver = true;
    await watching;
    caller.close();
    return seen;
  };
}
