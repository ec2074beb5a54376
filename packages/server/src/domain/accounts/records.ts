/** The part of the storage port that keeps accounts, their identifiers and passwords, and roles. */
import type { FactorDemand } from '../factors/factor.ts';
import type { Account, AccountSearch, AccountStatus, Identifier, PasswordRecord, Role } from './account.ts';

/** Reading accounts. */
export interface AccountReads {
  find(id: string): Promise<Account | undefined>;
  findByIdentifier(canonical: string): Promise<Account | undefined>;
  search(search: AccountSearch): Promise<Account[]>;
  password(accountId: string): Promise<PasswordRecord | undefined>;
  /** How many there are, by status. */
  count(): Promise<{ active: number; disabled: number }>;
  /** Whether any account holds the role. */
  roleHeld(role: string): Promise<boolean>;
  /** The ids of accounts that hold the role, in order, from the one after `after` on; at most `limit`. */
  listHolding(role: string, page: { after: string; limit: number }): Promise<string[]>;
}

/** Accounts, their identifiers and passwords. */
export interface AccountRecords extends AccountReads {
  /** False when one of the identifiers is taken; then nothing was written. */
  insert(account: Account, identifiers: readonly Identifier[]): Promise<boolean>;
  update(
    id: string,
    change: {
      name?: string;
      status?: AccountStatus;
      deletesAt?: number;
      roles?: readonly string[];
      updatedAt: number;
    },
  ): Promise<boolean>;
  /** Ids of accounts whose time to be deleted has come, the longest due first. */
  listDue(now: number, limit: number): Promise<string[]>;
  /** Replaces the identifier of its kind; false when it is taken by another account. */
  setIdentifier(accountId: string, identifier: Identifier): Promise<boolean>;
  removeIdentifier(accountId: string, kind: Identifier['kind']): Promise<void>;
  /** Notes that an account has proven its mailbox; false when the address is not its own any more. */
  verifyIdentifier(accountId: string, canonical: string, verifiedAt: number): Promise<boolean>;
  /** Takes an address from an account that never proved it, and names the account; undefined where none such has it. */
  takeUnverified(canonical: string): Promise<string | undefined>;
  setPassword(record: PasswordRecord): Promise<void>;
  /** Replaces the hash only while it is still `from`. */
  replaceHash(accountId: string, from: string, to: string): Promise<boolean>;
  /** Removes the account with everything that hangs from it but its events. */
  delete(id: string): Promise<boolean>;
}

/** Reading roles. */
export interface RoleReads {
  find(name: string): Promise<Role | undefined>;
  list(): Promise<Role[]>;
  /** The permissions of several roles together, sorted. */
  permissions(names: readonly string[]): Promise<string[]>;
  /** What the strictest of several roles demands. */
  demand(names: readonly string[]): Promise<FactorDemand>;
}

/** Roles. */
export interface RoleRecords extends RoleReads {
  /** False when there is one of that name. */
  insert(role: Role): Promise<boolean>;
  put(role: Role): Promise<void>;
  delete(name: string): Promise<boolean>;
}
