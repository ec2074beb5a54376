/**
 * Refreshing: one request at a time, however many callers, clients, tabs or processes share a store. In the lock the
 * store is read again, so that whoever comes second finds what the first one brought. The refresh token stays in the
 * store until its successor is there, so that a lost answer can be asked for once more.
 */
import { chance } from './chance.ts';
import { type Clock, pause } from './clock.ts';
import { ClientFailure } from './failure.ts';
import type { Held } from './held.ts';
import type { Server } from './server.ts';
import type { Shelf } from './shelf.ts';

/** What refreshing takes. */
export interface RefreshOptions {
  readonly server: Server;
  readonly shelf: Shelf;
  readonly clock: Clock;
  /** Milliseconds before each repetition. */
  readonly backoff: readonly number[];
  /** Told of every beginning, and of every end with its failure, if any. */
  readonly onChange: (failure: ClientFailure | undefined) => void;
}

/** Refreshes one at a time. */
export interface Refresher {
  /**
   * Gets what comes after `seen`: from the store when somebody else has brought it, else from the server. Throws
   * `signed_out` when there is nothing or the server refuses, `server_unreachable`, `store_failed`.
   */
  renew(seen: Held): Promise<Held>;
  /** Whether a refresh is under way. */
  running(): boolean;
  /** Gives up the request under way: the session it belongs to is being replaced or ended. Its callers get what is then. */
  yieldNow(): void;
  /** Resolves when nothing is under way any more; repeats nothing from now on. */
  close(): Promise<void>;
}

/** Makes the refresher of a client. */
export function refresherOf(options: RefreshOptions): Refresher {
  const flights = new Map<string, Promise<Held>>();
  let close = (): void => undefined;
  const closing = new Promise<void>((resolve) => {
    close = resolve;
  });
  const run: Run = { request: new AbortController(), closed: false, closing };
  const fly = async (seen: Held): Promise<Held> => {
    let failure: ClientFailure | undefined;
    try {
      return await persist(options, seen, run);
    } catch (thrown) {
      if (thrown instanceof ClientFailure) failure = thrown;
      throw thrown;
    } finally {
      flights.delete(seen.accessToken);
      options.onChange(failure);
    }
  };
  return {
    renew: (seen) => {
      const joined = flights.get(seen.accessToken);
      if (joined) return joined;
      const flight = fly(seen);
      flights.set(seen.accessToken, flight);
      options.onChange(undefined);
      return flight;
    },
    running: () => flights.size > 0,
    yieldNow: () => run.request.abort(),
    close: async () => {
      run.closed = true;
      close();
      await Promise.allSettled(flights.values());
    },
  };
}

/** What the refreshes of a client have in common. */
interface Run {
  /** Of the turn in the lock. */
  request: AbortController;
  closed: boolean;
  readonly closing: Promise<void>;
}

/** Takes turns until there is a successor, a refusal, or no reason to repeat. The lock is free during the pauses. */
async function persist(options: RefreshOptions, seen: Held, run: Run): Promise<Held> {
  const { shelf, clock, backoff } = options;
  for (let repetition = 0; ; ) {
    let mine: AbortSignal | undefined;
    const turn = (): Promise<Held> => {
      run.request = new AbortController();
      mine = run.request.signal;
      return step(options, seen, mine);
    };
    try {
      return await shelf.lock(turn);
    } catch (thrown) {
      if (run.closed || !(thrown instanceof ClientFailure) || thrown.code !== 'server_unreachable')
        throw thrown;
      // Whoever gave it up is next in the lock; after that there is another session, or none.
      if (mine?.aborted) continue;
      const wait = backoff[repetition++];
      if (wait === undefined || thrown.retryAfter !== undefined) throw thrown;
      await Promise.race([pause(clock, wait * (1 + chance())), run.closing]);
    }
  }
}

/** One turn in the lock. */
async function step({ server, shelf }: RefreshOptions, seen: Held, signal: AbortSignal): Promise<Held> {
  const held = (await shelf.read()) ?? nobody();
  if (held.accessToken !== seen.accessToken) return held;
  let next: Held | undefined;
  let refusal: unknown;
  try {
    next = await server.refresh(held, signal);
  } catch (thrown) {
    if (!(thrown instanceof ClientFailure)) throw thrown;
    if (thrown.status !== 401) {
      const { status, retryAfter } = thrown;
      throw new ClientFailure('server_unreachable', { status, retryAfter, cause: thrown });
    }
    refusal = thrown;
  }
  // Whoever was asleep for long has lost the lock meanwhile: then what others have brought or ended is what counts.
  const now = (await shelf.read()) ?? nobody();
  if (now.refreshToken !== held.refreshToken) return now;
  if (next) await shelf.write(next);
  else await shelf.remove();
  return next ?? nobody(refusal);
}

function nobody(cause?: unknown): never {
  throw new ClientFailure('signed_out', { cause });
}
