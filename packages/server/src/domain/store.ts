/**
 * The one storage port. Verbs are atomic; everything that writes does so inside a transaction; one-time values
 * have a `consume` or `rotate` and never a read followed by a delete. The store never judges and never sees a raw
 * secret: it compares, counts and keeps.
 *
 * A transaction's body may await nothing but the verbs of that transaction: the embedded store commits many
 * bodies together and would wait for a stranger. It may be run again from its beginning, when it lost a race or its
 * connection, so it changes nothing but by those verbs. What a body has found by an id, in a list or by a search stays as
 * it was found until the body is done; what it has not found may come to be meanwhile, unless it found first what stands
 * above it: whoever counts the keys of an account finds the account before.
 */
import type { AccountStatus } from './accounts/account.ts';
import type { AccountReads, AccountRecords, RoleReads, RoleRecords } from './accounts/records.ts';
import type { TableSize } from './admin/table-size.ts';
import type { ArrivalReads, ArrivalTransaction } from './arrivals.ts';
import type { EventRecord } from './event.ts';
import type { FactorReads, FactorTransaction } from './factors/records.ts';
import type { KeyState, SigningKeyRecord } from './keys/key.ts';
import type { MailReads, MailRecords } from './mail/records.ts';
import type { OAuthReads, OAuthTransaction } from './oauth/records.ts';
import type { Session, SessionEnd } from './sessions/session.ts';
import type { ApiKey } from './tokens/api-key.ts';
import type { Family } from './tokens/family.ts';
import type { Revocation } from './tokens/revocation.ts';

/** A session with what a check needs of its account, read in one statement. */
export interface SessionWithAccount extends Session {
  readonly accountStatus: AccountStatus;
  readonly accountName: string;
  readonly roles: readonly string[];
}

/** A session with what its cookie is compared with. */
export interface SessionWithHandle extends SessionWithAccount {
  /** Digest of the cookie handle; empty when the session travels otherwise. */
  readonly handleDigest: string;
}

/** A family with its session and account, read in one statement. */
export interface FamilyWithSession extends Family {
  /** The client that it belongs to; empty when it is of our own carriers. */
  readonly clientId: string;
  readonly session: SessionWithAccount;
}

/** Of a family, what an access token is compared with, and its session. */
export interface AccessWithSession
  extends Pick<Family, 'accessDigest' | 'accessExpiresAt' | 'priorAccessDigest' | 'priorAccessExpiresAt'> {
  /** The client that it belongs to; empty when it is of our own carriers. */
  readonly clientId: string;
  readonly session: SessionWithAccount;
}

/** An API key with what a check needs of its account. */
export interface ApiKeyWithAccount extends ApiKey {
  readonly accountStatus: AccountStatus;
  readonly accountName: string;
  readonly roles: readonly string[];
}

/** Reading sessions. */
export interface SessionReads {
  find(id: string): Promise<SessionWithHandle | undefined>;
  /** Not ended ones of an account, youngest first. */
  listOpen(accountId: string): Promise<Session[]>;
  /** Whether the account has a session that was started from this network, ended or not. */
  familiar(accountId: string, network: string): Promise<boolean>;
  /** How many are neither ended nor past their absolute end. */
  countOpen(now: number): Promise<number>;
}

/** Sessions. */
export interface SessionRecords extends SessionReads {
  insert(session: Session, handleDigest: string): Promise<void>;
  /** Moves `seenAt` forward, never back. */
  touch(id: string, seenAt: number): Promise<void>;
  /** Notes that it was proven again who this is, under a new cookie handle; false when the session has ended. */
  proveAgain(id: string, proof: { provenAt: number; amr: string; handleDigest: string }): Promise<boolean>;
  /** Takes words out of what a session states that it was proven by; false when it has ended. */
  restate(id: string, amr: string): Promise<boolean>;
  /** False when it had ended already. */
  end(id: string, end: SessionEnd): Promise<boolean>;
  /** Removes up to `limit` sessions that ended or expired before a moment, or idle since one; returns how many. */
  collect(bounds: { endedBefore: number; seenBefore: number }, limit: number): Promise<number>;
}

