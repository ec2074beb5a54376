import { translated } from '../language.ts';

/** The second step of a sign-in. */
export const secondStepWords = translated({
  en: {
    title: 'One more proof',
    notYet: 'Not yet: one more proof',
    passkeyLead:
      'This account is also proven by a passkey: by your fingerprint, your face or the lock of your device.',
    code: 'Code of your authenticator',
    codeHint: 'Six digits from your app.',
    recovery: 'Recovery code',
    recoveryHint: 'One of the codes that you were given to keep. Each works once.',
    useRecovery: 'Use a recovery code',
    useCode: 'Use the authenticator',
    remember: 'Do not ask again in this browser',
    signIn: 'Sign in',
    beginAgain: 'Begin again',
  },
  de: {
    title: 'Noch ein Nachweis',
    notYet: 'Noch nicht: noch ein Nachweis',
    passkeyLead: 'Zu diesem Konto gehört ein Passkey: Fingerabdruck, Gesicht oder die Gerätesperre.',
    code: 'Code der Authenticator-App',
    codeHint: 'Sechs Ziffern aus der App.',
    recovery: 'Wiederherstellungscode',
    recoveryHint: 'Einer der Codes zum Aufbewahren. Jeder gilt einmal.',
    useRecovery: 'Wiederherstellungscode verwenden',
    useCode: 'Authenticator verwenden',
    remember: 'In diesem Browser nicht mehr fragen',
    signIn: 'Anmelden',
    beginAgain: 'Neu beginnen',
  },
  ar: {
    title: 'إثبات آخر',
    notYet: 'ليس بعد: إثبات آخر',
    passkeyLead: 'يُثبت هذا الحساب أيضًا بمفتاح مرور: ببصمتك أو وجهك أو قفل جهازك.',
    code: 'رمز تطبيق المصادقة',
    codeHint: 'ستة أرقام من التطبيق.',
    recovery: 'رمز استرداد',
    recoveryHint: 'أحد الرموز التي أُعطيت لك لحفظها. كل منها صالح مرة واحدة.',
    useRecovery: 'استخدام رمز استرداد',
    useCode: 'استخدام تطبيق المصادقة',
    remember: 'عدم السؤال مجددًا في هذا المتصفح',
    signIn: 'تسجيل الدخول',
    beginAgain: 'البدء من جديد',
  },
});
