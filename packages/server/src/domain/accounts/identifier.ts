/**
 * Identifiers: the names an account is found by. One function makes the canonical form for every door: sign-up,
 * sign-in, limits and search.
 */
import { domainToASCII } from 'node:url';
import type { Identifier } from './account.ts';

const longestEmail = 254;
const longestLocalPart = 64;
const longestUsername = 64;
/** Letters that NFKC turns into `@`: whoever sees them reads an address that is not the one they stand for. */
const confusableAt = /[\uFF20\uFE6B]/u;
/** Characters that cannot be seen or that change how their neighbours are read. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
const username = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;
const domainLabel = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/** What a domain may be typed with. The host parser below would cut `/path`, decode `%6D` and take `\\` for a slash. */
const typedDomain = /^[\p{L}\p{M}\p{N}.\u3002-]+$/u;
/** RFC 5321 §4.1.2 atoms, widened to letters and marks of every script (RFC 6531 §3.3). */
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]+$/u;

/**
 * The identifier that a text stands for, or undefined when it is neither an e-mail address nor a username. With
 * an `@` it is an address; without, a username of ASCII letters, digits, dots, dashes and underscores, so that no
 * two usernames look alike.
 */
export function parseIdentifier(typed: string): Identifier | undefined {
  return typed.includes('@') || confusableAt.test(typed) ? parseEmail(typed) : parseUsername(typed);
}

/**
 * An e-mail address (RFC 5321, RFC 6531) in its canonical form: NFKC, lower case, the domain in its ASCII form
 * (RFC 5891). Dots and `+` parts are kept: they belong to the mailbox's own server.
 */
export function parseEmail(typed: string): Identifier | undefined {
  if (typed.length > longestEmail || confusableAt.test(typed) || invisible.test(typed)) return undefined;
  const parts = fold(typed).split('@');
  const [local = '', host = ''] = parts;
  if (parts.length !== 2 || Buffer.byteLength(local) > longestLocalPart || !localPart.test(local))
    return undefined;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return undefined;
  const domain = typedDomain.test(host) ? domainToASCII(host) : '';
  const labels = domain.split('.');
  if (labels.length < 2 || !labels.every((label) => label.length <= 63 && domainLabel.test(label)))
    return undefined;
  // A last label without a letter is an IPv4 address, which the host parser also takes in octal and in parts.
  if (!/[a-z]/.test(labels.at(-1) ?? '')) return undefined;
  const canonical = `${local}@${domain}`;
  return canonical.length > longestEmail ? undefined : { kind: 'email', typed, canonical };
}

/** A username of 1 to 64 characters in its canonical form: lower case. */
export function parseUsername(typed: string): Identifier | undefined {
  if (typed.length > longestUsername) return undefined;
  // ASCII only: nothing to fold but case, and `İ` or the Kelvin sign stay outside.
  const canonical = typed.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return username.test(canonical) ? { kind: 'username', typed, canonical } : undefined;
}

/** Case folding without locale; twice, since NFKC can bring out new capitals. */
const fold = (text: string): string => text.normalize('NFKC').toLowerCase().normalize('NFKC').toLowerCase();
