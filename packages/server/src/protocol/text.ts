/*
 * Which characters a text from outside may carry. It knows nothing of what the text means.
 */

const notInterchangeable = /[\0\p{Cs}\p{NChar}]/u;

/**
 * Whether a text survives every parser, store and encoding unchanged: no NUL, no lone surrogate, no
 * noncharacter (RFC 7493 §2.1; NUL because Postgres refuses it). Linear.
 */
export const isInterchangeText = (text: string): boolean => !notInterchangeable.test(text);

/*
 * Controls, lone surrogates, noncharacters, and what draws nothing but changes how its neighbours are read:
 * U+200B, U+2028–2029 (line ends), U+202A–202E and U+2066–2069 (direction), U+2060 and U+FEFF. The joiners
 * U+200C and U+200D stay: Persian, Hindi and emoji need them.
 */
const notPlain = /[\p{Cc}\p{Cs}\p{NChar}\u200B\u2028-\u202E\u2060\u2066-\u2069\uFEFF]/u;

/** Blanks, what Unicode says to ignore where it is not known (Default_Ignorable_Code_Point), and the empty braille cell. */
const drawsNothing = /^[\s\p{DI}\u2800]*$/u;

/** A name without blanks around it; empty where nothing of it can be seen. Linear. */
export const nameIn = (text: string): string => (drawsNothing.test(text) ? '' : text.trim());

/**
 * Whether a text is one line of at most `max` code points that shows what it holds: no control characters, no
 * direction overrides or isolates, no line separators, no zero-width spaces. Linear; texts that are too long
 * are not read.
 */
export function isPlainText(text: string, max: number): boolean {
  if (text.length > max && (text.length > 2 * max || codePoints(text) > max)) return false;
  return !notPlain.test(text);
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
