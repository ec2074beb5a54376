/**
 * Callers whom the server knew a moment ago, by the digest of what they presented. Bounded; the oldest go first.
 */
import type { Clock } from '../clock.ts';
import type { Principal } from '../principal.ts';
import type { KnownCaller } from './caller-answer.ts';

/** The cache. */
export interface CallerCache {
  /** Whom this digest belongs to, within the time for which answers are kept. */
  get(digest: string): Principal | undefined;
  put(digest: string, caller: KnownCaller): void;
  /** Forgets the callers of a session. */
  dropSession(sessionId: string): void;
}

/** How long and how many are kept. */
export interface CallerCacheLimits {
  readonly clock: Clock;
  readonly seconds: number;
  readonly entries: number;
}

/** Makes a cache; it keeps nothing when `seconds` or `entries` is 0. */
export function createCallerCache({ clock, seconds, entries }: CallerCacheLimits): CallerCache {
  const callers = new Map<string, { principal: Principal; from: number; until: number }>();
  const sessions = new Map<string, Set<string>>();

  const drop = (digest: string): void => {
    const { sessionId } = callers.get(digest)?.principal ?? {};
    callers.delete(digest);
    if (sessionId === undefined) return;
    const digests = sessions.get(sessionId);
    digests?.delete(digest);
    if (digests?.size === 0) sessions.delete(sessionId);
  };
  return {
    get: (digest) => {
      const found = callers.get(digest);
      if (!found) return undefined;
      const now = clock.now();
      // A clock that was set back makes nothing live longer.
      if (now >= found.from && now < found.until) return found.principal;
      drop(digest);
      return undefined;
    },
    put: (digest, { principal, sessionEnd = Number.POSITIVE_INFINITY }) => {
      if (seconds === 0 || entries === 0) return;
      drop(digest);
      if (callers.size >= entries) for (const oldest of callers.keys().take(1)) drop(oldest);
      const from = clock.now();
      callers.set(digest, { principal, from, until: Math.min(from + seconds * 1000, sessionEnd) });
      const { sessionId } = principal;
      if (sessionId === undefined) return;
      const digests = sessions.get(sessionId);
      if (digests) digests.add(digest);
      else sessions.set(sessionId, new Set([digest]));
    },
    dropSession: (sessionId) => {
      for (const digest of sessions.get(sessionId) ?? []) drop(digest);
    },
  };
}
