/**
 * What the verbs of the domain are given: the store, the clock, the settings and the makers of secrets. The program
 * puts it together once; nothing in it changes afterwards.
 */
import type { Clock } from '../base/clock.ts';
import type { Passwords } from './accounts/passwords.ts';
import type { ClientKeyShelf } from './clients/client-keys.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { Vault } from './keys/vault.ts';
import type { MailWay } from './mail/mail.ts';
import type { CustomClaims } from './oauth/custom-claims.ts';
import type { Outgoing } from './outgoing.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store.ts';
import type { Handles } from './tokens/handle.ts';
import type { Upstream } from './upstream/upstream.ts';

/** The ports of the domain. */
export interface Ports {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly vault: Vault;
  readonly handles: Handles;
  readonly keys: KeyRing;
  readonly passwords: Passwords;
  readonly outgoing: Outgoing;
  readonly clientKeys: ClientKeyShelf;
  /** The outside providers that people may sign in with. */
  readonly upstream: Upstream;
  /** The operator's hook for claims; undefined when there is none. */
  readonly customClaims: CustomClaims | undefined;
  /** How mails leave; `off` when none can. */
  readonly mail: MailWay;
  readonly tally: Tally;
  /** Tells the operator of something that broke beside a request. */
  readonly report: (thrown: unknown) => void;
}

/** Counts what the operator watches. */
export interface Tally {
  signIn(outcome: 'started' | 'refused' | 'throttled'): void;
  refresh(outcome: 'rotated' | 'replayed' | 'reused' | 'refused'): void;
  /** A credential held for which nothing had to be hashed: somebody who is signed in is being served. */
  carried(): void;
  /** Rows that were removed because their time was over. */
  expired(table: string, rows: number): void;
  /** `posted`: there is something in the outbox, once the transaction is committed. */
  mail(outcome: MailOutcome): void;
  /** A session ended, or a client or its tokens: the feed has something to tell. */
  revoked(): void;
}

/** What becomes of mails: posted, not posted because the mailbox got too many, sent, to be tried again, given up. */
export type MailOutcome = 'posted' | 'limited' | 'sent' | 'deferred' | 'failed';
