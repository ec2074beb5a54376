import { hash } from 'node:crypto';

/*
 * Validators of representations (RFC 9110 §8.8.3, §13.1.2).
 */

/** The strong entity tag of a representation: a digest of its text, in quotes (RFC 9110 §8.8.3). */
export const strongTag = (text: string): string => `"${hash('sha256', text, 'base64url')}"`;

/**
 * Whether `If-None-Match` names `tag` by weak comparison, or is `*` (RFC 9110 §13.1.2, §8.8.3.2). A header that
 * cannot be read names nothing, so the reader gets the whole representation. Linear.
 */
export function matchesTag(ifNoneMatch: string | null, tag: string): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch === '*') return true;
  const opaque = opaqueOf(tag);
  // RFC 9110 §8.8.3: a tag cannot hold a quote, so every second quote ends one.
  for (let at = 0; ; ) {
    const open = ifNoneMatch.indexOf('"', at);
    const close = open === -1 ? -1 : ifNoneMatch.indexOf('"', open + 1);
    if (close === -1 || !/^[ \t,]*(?:W\/)?$/.test(ifNoneMatch.slice(at, open))) return false;
    if (ifNoneMatch.slice(open, close + 1) === opaque) return true;
    at = close + 1;
  }
}

const opaqueOf = (tag: string): string => (tag.startsWith('W/') ? tag.slice(2) : tag);
