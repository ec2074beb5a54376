/**
 * The factors of an account beside its password: what each is kept as, and what a role may demand. Mail is none of them:
 * whoever holds a mailbox holds the way to a new password too.
 */

/** What a role demands of the accounts that hold it, beside whatever else proves them; the last is the strictest. */
export const factorDemands = ['nothing', 'second-factor', 'passkey'] as const;

/** One of them. */
export type FactorDemand = (typeof factorDemands)[number];

/** The strictest of several demands; `nothing` for none. */
export const strictest = (demands: readonly FactorDemand[]): FactorDemand =>
  factorDemands.findLast((demand) => demands.includes(demand)) ?? 'nothing';

/** An authenticator that makes codes (RFC 6238). Times are milliseconds since 1970. */
export interface Totp {
  /** UUIDv7 of the enrolment: a new one takes the place of the one before. */
  readonly id: string;
  readonly accountId: string;
  /** Sealed under the vault. */
  readonly sealedSecret: Uint8Array;
  /** The step of the last code that was taken; no code of it or of an earlier one is taken again (RFC 6238 §5.2). */
  readonly lastStep: number;
  readonly createdAt: number;
  /** 0 until a code is taken after the one that enrolled it. */
  readonly usedAt: number;
}

/** A secret that was shown and awaits its first code. */
export interface TotpDraft extends Pick<Totp, 'id' | 'accountId' | 'sealedSecret'> {
  readonly expiresAt: number;
}

/** A passkey (WebAuthn Level 3). Times are milliseconds since 1970. */
export interface Passkey {
  /** UUIDv7; how we speak of it. */
  readonly id: string;
  readonly accountId: string;
  /** What the authenticator calls it, base64url; unique over all accounts. */
  readonly credentialId: string;
  /** COSE_Key (RFC 9052 §7). */
  readonly publicKey: Uint8Array;
  /** What it last counted; 0 when it does not count (§6.1.1). */
  readonly counter: number;
  /** How a browser may reach it, for the next time it is asked for. */
  readonly transports: readonly string[];
  /** The make of its authenticator, a UUID of zeros where it does not say; proves nothing. */
  readonly aaguid: string;
  /** It may live on several devices. */
  readonly isBackupEligible: boolean;
  /** It does, as far as was last heard. */
  readonly isBackedUp: boolean;
  readonly name: string;
  readonly createdAt: number;
  /** 0 until it is used. */
  readonly usedAt: number;
}

/** A browser that stands for the second factor of one account, for a while. Times are milliseconds since 1970. */
export interface RememberedDevice {
  /** UUIDv7. */
  readonly id: string;
  readonly accountId: string;
  /** Of the handle that its cookie holds; another one after each use. */
  readonly digest: string;
  readonly network: string;
  readonly clientName: string;
  readonly createdAt: number;
  readonly usedAt: number;
  readonly expiresAt: number;
}

/** What an account has. */
export interface HeldFactors {
  readonly totp: boolean;
  readonly passkeys: number;
  /** Those that are left. */
  readonly recoveryCodes: number;
}

/** Whether that asks for more than a password. Recovery codes alone are no factor: they stand for a lost one. */
export const hasFactor = ({ totp, passkeys }: HeldFactors): boolean => totp || passkeys > 0;
