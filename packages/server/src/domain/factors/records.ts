/**
 * The nouns of factors at the storage port. The rules of `store.ts` hold here too: verbs are atomic, what is one-time is
 * used up in one statement, and the store never judges.
 */
import type { HeldFactors, Passkey, RememberedDevice, Totp, TotpDraft } from './factor.ts';

/** Reading what an account has, in one statement. */
export interface HeldFactorReads {
  held(accountId: string): Promise<HeldFactors>;
}

/** Reading authenticators. */
export interface TotpReads {
  find(accountId: string): Promise<Totp | undefined>;
}

/** Authenticators: an account has one at most. */
export interface TotpRecords extends TotpReads {
  /** Takes the place of the one before. */
  put(totp: Totp): Promise<void>;
  /** Takes a step once: false when it or a later one was taken, or the authenticator is another one by now. */
  accept(use: { id: string; accountId: string; step: number; usedAt: number }): Promise<boolean>;
  delete(accountId: string): Promise<boolean>;
}

/** Reading secrets that await their first code. */
export interface TotpDraftReads {
  find(accountId: string): Promise<TotpDraft | undefined>;
}

/** Secrets that await their first code: an account has one at most. */
export interface TotpDraftRecords extends TotpDraftReads {
  /** Takes the place of the one before. */
  put(draft: TotpDraft): Promise<void>;
  /** Takes it out if it is this one and still good. */
  consume(draft: { id: string; accountId: string; now: number }): Promise<boolean>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}

/** Reading recovery codes. */
export interface RecoveryCodeReads {
  has(accountId: string, digest: string): Promise<boolean>;
  /** Their digests, sorted. */
  list(accountId: string): Promise<string[]>;
}

/** Recovery codes. */
export interface RecoveryCodeRecords extends RecoveryCodeReads {
  /** Voids all that were and writes these; none when the list is empty. */
  replace(accountId: string, codes: { digests: readonly string[]; createdAt: number }): Promise<void>;
  /** Takes one out. */
  consume(accountId: string, digest: string): Promise<boolean>;
}

/** Reading passkeys. */
export interface PasskeyReads {
  findByCredential(credentialId: string): Promise<Passkey | undefined>;
  /** Oldest first. */
  list(accountId: string): Promise<Passkey[]>;
}

/** Passkeys. */
export interface PasskeyRecords extends PasskeyReads {
  /** False when the credential is registered already, for whichever account. */
  insert(passkey: Passkey): Promise<boolean>;
  /**
   * Notes a use. False when it is gone, or has counted on meanwhile so that `counter` is no step forward: unless both are 0,
   * it must be greater.
   */
  use(use: { id: string; counter: number; isBackedUp: boolean; usedAt: number }): Promise<boolean>;
  rename(passkey: { id: string; accountId: string; name: string }): Promise<boolean>;
  delete(id: string, accountId: string): Promise<boolean>;
  /** Returns how many there were. */
  deleteAll(accountId: string): Promise<number>;
}

/** Reading remembered devices. */
export interface RememberedDeviceReads {
  find(id: string): Promise<RememberedDevice | undefined>;
  /** Youngest first, expired ones too. */
  list(accountId: string): Promise<RememberedDevice[]>;
}

/** Remembered devices. */
export interface RememberedDeviceRecords extends RememberedDeviceReads {
  insert(device: RememberedDevice): Promise<void>;
  /** Uses it and gives it its next digest, in one statement: false unless it is this one, of this account and still good. */
  rotate(
    from: { id: string; accountId: string; digest: string; now: number },
    to: { digest: string; network: string },
  ): Promise<boolean>;
  delete(id: string, accountId: string): Promise<boolean>;
  /** Returns how many there were. */
  deleteAll(accountId: string): Promise<number>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}

/** What may be read of factors outside a transaction. */
export interface FactorReads {
  readonly factors: HeldFactorReads;
  readonly totps: TotpReads;
  readonly totpDrafts: TotpDraftReads;
  readonly recoveryCodes: RecoveryCodeReads;
  readonly passkeys: PasskeyReads;
  readonly rememberedDevices: RememberedDeviceReads;
}

/** What may be done to factors inside a transaction. */
export interface FactorTransaction extends FactorReads {
  readonly totps: TotpRecords;
  readonly totpDrafts: TotpDraftRecords;
  readonly recoveryCodes: RecoveryCodeRecords;
  readonly passkeys: PasskeyRecords;
  readonly rememberedDevices: RememberedDeviceRecords;
}
