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

/** A page of the account centre. */
export type CentrePlace = keyof typeof centrePaths;

/** What stands on every page of the account centre. */
export const centreWords = translated({
  en: {
    navigation: 'Your account',
    signOut: 'Sign out',
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
    proveFirst: 'This can only be changed shortly after signing in.',
    signInAgain: 'Sign in again',
    save: 'Save',
    never: 'never',
    by: 'by',
  },
  de: {
    navigation: 'Dein Konto',
    signOut: 'Abmelden',
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
    proveFirst: 'Das lässt sich nur kurz nach einer Anmeldung ändern.',
    signInAgain: 'Neu anmelden',
    save: 'Speichern',
    never: 'nie',
    by: 'durch',
  },
  ar: {
    navigation: 'حسابك',
    signOut: 'تسجيل الخروج',
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
    proveFirst: 'لا يمكن تغيير هذا إلا بعد تسجيل الدخول بوقت قصير.',
    signInAgain: 'تسجيل الدخول من جديد',
    save: 'حفظ',
    never: 'لم يحدث',
    by: 'بواسطة',
  },
});
