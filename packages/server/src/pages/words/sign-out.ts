import { html } from 'hono/html';
import { translated } from '../language.ts';
import type { Html } from '../layout.ts';

/** The pages of signing out. */
export const signOutWords = translated({
  en: {
    title: 'Sign out',
    question: 'Sign out?',
    asks: (client: Html) => html`${client} asks whether to sign you out.`,
    consequence:
      'You will be signed out here, and the applications that you opened from here lose their access.',
    stay: 'To stay signed in, just close this page.',
    signOut: 'Sign out',
    doneTitle: 'Signed out',
    done: 'You are signed out',
    canClose: 'You can close this page.',
  },
  de: {
    title: 'Abmelden',
    question: 'Abmelden?',
    asks: (client) => html`${client} fragt, ob du abgemeldet werden möchtest.`,
    consequence:
      'Du wirst hier abgemeldet, und die Anwendungen, die du von hier geöffnet hast, verlieren ihren Zugang.',
    stay: 'Um angemeldet zu bleiben, einfach diese Seite schließen.',
    signOut: 'Abmelden',
    doneTitle: 'Abgemeldet',
    done: 'Du bist abgemeldet',
    canClose: 'Diese Seite kann geschlossen werden.',
  },
  ar: {
    title: 'تسجيل الخروج',
    question: 'هل تريد تسجيل الخروج؟',
    asks: (client) => html`يسأل ${client} عمّا إذا كنت تريد تسجيل الخروج.`,
    consequence: 'سيُسجَّل خروجك هنا، وتفقد التطبيقات التي فتحتها من هنا وصولها.',
    stay: 'للبقاء مسجَّلًا يكفي إغلاق هذه الصفحة.',
    signOut: 'تسجيل الخروج',
    doneTitle: 'تم تسجيل الخروج',
    done: 'تم تسجيل خروجك',
    canClose: 'يمكنك إغلاق هذه الصفحة.',
  },
});