/** Reading families. */
export interface FamilyReads {
  find(id: string): Promise<FamilyWithSession | undefined>;
  /** For the check of an access token, which happens far more often than a refresh. */
  findAccess(id: string): Promise<AccessWithSession | undefined>;
}

/** What a rotation writes. */
export interface Rotation {
  readonly digest: string;
  readonly rotatedAt: number;
  readonly accessDigest: string;
  readonly accessExpiresAt: number;
}

/** Refresh families. */
export interface FamilyRecords extends FamilyReads {
  insert(family: Family): Promise<void>;
  /** The compare-and-swap: succeeds only while `generation` and `digest` are still the live ones. */
  rotate(from: { id: string; generation: number; digest: string }, to: Rotation): Promise<boolean>;
}

/** Reading API keys. */
export interface ApiKeyReads {
  find(id: string): Promise<ApiKeyWithAccount | undefined>;
  list(accountId: string): Promise<ApiKey[]>;
}

/** API keys. */
export interface ApiKeyRecords extends ApiKeyReads {
  insert(key: ApiKey): Promise<void>;
  touch(id: string, usedAt: number): Promise<void>;
  delete(id: string, accountId: string): Promise<boolean>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}

/** Attempt budgets. */
export interface BudgetRecords {
  /**
   * Takes one unit in one statement. Returns how many are used now and when the window ends, or undefined when the
   * budget is spent.
   */
  spend(spending: {
    key: string;
    limit: number;
    now: number;
    resetsAt: number;
  }): Promise<{ used: number; resetsAt: number } | undefined>;
  /** Gives one unit back. */
  restore(key: string): Promise<void>;
  resetsAt(key: string): Promise<number | undefined>;
  collect(resetBefore: number, limit: number): Promise<number>;
}

/** Reading events. */
export interface EventReads {
  /** Oldest first, after `after`. */
  list(range: {
    after: number;
    limit: number;
    accountId?: string | undefined;
    type?: string | undefined;
  }): Promise<EventRecord[]>;
  /** Youngest first, before `before`. */
  listBack(range: {
    before: number;
    limit: number;
    accountId?: string | undefined;
    type?: string | undefined;
  }): Promise<EventRecord[]>;
  /** The head of the chain, and the hash and number that the oldest kept event follows on. */
  head(): Promise<{ seq: number; hash: string; anchorSeq: number; anchorHash: string }>;
}

/** Events. */
export interface EventRecords extends EventReads {
  /** Appends to the chain at its head, which all appenders wait for: a store may do so last, just before the commit. */
  append(event: Omit<EventRecord, 'seq' | 'hash'>): Promise<void>;
  /** Removes up to `limit` of the oldest events from before a moment and moves the anchor. */
  collect(before: number, limit: number): Promise<number>;
}

/** Reading signing keys. */
export interface SigningKeyReads {
  /** All of them, oldest first. */
  list(): Promise<SigningKeyRecord[]>;
}

/** Signing keys. */
export interface SigningKeyRecords extends SigningKeyReads {
  /** False when there is one of its algorithm in that state already (`retired` may be many). */
  insert(key: SigningKeyRecord): Promise<boolean>;
  /** Moves a key on only while it stands in `from`. */
  move(step: { kid: string; from: KeyState; to: KeyState; at: number }): Promise<boolean>;
  deleteRetired(retiredBefore: number): Promise<string[]>;
}

/** Reading revocations. */
export interface RevocationReads {
  /** Entries after `seq`, in order. */
  list(after: number, limit: number): Promise<Revocation[]>;
  /** The number of the youngest entry ever, and of the youngest one that was collected. */
  bounds(): Promise<{ last: number; collected: number }>;
}

/** Revocations. */
export interface RevocationRecords extends RevocationReads {
  /** Appends under the next number, which all appenders wait for: a store may do so last, just before the commit. */
  append(revocation: Omit<Revocation, 'seq'>): Promise<void>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}

