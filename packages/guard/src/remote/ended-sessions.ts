/**
 * The ids of ended sessions whose JWTs could still live: one map from id to second, forgotten from the oldest end.
 */

/** One entry of the feed (`GET /api/v1/revocations`), as far as a guard needs it. */
export interface Ending {
  /** Grows with each entry. */
  readonly seq: number;
  readonly sessionId: string;
  /** After this no JWT of the session can be alive; milliseconds since 1970. */
  readonly until: number;
}

/** The ids. */
export interface EndedSessions {
  /** Adds one and says whether it is new. */
  add(ending: Ending): boolean;
  has(sessionId: string): boolean;
  /** Forgets whom `now` (milliseconds since 1970) makes pointless. */
  sweep(now: number): void;
  clear(): void;
  size(): number;
}

/** Makes an empty collection. */
export function createEndedSessions(): EndedSessions {
  // Whole seconds are small integers, which take no memory of their own.
  const untils = new Map<string, number>();
  return {
    add: ({ sessionId, until }) => {
      const isNew = !untils.has(sessionId);
      untils.set(sessionId, Math.ceil(until / 1000));
      return isNew;
    },
    has: (sessionId) => untils.has(sessionId),
    sweep: (now) => {
      // The server writes them down in the order in which they end: whoever comes after one that counts, counts too.
      for (const [sessionId, until] of untils) {
        if (until * 1000 > now) return;
        untils.delete(sessionId);
      }
    },
    clear: () => untils.clear(),
    size: () => untils.size,
  };
}
