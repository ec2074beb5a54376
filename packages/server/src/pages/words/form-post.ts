import { translated } from '../language.ts';

/** The page that takes an answer to a client. */
export const formPostWords = translated({
  en: {
    title: 'Back to the application',
    oneMore: 'One more step',
    takesBack: 'Your browser takes the answer back to the application.',
    next: 'Continue',
  },
  de: {
    title: 'Zurück zur Anwendung',
    oneMore: 'Noch ein Schritt',
    takesBack: 'Der Browser bringt die Antwort zurück zur Anwendung.',
    next: 'Weiter',
  },
  ar: {
    title: 'العودة إلى التطبيق',
    oneMore: 'خطوة أخيرة',
    takesBack: 'يعيد متصفحك الجواب إلى التطبيق.',
    next: 'متابعة',
  },
});
