import { translated } from '../language.ts';

/** The page that asks somebody who is signed in to prove it once more. */
export const proofWords = translated({
  en: {
    title: 'Confirm that it is you',
    notYet: 'Not yet: confirm that it is you',
    lead: 'You stay signed in, and go back to where you were.',
    passkeyLead: 'By your fingerprint, your face or the lock of your device.',
    code: 'Code of your authenticator',
    codeHint:
      'Six digits from your app. One that was used is not taken again; the next comes within 30 seconds.',
    password: 'Password',
    confirm: 'Confirm',
    otherWay: 'Sign in another way',
  },
  de: {
    title: 'Bestätigen, dass du es bist',
    notYet: 'Noch nicht: Bestätigen, dass du es bist',
    lead: 'Du bleibst angemeldet und kommst dahin zurück, wo du warst.',
    passkeyLead: 'Mit Fingerabdruck, Gesicht oder der Gerätesperre.',
    code: 'Code der Authenticator-App',
    codeHint:
      'Sechs Ziffern aus der App. Ein benutzter Code gilt nicht noch einmal; der nächste kommt innerhalb von 30 Sekunden.',
    password: 'Passwort',
    confirm: 'Bestätigen',
    otherWay: 'Auf andere Weise anmelden',
  },
  ar: {
    title: 'أكّد أنك صاحب الحساب',
    notYet: 'ليس بعد: أكّد أنك صاحب الحساب',
    lead: 'تبقى مسجّل الدخول، وتعود إلى حيث كنت.',
    passkeyLead: 'ببصمتك أو وجهك أو قفل جهازك.',
    code: 'رمز تطبيق المصادقة',
    codeHint: 'ستة أرقام من التطبيق. الرمز المستخدَم لا يُقبل مرة أخرى، والتالي يظهر خلال 30 ثانية.',
    password: 'كلمة المرور',
    confirm: 'تأكيد',
    otherWay: 'تسجيل الدخول بطريقة أخرى',
  },
});
