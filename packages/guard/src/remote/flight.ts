/**
 * One piece of work at a time, for all who want what comes of it.
 */
import type { Issuer } from './issuer.ts';

/** The work under way. */
export interface Flight<T> {
  /** What is under way; undefined when nothing is. */
  current(): Promise<T> | undefined;
  begin(work: () => Promise<T>): Promise<T>;
}

/**
 * Makes it. What does not land within the time-out of the issuer is no longer waited for by those who come: a runtime may
 * drop a request that no response waits for any more.
 */
export function createFlight<T>({
  clock,
  timeoutSeconds,
}: Pick<Issuer, 'clock' | 'timeoutSeconds'>): Flight<T> {
  let flight: { readonly promise: Promise<T>; readonly until: number } | undefined;
  return {
    current: () => (flight && clock.now() < flight.until ? flight.promise : undefined),
    begin: (work) => {
      const mine = { promise: work(), until: clock.now() + timeoutSeconds * 1000 };
      flight = mine;
      const landed = (): void => {
        if (flight === mine) flight = undefined;
      };
      mine.promise.then(landed, landed);
      return mine.promise;
    },
  };
}
