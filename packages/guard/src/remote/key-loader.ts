/**
 * Fetching JWK sets from the issuer's one address: one at a time, with growing pauses while there is no answer, and before
 * each set is stale where the guard may work between requests.
 */
import { randomInt } from 'node:crypto';
import type { Cancel } from '../clock.ts';
import { createFlight } from './flight.ts';
import { askIssuer, type Issuer, type IssuerAnswer, reasonOf, tell, Unanswered } from './issuer.ts';

/** Seconds between tries while the issuer does not answer: the first, and the longest after doubling. */
const pause = { first: 1, longest: 10 } as const;
/** Bytes of a set. */
const sizeLimit = 65_536;

/** The loader. */
export interface KeyLoader {
  /** Resolves when a new set was taken. Rejects with Unanswered, at once while it is too early for another try. */
  load(): Promise<void>;
  /** Loads now unless it is too early, and from then on before each set is stale. */
  begin(): void;
  /** Whether the last try failed. */
  isBroken(): boolean;
  close(): void;
}

/** What loading needs. */
export interface KeyLoaderParts {
  readonly issuer: Issuer;
  /** Whether sets are fetched before somebody needs them. */
  readonly background: boolean;
  /** Keeps an answer and says when it is stale, in milliseconds since 1970. Throws Unanswered when it is no set. */
  readonly take: (answer: IssuerAnswer) => number;
}

/** Makes the loader. Nothing is fetched until it is asked to. */
export function createKeyLoader({ issuer, background, take }: KeyLoaderParts): KeyLoader {
  const { clock } = issuer;
  const controller = new AbortController();
  const { signal } = controller;
  const flight = createFlight<void>(issuer);
  let refused: { thrown: unknown; until: number; seconds: number } | undefined;
  let planned: Cancel | undefined;

  const plan = (at: number): void => {
    planned?.();
    if (background && !signal.aborted) planned = clock.after(Math.max(0, at - clock.now()), begin);
  };
  const loadNow = async (): Promise<void> => {
    try {
      const staleAt = take(await fetchSet(issuer, signal));
      if (refused) tell(issuer, 'info', { event: 'keys-available' });
      refused = undefined;
      plan(beforeStale(clock.now(), staleAt));
    } catch (thrown) {
      if (!refused && !signal.aborted)
        tell(issuer, 'warn', { event: 'keys-unavailable', ...reasonOf(thrown) });
      const seconds = refused ? Math.min(refused.seconds * 2, pause.longest) : pause.first;
      refused = { thrown, seconds, until: clock.now() + seconds * 1000 };
      plan(refused.until);
      throw thrown;
    }
  };
  const load = async (): Promise<void> => {
    if (refused && clock.now() < refused.until) throw refused.thrown;
    return flight.current() ?? flight.begin(loadNow);
  };
  // Whoever needs the keys meets the failure themselves; the log has it already.
  const begin = (): void => void load().catch(() => undefined);
  return {
    load,
    begin,
    isBroken: () => refused !== undefined,
    close: () => {
      controller.abort();
      planned?.();
    },
  };
}

async function fetchSet(issuer: Issuer, signal: AbortSignal): Promise<IssuerAnswer> {
  const headers = { accept: 'application/jwk-set+json, application/json' };
  const answer = await askIssuer(issuer, {
    path: '/.well-known/jwks.json',
    headers,
    limit: sizeLimit,
    signal,
  });
  if (answer.status !== 200) throw new Unanswered('status', { status: answer.status });
  return answer;
}

/** A moment in the last fifth of the time, by chance, so that many guards do not ask at once. */
const beforeStale = (now: number, staleAt: number): number =>
  staleAt - ((staleAt - now) / 5) * (randomInt(1, 1000) / 1000);
