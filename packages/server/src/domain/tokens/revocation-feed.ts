/**
 * The revocation feed: what guards follow to refuse the JWTs of ended sessions. Within a process it is told of each
 * ending; what other processes end it finds by looking, several times a second while somebody listens.
 */
import type { Cancel, Clock } from '../../base/clock.ts';
import { fail } from '../failures.ts';
import type { Reads } from '../store.ts';
import type { Revocation } from './revocation.ts';

/** A follower of the feed. */
export interface FeedListener {
  /** Gets entries in order, each once. */
  onEntries(entries: readonly Revocation[]): void;
  /** The store could not be read, or the feed was closed. */
  onFailure(thrown: unknown): void;
}

/** What a reader gets at once. */
export interface FeedPage {
  readonly entries: readonly Revocation[];
  /** The number of the youngest entry ever. */
  readonly last: number;
  /** Entries after the asked one were collected already: the reader must drop what it remembers and start anew. */
  readonly gap: boolean;
}

/** The feed. */
export interface RevocationFeed {
  /** Entries after `seq`. */
  read(after: number): Promise<FeedPage>;
  /** Follows from after `seq` on. */
  follow(after: number, listener: FeedListener): Cancel;
  /** Looks now: this process ended a session. */
  nudge(): void;
  /** How many follow, and how many milliseconds the last entry took from its commit to the followers. */
  state(): { followers: number; lag: number };
  /** Lets every follower go; they come back and resume. */
  letGo(): void;
  /** Lets every follower go, and all that come later: the server stops. They resume elsewhere. */
  close(): void;
}

/** Milliseconds between two looks for what other processes ended. */
const lookEvery = 250;
const pageSize = 1000;

interface Follower {
  after: number;
  readonly listener: FeedListener;
}

/** Makes the feed over a store. */
export function createRevocationFeed({ read, clock }: { read: Reads; clock: Clock }): RevocationFeed {
  const followers = new Set<Follower>();
  const watch = createWatch({ read, clock, followers });
  let closed = false;
  const letGo = (): void => {
    const leaving = [...followers];
    followers.clear();
    watch.plan();
    for (const { listener } of leaving) listener.onFailure(closing());
  };
  return {
    read: async (after) => {
      const { last, collected } = await read.revocations.bounds();
      const entries = await read.revocations.list(after, pageSize);
      return {
        entries,
        last: Math.max(last, entries.at(-1)?.seq ?? 0),
        gap: after < collected || after > last,
      };
    },
    follow: (after, listener) => {
      const follower = { after, listener };
      if (closed) queueMicrotask(() => listener.onFailure(closing()));
      else followers.add(follower);
      if (followers.size === 1) watch.plan();
      watch.look();
      return () => {
        followers.delete(follower);
        if (followers.size === 0) watch.plan();
      };
    },
    nudge: watch.look,
    state: () => ({ followers: followers.size, lag: watch.lag() }),
    letGo,
    close: () => {
      closed = true;
      letGo();
    },
  };
}

const closing = (): Error => fail('store_unavailable', { retryAfter: 1, detail: { feed: 'closing' } });

/** Looks for new entries and tells the followers. */
interface Watch {
  look(): void;
  /** Plans the next look, or takes it back when nobody follows. */
  plan(): void;
  lag(): number;
}

function createWatch({
  read,
  clock,
  followers,
}: {
  read: Reads;
  clock: Clock;
  followers: ReadonlySet<Follower>;
}): Watch {
  let looking = false;
  let again = false;
  let lag = 0;
  let planned: Cancel | undefined;

  const tell = async (): Promise<void> => {
    const oldest = Math.min(...[...followers].map(({ after }) => after));
    const entries = await read.revocations.list(oldest, pageSize);
    const last = entries.at(-1);
    if (!last) return;
    lag = Math.max(0, clock.now() - last.at);
    again ||= entries.length === pageSize;
    for (const follower of followers) hand(follower, entries, last.seq);
  };
  const look = async (): Promise<void> => {
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    do {
      again = false;
      try {
        if (followers.size > 0) await tell();
      } catch (thrown) {
        for (const { listener } of followers) listener.onFailure(thrown);
      }
    } while (again);
    looking = false;
  };
  const plan = (): void => {
    planned?.();
    planned = followers.size === 0 ? undefined : clock.after(lookEvery, () => void look().then(plan));
  };
  return { look: () => void look(), plan, lag: () => lag };
}

function hand(follower: Follower, entries: readonly Revocation[], last: number): void {
  const fresh = entries.filter(({ seq }) => seq > follower.after);
  follower.after = Math.max(follower.after, last);
  if (fresh.length > 0) follower.listener.onEntries(fresh);
}
