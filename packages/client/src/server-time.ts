/**
 * The time of a server on a developer's machine, which can be set ahead to see what expires: it says with every answer
 * how far. It is heard only where the issuer is plain http on this very machine.
 */
import type { Clock } from './clock.ts';

/** What goes by the time of a server. */
export interface Timed {
  readonly issuer: string;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
}

const ownMachine = /^http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;
const milliseconds = /^\d{1,13}$/;

/** Clock and fetch that follow the server, where it is one of a developer; `onMoved` is called when it was set to another time. */
export function withServerTime({ issuer, clock, fetch }: Timed, onMoved: () => void): Omit<Timed, 'issuer'> {
  if (!ownMachine.test(issuer)) return { clock, fetch };
  let ahead = 0;
  return {
    clock: {
      now: () => clock.now() + ahead,
      after: (wait, work, awaited) => clock.after(wait, work, awaited),
    },
    fetch: async (...asked) => {
      const response = await fetch(...asked);
      const told = response.headers.get('doorward-time-ahead') ?? '';
      if (milliseconds.test(told) && Number(told) !== ahead) {
        ahead = Number(told);
        onMoved();
      }
      return response;
    },
  };
}
