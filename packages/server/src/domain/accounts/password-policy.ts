import { bloomFilter } from '../../base/bloom-filter.ts';
import { fail } from '../failures.ts';

/*
 * What a password may be (NIST SP 800-63B-4 §3.1.1): long enough, not common, not made of the words around it,
 * and nothing else: no rule asks for kinds of characters. It owns the judgement of the text alone; it must not
 * know how passwords are hashed, stored or compared.
 */

/** The part of the policy that a deployment may set. */
export interface PasswordPolicy {
  /** Code points; at least 8, and 15 is advised where the password is the only factor. */
  readonly minimumLength: number;
  /** Names of the product and of the deployment, refused as passwords. */
  readonly words: readonly string[];
}

/** Code points. NIST asks for at least 64; more than this is no longer typed or remembered by anyone. */
const MAXIMUM_LENGTH = 256;
/** UTF-16 units of the raw text, so that nobody makes us normalise a megabyte. */
const MAXIMUM_TYPED = 1024;
/** Code points; shorter words ("com", "li") occur in good passwords by chance. */
const SHORTEST_WORD = 4;
/** Letters that must remain beside a word of the context. */
const LEAST_REMAINDER = 4;

/**
 * The one spelling of a typed password, for setting it and for verifying it: Unicode NFKC, so that a keyboard
 * that composes letters and one that does not enter the same password (SP 800-63B-4 §3.1.1.2). Nothing is
 * trimmed or cut. Throws `password_too_long` for more than 1,024 UTF-16 units, before any other work, and
 * `password_malformed` for lone surrogates or control characters.
 */
export function preparePassword(typed: string): string {
  if (typed.length > MAXIMUM_TYPED) throw tooLong();
  if (!typed.isWellFormed() || /\p{Cc}/u.test(typed)) {
    throw refusal('password_malformed', 'This password contains characters that cannot be typed.');
  }
  return typed.normalize('NFKC');
}

/** A new password, prepared by {@link preparePassword}, and the words around it. */
export interface NewPassword {
  readonly password: string;
  /** Identifiers and names of the account: e-mail addresses, username, name. */
  readonly context: readonly string[];
}

/**
 * Accepts a new password or throws the first reason against it: `password_too_short`, `password_too_long`
 * (256 code points), `password_common`, `password_context`. The list of common passwords is loaded at the
 * first call; a good password is mistaken for a common one about once in a million.
 *
 * A word of the context is an identifier or name, whole or any part of it of at least 4 code points between
 * punctuation. A password is refused when it equals a whole word, or when it contains such words and fewer than
 * 4 letters remain once they, digits and punctuation are taken away: `doorward2026!` is refused,
 * `correct horse doorward battery` is not.
 */
export async function checkNewPassword(
  policy: PasswordPolicy,
  { password, context }: NewPassword,
): Promise<void> {
  const length = [...password].length;
  if (length < policy.minimumLength) {
    throw refusal('password_too_short', `Use at least ${policy.minimumLength} characters.`);
  }
  if (length > MAXIMUM_LENGTH) throw tooLong();
  const folded = commonForm(password);
  const { commonPasswords } = await import('./common-passwords.bloom.ts');
  if (bloomFilter(commonPasswords).has(folded)) {
    throw refusal(
      'password_common',
      'This password is used by many people and is among the first to be guessed.',
    );
  }
  if (isMadeOfContext(folded, [...policy.words, ...context])) {
    throw refusal(
      'password_context',
      'This password is too close to your name, your address or this service.',
    );
  }
}

/**
 * The form in which passwords are compared with the list of common ones: NFKC, lower case. The tool that builds
 * the list uses it too, so that both sides agree.
 */
export const commonForm = (password: string): string => password.normalize('NFKC').toLowerCase();

/** `folded` is in the common form; the words are as they were entered. */
function isMadeOfContext(folded: string, words: readonly string[]): boolean {
  const whole = words.map(commonForm).filter((word) => word !== '');
  if (whole.includes(folded)) return true;
  const parts = whole.flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)]);
  // Longest first, so that an address is taken away as a whole before its local part leaves a torn rest.
  const telling = parts
    .filter((part) => [...part].length >= SHORTEST_WORD)
    .sort((a, b) => b.length - a.length);
  // A space takes the place of a word: the two sides of it must not join to a word that nobody typed.
  const rest = telling.reduce((text, word) => text.replaceAll(word, ' '), folded);
  return rest !== folded && rest.replace(/[^\p{L}]/gu, '').length < LEAST_REMAINDER;
}

const tooLong = () => refusal('password_too_long', `Use at most ${MAXIMUM_LENGTH} characters.`);

const refusal = (code: Parameters<typeof fail>[0], message: string) =>
  fail(code, { fields: [{ field: 'password', message }] });
