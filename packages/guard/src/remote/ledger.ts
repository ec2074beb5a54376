/**
 * What is known of the feed and since when: the ended sessions, the number of the youngest entry, and the moment at which
 * the server had last told everything. Pulling and pushing write it; the feed judges by it.
 */
import type { Clock } from '../clock.ts';
import { createEndedSessions, type Ending } from './ended-sessions.ts';

/** The ledger. */
export interface Ledger {
  /** The number of the youngest entry that is known. */
  cursor(): number;
  /** Takes entries in; `last` is the number of the youngest that there is no need to ask for again. */
  learn(endings: readonly Ending[], last: number): void;
  /** Forgets everything for the entries of another feed, or of one that was missed for too long. */
  startOver(endings: readonly Ending[], last: number): void;
  /** At this moment (milliseconds since 1970) the server had told everything. */
  heard(at: number): void;
  /** The server could not be heard, for this reason. */
  missed(thrown: unknown): void;
  /** Whether the server was heard within the bound. */
  isFresh(): boolean;
}

/** The ledger as the feed reads it. */
export interface FeedLedger extends Ledger {
  ended(sessionId: string): boolean;
  /** How many are held; whom time made pointless is forgotten first. */
  size(): number;
  /** Milliseconds since the server was heard; negative when the clock was set back, undefined before the first time. */
  silence(): number | undefined;
  /** Why it was last not heard. */
  lastMissed(): unknown;
}

/** A way to fetch the feed. */
export interface FeedSource {
  /** Whether the answer to come decides if the feed can be relied on. */
  isDue(): boolean;
  /** As `RevocationFeed.ready`. */
  ready(): Promise<void> | undefined;
  close(): void;
}

/** What a ledger is made with. */
export interface LedgerParts {
  readonly clock: Clock;
  /** Seconds for which the server may be silent. */
  readonly silenceSeconds: number;
  /** Told of every session that is new in it. */
  readonly onEnded: (sessionId: string) => void;
  /** Told just before and just after the server counts as heard. */
  readonly onHeard: () => void;
}

/** Makes an empty ledger. */
export function createLedger({ clock, silenceSeconds, onEnded, onHeard }: LedgerParts): FeedLedger {
  const sessions = createEndedSessions();
  let cursor = 0;
  let heardAt: number | undefined;
  let missed: unknown;

  const add = (endings: readonly Ending[]): void => {
    for (const ending of endings) if (sessions.add(ending)) onEnded(ending.sessionId);
  };
  const silence = (): number | undefined => (heardAt === undefined ? undefined : clock.now() - heardAt);
  return {
    cursor: () => cursor,
    learn: (endings, last) => {
      add(endings);
      cursor = Math.max(cursor, last);
    },
    startOver: (endings, last) => {
      sessions.clear();
      add(endings);
      cursor = last;
    },
    heard: (at) => {
      onHeard();
      heardAt = at;
      sessions.sweep(clock.now());
      onHeard();
    },
    missed: (thrown) => {
      missed = thrown;
    },
    // A clock that was set back does not tell for how long it was silent.
    isFresh: () => {
      const passed = silence();
      return passed !== undefined && passed >= 0 && passed <= silenceSeconds * 1000;
    },
    ended: sessions.has,
    size: () => {
      sessions.sweep(clock.now());
      return sessions.size();
    },
    silence,
    lastMissed: () => missed,
  };
}
