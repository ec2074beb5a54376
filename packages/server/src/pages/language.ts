/** The languages of our pages and mails. */

/** The languages, the one that stands in for all others first. */
const languages = ['en', 'de', 'ar'] as const;

/** A language of our pages, as BCP 47 writes it. */
export type Language = (typeof languages)[number];

/** Whether a text names one of our languages. */
export const isLanguage = (text: string | undefined): text is Language =>
  languages.some((language) => language === text);
