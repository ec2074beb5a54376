import { translated } from '../language.ts';

/** The step of a sign-in that sets up what a role demands. */
export const enrolmentWords = translated({
  en: {
    needed: { 'second-factor': 'Your role needs a second factor', passkey: 'Your role needs a passkey' },
    notYet: (title: string) => `Not yet: ${title}`,
    lead: {
      'second-factor': 'Set one up now, and you are in. It is asked for whenever you sign in.',
      passkey:
        'Make one now, and you are in. From then on you sign in by your fingerprint, your face or the lock of your device.',
    },
    setUpApp: 'Set up an authenticator app',
    or: 'or',
    passkeyName: 'My passkey',
    needsScript: {
      'second-factor': 'A passkey would do too. It needs a browser with JavaScript.',
      passkey:
        'A passkey can only be made where JavaScript is on. Turn it on and load this page again, or sign in with another browser. Nothing is lost meanwhile.',
    },
    unable: {
      'second-factor': 'A passkey would do too. This browser cannot make one.',
      passkey:
        'This browser cannot make a passkey. Sign in with a newer one, or on another device. Nothing is lost meanwhile.',
    },
    scan: 'Scan this picture with your app.',
    confirm: 'Confirm',
    codesTitle: 'Keep your recovery codes',
    codesLead: 'Each of them lets you in once, should you lose what you have just set up.',
    goOn: 'I have kept them, continue',
  },
  de: {
    needed: {
      'second-factor': 'Die Rolle verlangt einen zweiten Faktor',
      passkey: 'Die Rolle verlangt einen Passkey',
    },
    notYet: (title) => `Noch nicht: ${title}`,
    lead: {
      'second-factor':
        'Jetzt einen einrichten, dann geht es weiter. Nach ihm wird bei jeder Anmeldung gefragt.',
      passkey:
        'Jetzt einen erstellen, dann geht es weiter. Von da an genügen Fingerabdruck, Gesicht oder die Gerätesperre.',
    },
    setUpApp: 'Authenticator-App einrichten',
    or: 'oder',
    passkeyName: 'Mein Passkey',
    needsScript: {
      'second-factor': 'Auch ein Passkey wäre möglich. Dafür braucht der Browser JavaScript.',
      passkey:
        'Einen Passkey gibt es nur mit JavaScript. Bitte einschalten und die Seite neu laden, oder mit einem anderen Browser anmelden. Verloren geht dabei nichts.',
    },
    unable: {
      'second-factor': 'Auch ein Passkey wäre möglich. Dieser Browser kann keinen erstellen.',
      passkey:
        'Dieser Browser kann keinen Passkey erstellen. Bitte mit einem neueren oder auf einem anderen Gerät anmelden. Verloren geht dabei nichts.',
    },
    scan: 'Dieses Bild mit der App scannen.',
    confirm: 'Bestätigen',
    codesTitle: 'Diese Codes aufbewahren',
    codesLead:
      'Jeder dieser Wiederherstellungscodes lässt einmal herein, falls das eben Eingerichtete verloren geht.',
    goOn: 'Aufbewahrt, weiter',
  },
  ar: {
    needed: { 'second-factor': 'دورك يتطلب عاملًا ثانيًا', passkey: 'دورك يتطلب مفتاح مرور' },
    notYet: (title) => `ليس بعد: ${title}`,
    lead: {
      'second-factor': 'أعدّ واحدًا الآن وستدخل. سيُطلب منك في كل تسجيل دخول.',
      passkey: 'أنشئ واحدًا الآن وستدخل. بعد ذلك تسجّل الدخول ببصمتك أو وجهك أو قفل جهازك.',
    },
    setUpApp: 'إعداد تطبيق مصادقة',
    or: 'أو',
    passkeyName: 'مفتاح المرور الخاص بي',
    needsScript: {
      'second-factor': 'يكفي مفتاح مرور أيضًا، لكنه يحتاج إلى متصفح يعمل فيه JavaScript.',
      passkey:
        'لا يمكن إنشاء مفتاح مرور إلا مع JavaScript. شغّله ثم أعد تحميل هذه الصفحة، أو سجّل الدخول بمتصفح آخر. لن يضيع شيء.',
    },
    unable: {
      'second-factor': 'يكفي مفتاح مرور أيضًا، لكن هذا المتصفح لا يستطيع إنشاءه.',
      passkey: 'لا يستطيع هذا المتصفح إنشاء مفتاح مرور. سجّل الدخول بمتصفح أحدث أو من جهاز آخر. لن يضيع شيء.',
    },
    scan: 'امسح هذه الصورة بتطبيقك.',
    confirm: 'تأكيد',
    codesTitle: 'احفظ رموز الاسترداد',
    codesLead: 'كل رمز منها يُدخلك مرة واحدة إن فقدت ما أعددته الآن.',
    goOn: 'لقد حفظتها، متابعة',
  },
});
