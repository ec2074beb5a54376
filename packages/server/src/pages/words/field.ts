import { translated } from '../language.ts';

/** What stands at fields. */
export const fieldWords = translated({
  en: { optional: 'optional', reveal: 'Show', conceal: 'Hide' },
  de: { optional: 'freiwillig', reveal: 'Anzeigen', conceal: 'Verbergen' },
  ar: { optional: 'اختياري', reveal: 'إظهار', conceal: 'إخفاء' },
});
