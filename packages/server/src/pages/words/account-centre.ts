import { translated } from '../language.ts';

/** Where the pages of the account centre are, in their order. */
export const centrePaths = {
  overview: '/account',
  names: '/account/names',
  password: '/account/password',
  passkeys: '/account/passkeys',
  factors: '/account/factors',
  sessions: '/account/sessions',
  applications: '/account/applications',
  identities: '/account/identities',
  apiKeys: '/account/api-keys',
  events: '/account/events',
  data: '/account/data',
} as const;

/** Where somebody who is signed in proves it once more. */
export const proofPath = '/account/proof';

/** Its address for a page of the account centre, which comes next; `by` is the code to ask for, where there are two. */
export const proofBefore = (next: string, by?: 'totp' | 'recovery_code'): string =>
  `${proofPath}?next=${encodeURIComponent(next)}${by === undefined ? '' : `&by=${by}`}`;

/** A page of the account centre. */
export type CentrePlace = keyof typeof centrePaths;

/** What stands on every page of the account centre. */
export const centreWords = translated({
  en: {
    navigation: 'Your account',
    menu: 'All pages',
    signOut: 'Sign out',
    undo: 'Undo',
    notYet: (title: string) => `Not yet: ${title}`,
    places: {
      overview: 'Your account',
      names: 'Name and address',
      password: 'Password',
      passkeys: 'Passkeys',
      factors: 'Two-step sign-in',
      sessions: 'Devices',
      applications: 'Applications',
      identities: 'Linked sign-ins',
      apiKeys: 'API keys',
      events: 'What happened',
      data: 'Your data',
    },
    proveFirst: 'Before you change this, show once more that it is you.',
    prove: 'Confirm that it is you',
    save: 'Save',
    never: 'never',
    by: 'by',
  },
  de: {
    navigation: 'Dein Konto',
    menu: 'Alle Seiten',
    signOut: 'Abmelden',
    undo: 'Rückgängig machen',
    notYet: (title) => `Noch nicht: ${title}`,
    places: {
      overview: 'Dein Konto',
      names: 'Name und Adresse',
      password: 'Passwort',
      passkeys: 'Passkeys',
      factors: 'Anmelden in zwei Schritten',
      sessions: 'Geräte',
      applications: 'Anwendungen',
      identities: 'Verknüpfte Anmeldungen',
      apiKeys: 'API-Schlüssel',
      events: 'Was geschehen ist',
      data: 'Deine Daten',
    },
    proveFirst: 'Bevor du das änderst, zeige noch einmal, dass du es bist.',
    prove: 'Bestätigen, dass du es bist',
    save: 'Speichern',
    never: 'nie',
    by: 'durch',
  },
  ar: {
    navigation: 'حسابك',
    menu: 'كل الصفحات',
    signOut: 'تسجيل الخروج',
    undo: 'تراجع',
    notYet: (title) => `ليس بعد: ${title}`,
    places: {
      overview: 'حسابك',
      names: 'الاسم والعنوان',
      password: 'كلمة المرور',
      passkeys: 'مفاتيح المرور',
      factors: 'الدخول بخطوتين',
      sessions: 'الأجهزة',
      applications: 'التطبيقات',
      identities: 'عمليات الدخول المرتبطة',
      apiKeys: 'مفاتيح الواجهة البرمجية',
      events: 'ما الذي حدث',
      data: 'بياناتك',
    },
    proveFirst: 'قبل أن تغيّر هذا، أثبت مرة أخرى أنك صاحب الحساب.',
    prove: 'تأكيد أنك صاحب الحساب',
    save: 'حفظ',
    never: 'لم يحدث',
    by: 'بواسطة',
  },
});
