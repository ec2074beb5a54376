/**
 * What the revocation feed says, read strictly: an answer that is in doubt is no answer, for a sign-out could hide in it.
 */
import type { Ending } from './ended-sessions.ts';
import { member, parseAnswer, Unanswered } from './issuer.ts';

/** The pulled form. */
export interface RevocationPage {
  /** In order. */
  readonly endings: readonly Ending[];
  /** The number of the youngest entry ever. */
  readonly last: number;
  /** Entries after the asked one are gone: what was read before may belong to another feed. */
  readonly gap: boolean;
}

/** Entries in one page; the server sends fewer. */
const mostEntries = 10_000;
const sessionIdPattern = /^[\x21-\x7e]{1,128}$/;
const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** Reads a page. Throws Unanswered with the reason `nonsense`. */
export function readPage(text: string): RevocationPage {
  const value = parseAnswer(text);
  const [entries, gap] = [member(value, 'entries'), member(value, 'gap')];
  if (!Array.isArray(entries) || entries.length > mostEntries || typeof gap !== 'boolean')
    throw new Unanswered('nonsense');
  const endings = entries.map((entry: unknown) => endingOf(entry));
  if (endings.some(({ seq }, at) => seq <= (endings[at - 1]?.seq ?? 0))) throw new Unanswered('nonsense');
  return { endings, last: numberOf(member(value, 'last')), gap };
}

/** Reads an entry. Throws Unanswered with the reason `nonsense`. */
export const readEntry = (text: string): Ending => endingOf(parseAnswer(text));

/** Reads the number of the youngest entry, as a stream greets with it. Throws Unanswered with the reason `nonsense`. */
export const readGreeting = (text: string): number => numberOf(member(parseAnswer(text), 'last'));

function endingOf(entry: unknown): Ending {
  const [sessionId, until] = [member(entry, 'sid'), member(entry, 'until')];
  const isSaid = typeof sessionId === 'string' && typeof until === 'string';
  if (!isSaid || !sessionIdPattern.test(sessionId) || !timePattern.test(until))
    throw new Unanswered('nonsense');
  const time = Date.parse(until);
  if (!Number.isFinite(time)) throw new Unanswered('nonsense');
  return { seq: numberOf(member(entry, 'seq')), sessionId, until: time };
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Unanswered('nonsense');
  return value;
}
