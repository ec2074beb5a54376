/**
 * How strongly somebody was proven: the words that a session states (`amr`, RFC 8176), and whether they amount to two
 * factors. Nothing else in the product decides that.
 */

/** Something that was proven just now. */
export interface Proven {
  /** `pwd`, `fed` or `mail`; `otp`, `recovery` or `pop` for a code of an authenticator, a recovery code, a passkey. */
  readonly word: string;
  /** A passkey whose authenticator has verified the person: two factors in one (WebAuthn Level 3, §6.2.3). */
  readonly isVerified?: boolean | undefined;
}

/** What stands for a second factor beside anything else; mail does not (NIST SP 800-63B-4 §3.1.3). */
const secondFactors: readonly string[] = ['otp', 'recovery', 'pop'];
const twoFactors = 'mfa';
const passkey = 'pop';

const isFirst = (word: string): boolean => word !== twoFactors && !secondFactors.includes(word);

/** The `amr` of what was proven together, in one order: first factors, second factors, and `mfa` where both were. */
export function amrOf(proofs: readonly Proven[]): string {
  const words = [...new Set(proofs.map(({ word }) => word))];
  const first = words.filter(isFirst);
  const second = secondFactors.filter((word) => words.includes(word));
  const isWhole = proofs.some(({ word, isVerified }) => word === passkey && isVerified === true);
  const isTwo = isWhole || (first.length > 0 && second.length > 0);
  return [...first, ...second, ...(isTwo ? [twoFactors] : [])].join(' ');
}

/**
 * The `amr` of a session that was proven again. Whoever shows a second factor alone adds it to the first one that the session
 * began with; a first factor takes the place of all that was stated, so that nothing old looks new.
 */
export function amrAfter(former: string, proofs: readonly Proven[]): string {
  const stands = proofs.some(({ word, isVerified }) => isFirst(word) || isVerified === true);
  const kept = stands ? [] : former.split(' ').filter(isFirst);
  return amrOf([...kept.map((word) => ({ word })), ...proofs]);
}

/** The `amr` of a session that goes on after a factor is gone by which it was proven. */
export function amrWithout(former: string, word: string): string {
  const words = former.split(' ').filter((one) => one !== word && one !== twoFactors);
  // A session is never proven by nothing: what let it in stays, as the one factor that it was.
  return words.length === 0 ? word : amrOf(words.map((one) => ({ word: one })));
}

/** Whether a first factor was among them: one that a second adds to. */
export const statesFirst = (amr: string): boolean => amr.split(' ').some(isFirst);

/** Whether two factors were proven. */
export const isTwoFactor = (amr: string): boolean => states(amr, twoFactors);

/** Whether a passkey was among them. */
export const isByPasskey = (amr: string): boolean => isTwoFactor(amr) && states(amr, passkey);

/** Whether a word is among those of a session. */
export const states = (amr: string, word: string): boolean => amr.split(' ').includes(word);
