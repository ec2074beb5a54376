import { translated } from '../language.ts';

/** The page of the password. */
export const passwordWords = translated({
  en: {
    change: 'Change the password',
    endsOthers: 'All other devices are signed out.',
    set: 'Set a password',
    noneYet: 'You sign in by other means so far. With a password you can sign in here without them.',
    current: 'Current password',
    next: 'New password',
    hint: (minimum: number) =>
      `At least ${minimum} characters. A few words in a row are good; common passwords are refused.`,
    changeIt: 'Change password',
    setIt: 'Set password',
  },
  de: {
    change: 'Passwort ändern',
    endsOthers: 'Alle anderen Geräte werden abgemeldet.',
    set: 'Passwort setzen',
    noneYet: 'Bisher meldest du dich auf anderem Weg an. Mit einem Passwort geht es hier auch ohne ihn.',
    current: 'Aktuelles Passwort',
    next: 'Neues Passwort',
    hint: (minimum) =>
      `Mindestens ${minimum} Zeichen. Ein paar Wörter hintereinander sind gut; verbreitete Passwörter werden abgelehnt.`,
    changeIt: 'Passwort ändern',
    setIt: 'Passwort setzen',
  },
  ar: {
    change: 'تغيير كلمة المرور',
    endsOthers: 'سيُسجَّل خروج جميع الأجهزة الأخرى.',
    set: 'تعيين كلمة مرور',
    noneYet: 'تسجّل الدخول حتى الآن بوسائل أخرى. بكلمة مرور يمكنك الدخول هنا من دونها.',
    current: 'كلمة المرور الحالية',
    next: 'كلمة المرور الجديدة',
    hint: (minimum) =>
      `الحد الأدنى لعدد الأحرف: ${minimum}. بضع كلمات متتالية خيار جيد؛ أما كلمات المرور الشائعة فمرفوضة.`,
    changeIt: 'تغيير كلمة المرور',
    setIt: 'تعيين كلمة المرور',
  },
});
