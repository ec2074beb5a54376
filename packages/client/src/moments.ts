/**
 * When a token is refreshed, and until when it serves, by the local clock. A clock that was set back shows, because it
 * stands before the moment at which the token was asked for; otherwise the server's 401 tells.
 */
import { chance } from './chance.ts';
import type { Clock } from './clock.ts';
import type { Held } from './held.ts';

/** What moments take. */
export interface MomentsOptions {
  readonly clock: Clock;
  /** Milliseconds before its end from which on a token is refreshed; at most half of its life. */
  readonly ahead: number;
  /** How much earlier that may be drawn, as a part of `ahead`. */
  readonly jitter: number;
}

/** The moments of tokens. */
export interface Moments {
  /** When to refresh, in milliseconds since 1970; drawn once for each token. */
  dueAt(held: Held): number;
  /** Whether it is time to refresh. */
  isDue(held: Held): boolean;
  /** Whether the access token should be good still. */
  isAlive(held: Held): boolean;
}

/** Makes the moments of one client. */
export function momentsOf({ clock, ahead, jitter }: MomentsOptions): Moments {
  let drawn = { token: '', part: 0 };
  const dueAt = ({ accessToken: token, accessExpiresAt, issuedAt }: Held): number => {
    if (drawn.token !== token) drawn = { token, part: chance() };
    const half = (accessExpiresAt - issuedAt) / 2;
    return accessExpiresAt - Math.min(ahead * (1 + jitter * drawn.part), half);
  };
  const isWithin = (held: Held, end: number): boolean => held.issuedAt <= clock.now() && clock.now() < end;
  return {
    dueAt,
    isDue: (held) => !isWithin(held, dueAt(held)),
    isAlive: (held) => isWithin(held, held.accessExpiresAt),
  };
}
