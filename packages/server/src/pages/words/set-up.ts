import { html } from 'hono/html';
import { translated } from '../language.ts';
import type { Html } from '../layout.ts';

/** The set-up page. */
export const setUpWords = translated({
  en: {
    title: 'Set up',
    notYet: 'Not yet: set up',
    makeAdministrator: 'Make an administrator',
    worksOnce: 'The link that brought you here works once. This account will govern the server.',
    makeAccount: 'Make the account',
    email: 'E-mail address',
    name: 'Name',
    password: 'Password',
    passwordHint: (minimum: number) =>
      `At least ${minimum} characters. A few words in a row are good; common passwords are refused.`,
    lookAgain: 'Not yet. Please look again at:',
    done: 'The door has a keeper',
    isAdministrator: (email: Html) => html`${email} is an administrator now, and the link has been used up.`,
    next: 'What comes next',
    signInThroughApi: (header: Html) =>
      html`Sign in through the API. The answer holds an access token for ${header}:`,
    example: 'Example',
    reference: 'API reference',
    thenMake: (reference: Html) =>
      html`Then make accounts, give roles and read events: the ${reference} shows every call and lets you try it.`,
  },
  de: {
    title: 'Einrichten',
    notYet: 'Noch nicht: Einrichten',
    makeAdministrator: 'Administrator anlegen',
    worksOnce:
      'Der Link, der hierher geführt hat, funktioniert einmal. Dieses Konto wird den Server verwalten.',
    makeAccount: 'Konto anlegen',
    email: 'E-Mail-Adresse',
    name: 'Name',
    password: 'Passwort',
    passwordHint: (minimum) =>
      `Mindestens ${minimum} Zeichen. Ein paar Wörter hintereinander sind gut; verbreitete Passwörter werden abgelehnt.`,
    lookAgain: 'Noch nicht. Bitte noch einmal ansehen:',
    done: 'Die Tür hat einen Hüter',
    isAdministrator: (email) => html`${email} ist jetzt Administrator, und der Link ist verbraucht.`,
    next: 'Wie es weitergeht',
    signInThroughApi: (header) =>
      html`Über die API anmelden. Die Antwort enthält ein Zugriffstoken für ${header}:`,
    example: 'Beispiel',
    reference: 'API-Referenz (auf Englisch)',
    thenMake: (reference) =>
      html`Dann Konten anlegen, Rollen vergeben und Ereignisse lesen: Die ${reference} zeigt jeden Aufruf zum Ausprobieren.`,
  },
  ar: {
    title: 'الإعداد',
    notYet: 'ليس بعد: الإعداد',
    makeAdministrator: 'إنشاء حساب مدير',
    worksOnce: 'الرابط الذي أوصلك إلى هنا يعمل مرة واحدة. سيدير هذا الحساب الخادم.',
    makeAccount: 'إنشاء الحساب',
    email: 'البريد الإلكتروني',
    name: 'الاسم',
    password: 'كلمة المرور',
    passwordHint: (minimum) =>
      `الحد الأدنى لعدد الأحرف: ${minimum}. بضع كلمات متتالية خيار جيد؛ أما كلمات المرور الشائعة فمرفوضة.`,
    lookAgain: 'ليس بعد. راجع من فضلك:',
    done: 'صار للباب حارس',
    isAdministrator: (email) => html`${email} مدير الآن، وقد استُهلك الرابط.`,
    next: 'الخطوة التالية',
    signInThroughApi: (header) =>
      html`سجّل الدخول عبر الواجهة البرمجية. يحتوي الجواب على رمز وصول لترويسة ${header}:`,
    example: 'مثال',
    reference: 'مرجع الواجهة البرمجية (بالإنجليزية)',
    thenMake: (reference) =>
      html`بعد ذلك أنشئ الحسابات وامنح الأدوار واقرأ الأحداث: يعرض ${reference} كل نداء ويتيح تجربته.`,
  },
});
