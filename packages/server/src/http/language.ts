import type { Wire } from '../domain/tokens/carrier.ts';
import type { Language } from '../pages/language.ts';

/** The language of whoever asks. */
export const languageOf = (_wire: Wire): Language => 'en';
