/**
 * The mail ticket: a proof, asked for and not yet given, that somebody reads a mailbox. A mail carries its link and its code.
 * The code is typed where the mail was asked for; the link opens a button there, and anywhere else asks for the screen code,
 * which is shown where the mail was asked for. So neither a mail alone nor a screen alone opens anything, and whoever only
 * follows links uses nothing up.
 */
import { createHmac, hash } from 'node:crypto';
import { userCodeAlphabet } from '../../protocol/oauth/device.ts';
import type { Vault } from '../keys/vault.ts';

/** What the proof is for. */
export type TicketPurpose =
  /** Makes the account that was asked for. */
  | 'sign-up'
  /** Makes an account that somebody who governs accounts has offered. */
  | 'invitation'
  /** Is a first factor. */
  | 'sign-in'
  /** Chooses a new password. */
  | 'reset'
  /** Gives an account this address. */
  | 'email'
  /** Takes a change of address back. */
  | 'email-undo';

/** A ticket. Times are milliseconds since 1970. */
export interface MailTicket {
  /** UUIDv7; the locator inside its link. */
  readonly id: string;
  /** Digest of the link's handle. */
  readonly digest: string;
  readonly purpose: TicketPurpose;
  /** Canonical form of the address. */
  readonly mailbox: string;
  /** Whom it is about; empty when nobody has the account yet. */
  readonly accountId: string;
  /** Digest of the secret of whoever asked for the mail; empty when the link alone opens it. */
  readonly asker: string;
  /** Opens nothing: what was asked for is not to be had, and whoever asked is not to see that. */
  readonly hollow: boolean;
  /** JSON of what the effect needs, sealed. */
  readonly contents: Uint8Array;
  /** Wrong codes that it still bears. */
  readonly guesses: number;
  readonly createdAt: number;
  readonly expiresAt: number;
}

const minute = 60;
const day = 24 * 3600;

/** Seconds that a ticket lives, by what it is for. */
export const ticketSeconds: Readonly<Record<TicketPurpose, number>> = {
  'sign-up': 10 * minute,
  invitation: 7 * day,
  'sign-in': 10 * minute,
  reset: 30 * minute,
  email: 30 * minute,
  'email-undo': 7 * day,
};

/** Wrong codes that one ticket bears. */
export const ticketGuesses = 5;

/** What names a ticket's codes: they are derived, so that nothing is kept of them. */
type Named = Pick<MailTicket, 'id' | 'digest'>;

const derived = (vault: Vault, purpose: string, { id, digest }: Named): Buffer =>
  createHmac('sha256', vault.derive(purpose)).update(`${id} ${digest}`).digest();

const codeDigits = 6;

/** The code that the mail carries: six digits. */
export const ticketCode = (vault: Vault, ticket: Named): string =>
  String(derived(vault, 'mail code', ticket).readUIntBE(0, 6) % 10 ** codeDigits).padStart(codeDigits, '0');

const screenLetters = 6;

/** The code on the screen of whoever asked for the mail: six consonants, such as `BCD-FGH`. */
export function screenCode(vault: Vault, ticket: Named): string {
  let rest = derived(vault, 'screen code', ticket).readUIntBE(0, 6);
  let letters = '';
  for (; letters.length < screenLetters; rest = Math.floor(rest / userCodeAlphabet.length))
    letters += userCodeAlphabet.charAt(rest % userCodeAlphabet.length);
  return `${letters.slice(0, 3)}-${letters.slice(3)}`;
}

/** A code as it is compared: spaces, dashes and case do not count. */
export const normalizeCode = (typed: string): string => typed.replaceAll(/[\s\p{Pd}]/gu, '').toUpperCase();

/** What is kept of the secret of whoever asked. */
export const askerDigest = (secret: string): string =>
  secret === '' ? '' : hash('sha256', secret, 'base64url');
