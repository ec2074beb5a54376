/**
 * The languages of our pages and mails. Every page and every mail is written in all of them: its words are one constant
 * that has the same shape in each, and it is handed the language that it is to speak.
 */

/** The languages, the one that stands in for all others first. */
export const languages = ['en', 'de', 'ar'] as const;

/** A language of our pages, as BCP 47 writes it. */
export type Language = (typeof languages)[number];

/** Whether a text names one of our languages. */
export const isLanguage = (text: string | undefined): text is Language =>
  languages.some((language) => language === text);

/** What each language calls itself. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  ar: 'العربية',
};

/** Which way a language is written (the `dir` of HTML). */
export const directionOf = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr');

/** Words in every language. English gives the shape; the compiler asks the others for the same. */
export const translated = <Words>(words: {
  readonly en: Words;
  readonly de: NoInfer<Words>;
  readonly ar: NoInfer<Words>;
}): Readonly<Record<Language, Words>> => words;

/** How Intl writes for a language: days before months, and digits as they are typed into fields. */
const locales: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE', ar: 'ar-u-nu-latn' };

/** A length of time in its largest whole unit, at least a second: "30 seconds", "14 Tage". */
export function durationText(language: Language, seconds: number): string {
  const [unit, size] = units.find(([, each]) => seconds >= each && seconds % each === 0) ?? smallest;
  const style = { style: 'unit', unit, unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(locales[language], style).format(Math.max(1, Math.round(seconds / size)));
}

const smallest = ['second', 1] as const;
const units = [['day', 86_400], ['hour', 3600], ['minute', 60], smallest] as const;

/** A number as people read it. */
export const numberText = (language: Language, value: number): string =>
  new Intl.NumberFormat(locales[language]).format(value);

/** A moment as people read it, in UTC and saying so; no line breaks between the time and what belongs to it. Milliseconds since 1970. */
export const momentText = (language: Language, moment: number): string =>
  `${dateText(language, moment, { timeStyle: 'short' })} UTC`.replaceAll(/ (?=\D*$)/g, '\u00a0');

/** What stands between the parts of a line. */
export const commas: Readonly<Record<Language, string>> = { en: ', ', de: ', ', ar: '، ' };

/** Keeps a piece whole that is written another way than the text around it (Unicode TR9 §2.4). */
export const isolated = (text: string): string => `\u2068${text}\u2069`;

/** A day as people read it, by UTC. Milliseconds since 1970. */
export const dayText = (language: Language, moment: number): string => dateText(language, moment, {});

const dateText = (language: Language, moment: number, more: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeZone: 'UTC', ...more }).format(moment);
