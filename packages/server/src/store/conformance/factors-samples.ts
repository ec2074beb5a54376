/** Factors that the conformance suite writes: valid, small, and told apart by a number. */
import type { Passkey, RememberedDevice, Totp, TotpDraft } from '../../domain/factors/factor.ts';
import { digest, id } from './samples.ts';

/** The authenticator of the account with the same number. */
export const totp = (number: number, now: number): Totp => ({
  id: id(number),
  accountId: id(number),
  sealedSecret: new Uint8Array(48).fill(number % 256),
  lastStep: 100,
  createdAt: now,
  usedAt: 0,
});

/** A secret that awaits its first code. */
export const totpDraft = (number: number, now: number): TotpDraft => ({
  id: id(number),
  accountId: id(number),
  sealedSecret: new Uint8Array(48).fill(number % 256),
  expiresAt: now + 1000,
});

/** A passkey of the account with the same number. */
export const passkey = (number: number, now: number): Passkey => ({
  id: id(number),
  accountId: id(number),
  credentialId: `credential-${number}`,
  publicKey: new Uint8Array(77).fill(number % 256),
  counter: 0,
  transports: ['hybrid', 'internal'],
  aaguid: id(0),
  isBackupEligible: true,
  isBackedUp: false,
  name: `Passkey ${number}`,
  createdAt: now,
  usedAt: 0,
});

/** A browser that is remembered for the account with the same number. */
export const rememberedDevice = (number: number, now: number): RememberedDevice => ({
  id: id(number),
  accountId: id(number),
  digest: digest(number),
  network: '192.0.2.1',
  clientName: 'Suite',
  createdAt: now,
  usedAt: now,
  expiresAt: now + 1000,
});