/** Set-up links: at most one is open. */
export interface SetUpRecords {
  /** Replaces the open link. */
  offer(link: { id: string; digest: string; expiresAt: number }): Promise<void>;
  /** Takes the link out if it is this one and still open. */
  consume(link: { id: string; digest: string; now: number }): Promise<boolean>;
}

/** What may be read outside a transaction: only what is committed. */
export interface Reads extends OAuthReads, ArrivalReads, FactorReads {
  readonly accounts: AccountReads;
  readonly roles: RoleReads;
  readonly sessions: SessionReads;
  readonly families: FamilyReads;
  readonly apiKeys: ApiKeyReads;
  readonly events: EventReads;
  readonly signingKeys: SigningKeyReads;
  readonly revocations: RevocationReads;
  readonly mails: MailReads;
}

/** What may be done inside a transaction. */
export interface Transaction extends OAuthTransaction, ArrivalTransaction, FactorTransaction {
  readonly accounts: AccountRecords;
  readonly roles: RoleRecords;
  readonly sessions: SessionRecords;
  readonly families: FamilyRecords;
  readonly apiKeys: ApiKeyRecords;
  readonly budgets: BudgetRecords;
  readonly events: EventRecords;
  readonly signingKeys: SigningKeyRecords;
  readonly revocations: RevocationRecords;
  readonly setUps: SetUpRecords;
  readonly mails: MailRecords;
}

/** Writes the row named `key` by one statement; resolves after it is on disk, or will be with all that the caller does. */
export type WriteOne = <T>(key: string, statement: (tx: Transaction) => Promise<T>) => Promise<T>;

/** What a process keeps at hand and others may change, or does as soon as there is something to do. */
export type Topic = 'revocations' | 'keys' | 'outbox';

/**
 * A server that follows the primary. What it answers is never older than the question; the primary answers when it does not.
 * It is for what is only shown: no credential is checked by it, and no change decided.
 */
export interface Replica extends Pick<Store, 'read' | 'rowCounts' | 'sizes'> {
  /** Looks how it stands. */
  standing(): Promise<ReplicaStanding>;
}

/** How a replica stands. */
export interface ReplicaStanding {
  /** Whether it is passed over: gone, too far behind, or no replica of this primary. */
  readonly isAside: boolean;
  /** Milliseconds that it is behind at least; undefined when nobody knows. */
  readonly lag: number | undefined;
  /** Why it is passed over; empty when it is not. */
  readonly reason: string;
  /** Questions that were answered by it, and by the primary instead of it. */
  readonly answered: Readonly<Record<'replica' | 'primary', number>>;
}

/** The store. */
export interface Store {
  readonly read: Reads;
  /** A second server to read from; absent where there is none, or none was set. */
  readonly replica?: Replica | undefined;
  /**
   * Runs `work` as one transaction and resolves after it is on disk. What `work` throws undoes it and is thrown on.
   * Throws `store_unavailable` when the database cannot be had.
   */
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Looks at what is committed and writes by statements that each stand for themselves, because they hold only while what was
   * found is still so. A store may send those of many callers together. They must be safe to repeat: whoever finds one done
   * already must be able to go on.
   */
  once<T>(work: (read: Reads, write: WriteOne) => Promise<T>): Promise<T>;
  /**
   * Calls back when another process has written something of that kind. News may come late or never: whoever hears them looks
   * by itself from time to time, too. The result stops it.
   */
  onNews(hear: (about: Topic) => void): () => void;
  /** Resolves when a write has reached the disk; throws `store_unavailable` otherwise. */
  check(): Promise<void>;
  /** Writes a consistent copy of everything to a new file while serving. */
  backup(path: string): Promise<void>;
  /** What each table holds, and how much came to it since a moment; it reads everything, and takes a while. */
  sizes(since: number): Promise<TableSize[]>;
  /** Rows by table. */
  rowCounts(): Promise<Record<string, number>>;
  /** Waits for what was queued, then lets go of the database. */
  close(): Promise<void>;
}
