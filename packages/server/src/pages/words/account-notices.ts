import { type Language, translated } from '../language.ts';

/** What can have been done in the account centre. */
export const notices = [
  'names-saved',
  'password-changed',
  'password-set',
  'session-ended',
  'others-ended',
  'grant-withdrawn',
  'identity-linked',
  'identity-unlinked',
  'key-ended',
  'factor-added',
  'factor-removed',
  'browser-forgotten',
  'account-kept',
] as const;

/** Something that was done in the account centre. */
export type Notice = (typeof notices)[number];

/** What is said of it. */
export const noticeWords: Readonly<Record<Language, Readonly<Record<Notice, string>>>> = translated({
  en: {
    'names-saved': 'Saved.',
    'password-changed': 'The password is changed. All other devices are signed out.',
    'password-set': 'The account has a password now.',
    'session-ended': 'The device is signed out.',
    'others-ended': 'All other devices are signed out.',
    'grant-withdrawn': 'The application has lost its access.',
    'identity-linked': 'The sign-in is linked.',
    'identity-unlinked': 'The sign-in is not linked any more.',
    'key-ended': 'The key is refused from now on.',
    'factor-added': 'The second step is set up.',
    'factor-removed': 'The second step is removed.',
    'browser-forgotten': 'The browser is forgotten.',
    'account-kept': 'Your account stays.',
  },
  de: {
    'names-saved': 'Gespeichert.',
    'password-changed': 'Das Passwort ist geändert. Alle anderen Geräte sind abgemeldet.',
    'password-set': 'Das Konto hat jetzt ein Passwort.',
    'session-ended': 'Das Gerät ist abgemeldet.',
    'others-ended': 'Alle anderen Geräte sind abgemeldet.',
    'grant-withdrawn': 'Die Anwendung hat keinen Zugang mehr.',
    'identity-linked': 'Die Anmeldung ist verknüpft.',
    'identity-unlinked': 'Die Anmeldung ist nicht mehr verknüpft.',
    'key-ended': 'Der Schlüssel wird von jetzt an abgelehnt.',
    'factor-added': 'Der zweite Schritt ist eingerichtet.',
    'factor-removed': 'Der zweite Schritt ist entfernt.',
    'browser-forgotten': 'Der Browser ist vergessen.',
    'account-kept': 'Dein Konto bleibt.',
  },
  ar: {
    'names-saved': 'تم الحفظ.',
    'password-changed': 'تغيّرت كلمة المرور، وسُجّل خروج جميع الأجهزة الأخرى.',
    'password-set': 'صارت للحساب كلمة مرور.',
    'session-ended': 'سُجّل خروج الجهاز.',
    'others-ended': 'سُجّل خروج جميع الأجهزة الأخرى.',
    'grant-withdrawn': 'فقد التطبيق وصوله.',
    'identity-linked': 'تم ربط تسجيل الدخول.',
    'identity-unlinked': 'لم يعد تسجيل الدخول مرتبطًا.',
    'key-ended': 'يُرفض المفتاح من الآن فصاعدًا.',
    'factor-added': 'أُعدّت الخطوة الثانية.',
    'factor-removed': 'أُزيلت الخطوة الثانية.',
    'browser-forgotten': 'نُسي المتصفح.',
    'account-kept': 'يبقى حسابك.',
  },
});
