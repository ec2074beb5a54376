import { html } from 'hono/html';
import { translated } from '../language.ts';
import type { Html } from '../layout.ts';

/** The page of one's data, and of leaving. */
export const dataWords = translated({
  en: {
    download: 'Download',
    about:
      'Everything that this server keeps about you, as a JSON file: account, devices, applications, linked sign-ins, keys and events. It holds no secrets.',
    get: 'Download the file',
    deletion: 'Delete the account',
    atOnce: 'The account and everything that hangs from it are deleted at once. This cannot be undone.',
    afterGrace: (period: string) =>
      `All devices and applications are signed out at once, and nothing is accepted any more. The account is deleted after ${period}; who signs in before that is asked whether to keep it.`,
    password: 'Password',
    understood: 'I want this account to be deleted.',
    delete: 'Delete the account',
    goneTitle: 'Account deleted',
    gone: 'The account is deleted',
    closedTitle: 'Account closed',
    closed: 'The account is closed',
    until: (day: Html) => html`It will be deleted on ${day}. To keep it, sign in before then.`,
    nothingLeft: 'Nothing of it is left but the fact that it was deleted.',
    signIn: 'Go to the sign-in page',
  },
  de: {
    download: 'Herunterladen',
    about:
      'Alles, was dieser Server über dich aufbewahrt, als JSON-Datei: Konto, Geräte, Anwendungen, verknüpfte Anmeldungen, Schlüssel und Ereignisse. Geheimnisse stehen nicht darin.',
    get: 'Datei herunterladen',
    deletion: 'Konto löschen',
    atOnce:
      'Das Konto und alles, was daran hängt, wird sofort gelöscht. Das lässt sich nicht rückgängig machen.',
    afterGrace: (period) =>
      `Alle Geräte und Anwendungen werden sofort abgemeldet, und nichts wird mehr angenommen. Gelöscht wird das Konto nach einer Frist (${period}); wer sich vorher anmeldet, wird gefragt, ob es bleiben soll.`,
    password: 'Passwort',
    understood: 'Ich möchte, dass dieses Konto gelöscht wird.',
    delete: 'Konto löschen',
    goneTitle: 'Konto gelöscht',
    gone: 'Das Konto ist gelöscht',
    closedTitle: 'Konto geschlossen',
    closed: 'Das Konto ist geschlossen',
    until: (day) => html`Gelöscht wird es am ${day}. Um es zu behalten, vorher anmelden.`,
    nothingLeft: 'Nichts ist davon übrig außer der Tatsache, dass es gelöscht wurde.',
    signIn: 'Zur Anmeldung',
  },
  ar: {
    download: 'تنزيل',
    about:
      'كل ما يحفظه هذا الخادم عنك في ملف JSON: الحساب والأجهزة والتطبيقات وعمليات الدخول المرتبطة والمفاتيح والأحداث. لا أسرار فيه.',
    get: 'تنزيل الملف',
    deletion: 'حذف الحساب',
    atOnce: 'يُحذف الحساب وكل ما يتصل به فورًا، ولا يمكن التراجع عن ذلك.',
    afterGrace: (period) =>
      `يُسجَّل خروج جميع الأجهزة والتطبيقات فورًا، ولا يُقبل شيء بعد ذلك. يُحذف الحساب بعد مهلة (${period})، ومن يسجّل الدخول قبلها يُسأل إن كان يريد الاحتفاظ به.`,
    password: 'كلمة المرور',
    understood: 'أريد حذف هذا الحساب.',
    delete: 'حذف الحساب',
    goneTitle: 'حُذف الحساب',
    gone: 'حُذف الحساب',
    closedTitle: 'أُغلق الحساب',
    closed: 'أُغلق الحساب',
    until: (day) => html`سيُحذف في ${day}. للاحتفاظ به سجّل الدخول قبل ذلك.`,
    nothingLeft: 'لم يبقَ منه سوى أنه حُذف.',
    signIn: 'الذهاب إلى تسجيل الدخول',
  },
});
