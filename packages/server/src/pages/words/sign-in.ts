import { html } from 'hono/html';
import { translated } from '../language.ts';
import type { Html } from '../layout.ts';

/** The sign-in page. */
export const signInWords = translated({
  en: {
    title: 'Sign in',
    notYet: 'Not yet: sign in',
    goOnTo: (client: Html) => html`to go on to ${client}`,
    identifier: 'E-mail address or username',
    password: 'Password',
    signIn: 'Sign in',
    continueAs: (name: string) => `Continue as ${name}`,
    orElse: 'or as somebody else',
    continueWith: (provider: string) => `Continue with ${provider}`,
    cancel: 'Cancel',
  },
  de: {
    title: 'Anmelden',
    notYet: 'Noch nicht: Anmelden',
    goOnTo: (client) => html`Weiter geht es zu ${client}`,
    identifier: 'E-Mail-Adresse oder Benutzername',
    password: 'Passwort',
    signIn: 'Anmelden',
    continueAs: (name) => `Weiter als ${name}`,
    orElse: 'oder als jemand anderes',
    continueWith: (provider) => `Weiter mit ${provider}`,
    cancel: 'Abbrechen',
  },
  ar: {
    title: 'تسجيل الدخول',
    notYet: 'ليس بعد: تسجيل الدخول',
    goOnTo: (client) => html`للمتابعة إلى ${client}`,
    identifier: 'البريد الإلكتروني أو اسم المستخدم',
    password: 'كلمة المرور',
    signIn: 'تسجيل الدخول',
    continueAs: (name) => `المتابعة باسم ${name}`,
    orElse: 'أو باسم شخص آخر',
    continueWith: (provider) => `المتابعة عبر ${provider}`,
    cancel: 'إلغاء',
  },
});
