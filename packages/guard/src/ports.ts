/**
 * What the verifier needs from the outside: keys, news of sign-outs, and somebody to ask. The files `keys`, `feed` and
 * `ask` provide them; tests provide their own.
 */
import type { KeyObject } from 'node:crypto';
import type { Credential } from './credential.ts';
import type { Refusal } from './failure.ts';
import type { Principal } from './principal.ts';

/** The issuer's public keys. */
export interface KeySource {
  /**
   * The key of that name, at once when it is known; undefined when the issuer has none. Rejects or throws when nobody
   * can tell, because keys were never had: the verifier then answers `server_unavailable`.
   */
  find(kid: string): KeyObject | undefined | Promise<KeyObject | undefined>;
  /** Tells of every key that the issuer no longer publishes. */
  onGone(listener: (kid: string) => void): void;
  state(): KeyState;
  /** Stops waiting and fetching. */
  close(): void;
}

/** How the keys stand. */
export interface KeyState {
  /** Keys that are held. */
  readonly held: number;
  /** Seconds since the issuer last gave them; undefined before the first time. */
  readonly ageSeconds: number | undefined;
}

/** Whether a guard hears of sign-outs. */
export type FeedStatus = 'following' | 'lost' | 'off';

/** News of sessions that have ended, and of clients and tokens of clients. */
export interface RevocationFeed {
  /** `following`: heard of within the bound. `lost`: not. `off`: nobody follows. */
  status(): FeedStatus;
  /** Settles once the status can be relied on (a first connection, a pull that is due); undefined when it already can.
   * It never rejects and is bounded in time: a feed that cannot be had settles as `lost`. */
  ready(): Promise<void> | undefined;
  /** Whether the session, the client, or the tokens of a client with this id are known to have ended. */
  ended(sid: string): boolean;
  /** Tells of everything that ends. */
  onEnded(listener: (sid: string) => void): void;
  state(): FeedState;
  /** Stops following. */
  close(): void;
}

/** How the feed stands. */
export interface FeedState {
  readonly status: FeedStatus;
  /** Ended sessions whose JWTs could still live. */
  readonly revoked: number;
  /** Seconds since the server was last heard; undefined before the first time. */
  readonly heardSecondsAgo: number | undefined;
}

/** Asks the server who presents this credential. Never rejects: what cannot be had is `server_unavailable`. */
export type Ask = (credential: Credential) => Promise<Principal | Refusal>;

/** The part of the global fetch that is used. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** One line for the operator. It never holds a credential. */
export interface GuardLine {
  readonly level: 'info' | 'warn';
  /** ISO 8601. */
  readonly time: string;
  /** What happened, in fixed words: `feed-lost`, `feed-followed`, `keys-unavailable`, … */
  readonly event: string;
  /** Facts beside it. */
  readonly detail: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** Takes lines for the operator. */
export type Log = (line: GuardLine) => void;
