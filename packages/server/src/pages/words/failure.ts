import { durationText, translated } from '../language.ts';

/** What is said around a failure. */
export const failureWords = translated({
  en: {
    home: 'Go to your account',
    about: 'About this failure',
    forOperator: 'For whoever runs this server',
    opensReason: 'This opens the exact reason:',
    retry: (seconds: number) => `Try again in ${seconds === 1 ? 'a second' : durationText('en', seconds)}.`,
    beginAgain: 'Go back to the application and begin again.',
    newDeviceCode: 'Have the device show a new code and begin again.',
    tellDevelopers:
      'Nothing was sent back to it. If it happens again, tell whoever runs the application what stands here:',
    askAgain: 'Go back to where you asked for the mail, and ask for a new one.',
    signInAgain: 'Go back to the page that you came from, and sign in again.',
    again: 'Sign in again',
    newSetUpLink: 'Whoever runs this server can make a new one: doorward accounts set-up-link',
  },
  de: {
    home: 'Zum eigenen Konto',
    about: 'Mehr zu diesem Fehler (auf Englisch)',
    forOperator: 'Für den Betreiber dieses Servers',
    opensReason: 'Damit lässt sich der genaue Grund nachsehen:',
    retry: (seconds) => `Ein neuer Versuch ist in ${inGerman(seconds)} möglich.`,
    beginAgain: 'Zurück zur Anwendung gehen und von vorn beginnen.',
    newDeviceCode: 'Auf dem Gerät einen neuen Code anzeigen lassen und von vorn beginnen.',
    tellDevelopers:
      'An die Anwendung wurde nichts zurückgeschickt. Falls es wieder geschieht, hilft ihrem Betreiber, was hier steht:',
    askAgain: 'Zurück zu der Seite gehen, auf der die E-Mail angefordert wurde, und eine neue anfordern.',
    signInAgain: 'Zurück zu der Seite gehen, von der es hierher ging, und neu anmelden.',
    again: 'Neu anmelden',
    newSetUpLink: 'Wer diesen Server betreibt, kann einen neuen Link machen: doorward accounts set-up-link',
  },
  ar: {
    home: 'الذهاب إلى حسابك',
    about: 'عن هذا الخطأ (بالإنجليزية)',
    forOperator: 'لمن يدير هذا الخادم',
    opensReason: 'هذا الرمز يبيّن السبب بدقة:',
    retry: (seconds) => `يمكن إعادة المحاولة بعد: ${durationText('ar', seconds)}.`,
    beginAgain: 'ارجع إلى التطبيق وابدأ من جديد.',
    newDeviceCode: 'اطلب من الجهاز إظهار رمز جديد وابدأ من جديد.',
    tellDevelopers: 'لم يُرسَل أي شيء إلى التطبيق. إذا تكرر ذلك فأخبر من يديره بما هو مكتوب هنا:',
    askAgain: 'ارجع إلى الصفحة التي طلبت منها الرسالة، واطلب رسالة جديدة.',
    signInAgain: 'ارجع إلى الصفحة التي أتيت منها، وسجّل الدخول من جديد.',
    again: 'تسجيل الدخول من جديد',
    newSetUpLink: 'يمكن لمن يدير هذا الخادم إنشاء رابط جديد: doorward accounts set-up-link',
  },
});

/** The case that follows "in". */
const inGerman = (seconds: number): string =>
  seconds === 1 ? 'einer Sekunde' : durationText('de', seconds).replace(/Tage$/, 'Tagen');
