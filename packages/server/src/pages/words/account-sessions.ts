import { html } from 'hono/html';
import { translated } from '../language.ts';
import type { Html } from '../layout.ts';

/** The page of devices. */
export const sessionsWords = translated({
  en: {
    lead: 'Where you are signed in. Sign out what you do not know, and then change the password.',
    heading: 'Signed in',
    here: 'this device',
    browser: 'A browser',
    program: 'A program',
    signedIn: (moment: string, network: Html) => html`Signed in ${moment} from ${network}`,
    seen: (moment: string) => `Last used ${moment}`,
    end: 'Sign out',
    endOthers: 'Sign out all other devices',
  },
  de: {
    lead: 'Wo du angemeldet bist. Was du nicht kennst, abmelden und danach das Passwort ändern.',
    heading: 'Angemeldet',
    here: 'dieses Gerät',
    browser: 'Ein Browser',
    program: 'Ein Programm',
    signedIn: (moment, network) => html`Angemeldet am ${moment} von ${network}`,
    seen: (moment) => `Zuletzt benutzt am ${moment}`,
    end: 'Abmelden',
    endOthers: 'Alle anderen Geräte abmelden',
  },
  ar: {
    lead: 'الأماكن التي سجّلت الدخول منها. سجّل خروج ما لا تعرفه، ثم غيّر كلمة المرور.',
    heading: 'مسجَّلة الآن',
    here: 'هذا الجهاز',
    browser: 'متصفح',
    program: 'برنامج',
    signedIn: (moment, network) => html`تسجيل الدخول: ${moment}، من ${network}`,
    seen: (moment) => `آخر استخدام: ${moment}`,
    end: 'تسجيل الخروج',
    endOthers: 'تسجيل خروج جميع الأجهزة الأخرى',
  },
});
