/**
 * What the words of mails are made with. A kind of mail is one constant in a file beside this one: its words in every
 * language, as a function of its values. Text that somebody else has chosen goes through `name`, moments through `moment`.
 */
import type { MailKind, MailValues } from '../../domain/mail/mail.ts';
import { isolated, type Language, momentText, translated } from '../language.ts';

/** The words of one mail. */
export interface MailWords {
  /** Says nothing that is not ours: it becomes a header. */
  readonly subject: string;
  /** Paragraphs before the code and the link. */
  readonly lines: readonly string[];
  /** What the link does. */
  readonly action: string;
  /** Paragraphs after them. */
  readonly after: readonly string[];
}

/** What sentences are made with. */
export interface Say {
  /** The host of this server, as people know it. */
  readonly host: string;
  /** Text that somebody else has chosen, for a sentence. */
  name(text: string): string;
  moment(at: number): string;
}

/** Writes one kind of mail in one language. */
export type Write<Kind extends MailKind> = (values: MailValues[Kind], say: Say) => MailWords;

/** A kind of mail in every language. */
export const mailWords = <Kind extends MailKind>(
  words: Readonly<Record<Language, Write<Kind>>>,
): Readonly<Record<Language, Write<Kind>>> => translated(words);

/** Letters of a name that are shown. */
const longestName = 80;

/** What would end a line, turn the direction of writing, or cannot be seen. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/** What makes a link of a text where mails are read: a dot or an at sign before a letter, a slash after a colon. */
const linking = /(?<=[.\u3002\uFF0E\uFF61@])(?=\p{L})|(?<=:)(?=\/)|(?=@)/gu;

/**
 * Text that somebody else has chosen (names, devices, providers) as one short piece of a sentence: on one line, cut, and
 * so that no mail program makes a link of it.
 */
export function foreignText(text: string): string {
  const plain = text.toWellFormed().replace(unseen, ' ').replace(/\s+/g, ' ').trim();
  const letters = [...plain];
  const cut = letters.length > longestName ? `${letters.slice(0, longestName).join('')}…` : plain;
  return cut.replace(linking, ' ');
}

/** What sentences in a language are made with. */
export function sayIn(language: Language, issuer: string): Say {
  const within = (text: string): string => (language === 'ar' ? isolated(text) : text);
  return {
    host: within(new URL(issuer).host),
    name: (text) => within(foreignText(text)),
    moment: (at) => momentText(language, at),
  };
}
