import type { TokenPart } from './token-part.ts';

/** A token with another letter in one of its parts. */
export interface Changed {
  readonly text: string;
  /** The place in that part, from 0. */
  readonly place: number;
  readonly from: string;
  readonly to: string;
}

/**
 * Changes one letter in the middle of a part to another one of base64url: never the last one, whose spare bits may say nothing.
 * Undefined when there is no such part, or nothing in it.
 */
export function changeLetter(parts: readonly TokenPart[], name: string, text: string): Changed | undefined {
  let start = 0;
  for (const part of parts) {
    if (part.name !== name) {
      start = text.indexOf(part.text, start) + part.text.length;
      continue;
    }
    const at = text.indexOf(part.text, start);
    const place = Math.floor(part.text.length / 2);
    const from = part.text[place];
    if (from === undefined) return undefined;
    const to = from === 'A' ? 'B' : 'A';
    return { text: text.slice(0, at + place) + to + text.slice(at + place + 1), place, from, to };
  }
  return undefined;
}
