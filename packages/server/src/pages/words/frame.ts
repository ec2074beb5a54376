import { translated } from '../language.ts';

/** What stands on every page. */
export const frameWords = translated({
  en: { chooseLanguage: 'Language' },
  de: { chooseLanguage: 'Sprache' },
  ar: { chooseLanguage: 'اللغة' },
});
