/**
 * The time of a server on a developer's machine, which can be set ahead to see what expires. Such a server says with every
 * answer how far it is ahead; whoever believed their own clock would take its tokens for tokens from the future. It is
 * heard only where the issuer is plain http on this very machine, so that no clock of production ever listens to anybody.
 */
import type { Clock } from './clock.ts';
import type { Fetch } from './ports.ts';

/** What goes by the time of a server. */
export interface Timed {
  readonly issuer: string;
  readonly clock: Clock;
  readonly fetch: Fetch;
}

const ownMachine = /^http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;
const milliseconds = /^\d{1,13}$/;

/** The same with the clock of the server, where it is one of a developer. */
export function withServerTime<Settings extends Timed>(settings: Settings): Settings {
  const { issuer, clock, fetch } = settings;
  if (!ownMachine.test(issuer)) return settings;
  let ahead = 0;
  return {
    ...settings,
    clock: {
      now: () => clock.now() + ahead,
      after: (wait: number, work: () => void) => clock.after(wait, work),
    },
    fetch: async (...asked: Parameters<Fetch>) => {
      const response = await fetch(...asked);
      const told = response.headers.get('doorward-time-ahead') ?? '';
      if (milliseconds.test(told)) ahead = Number(told);
      return response;
    },
  };
}
