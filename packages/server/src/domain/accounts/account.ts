/**
 * The account: a person's record, and the names it can be found by. It knows nothing of sessions.
 */

import type { FactorDemand } from '../factors/factor.ts';

/** Whether an account may do anything at all. */
export type AccountStatus = 'active' | 'disabled';

/** A person's record. Times are milliseconds since 1970, UTC. */
export interface Account {
  /** UUIDv7; `sub` inside tokens. */
  readonly id: string;
  readonly name: string;
  /** The address as typed. */
  readonly email: string | undefined;
  /** When it was proven that they read its mailbox; 0 for never. An address that was never proven opens nothing. */
  readonly emailVerifiedAt: number;
  /** The username as typed. */
  readonly username: string | undefined;
  readonly status: AccountStatus;
  /** When it is deleted, closed by its owner and disabled until then; 0 for never. */
  readonly deletesAt: number;
  /** Names of roles, sorted. */
  readonly roles: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Whether its owner has closed it and may still keep it. */
export const isClosing = (
  { status, deletesAt }: Pick<Account, 'status' | 'deletesAt'>,
  now: number,
): boolean => status === 'disabled' && deletesAt > now;

/** Whether it is its owner's to sign in to: active, or closed by them and not deleted yet. */
export const isOwned = (account: Pick<Account, 'status' | 'deletesAt'>, now: number): boolean =>
  account.status === 'active' || isClosing(account, now);

/** A name that an account is found by; canonical is unique over all accounts and both kinds. */
export interface Identifier {
  readonly kind: 'email' | 'username';
  readonly typed: string;
  readonly canonical: string;
  /** When its mailbox was proven; never unless given. */
  readonly verifiedAt?: number | undefined;
}

/** What an account may be called, and by whom it may be searched. */
export interface AccountSearch {
  /** Part of an identifier or the start of a name; matched without case. */
  readonly text?: string | undefined;
  /** Accounts after this id, in order of birth. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A role: a name for permissions. */
export interface Role {
  readonly name: string;
  /** Plain strings such as `reports:read`, sorted. */
  readonly permissions: readonly string[];
  /** What it demands of whoever holds it, at every sign-in. */
  readonly requires: FactorDemand;
}

/** The password of an account, hashed. */
export interface PasswordRecord {
  readonly accountId: string;
  /** PHC string of argon2id. */
  readonly phc: string;
  readonly changedAt: number;
}
