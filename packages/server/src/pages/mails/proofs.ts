/** Mails that prove a mailbox, and those that take their place. */
import { mailWords } from './words.ts';

/** Somebody signs up with this mailbox. */
export const signUpWords = mailWords<'sign-up'>({
  en: ({ expiresAt }, { host, moment }) => ({
    subject: 'Confirm your e-mail address',
    lines: [`Welcome to ${host}. Type this code where you signed up, or open the link:`],
    action: 'Confirm the address',
    after: [`Both work once, until ${moment(expiresAt)}.`, 'If you did not sign up, there is nothing to do.'],
  }),
  de: ({ expiresAt }, { host, moment }) => ({
    subject: 'E-Mail-Adresse bestätigen',
    lines: [
      `Willkommen bei ${host}. Diesen Code dort eingeben, wo die Anmeldung begonnen hat, oder den Link öffnen:`,
    ],
    action: 'Adresse bestätigen',
    after: [
      `Beides gilt einmal, bis ${moment(expiresAt)}.`,
      'Wer hier kein Konto anlegen wollte, braucht nichts zu tun.',
    ],
  }),
  ar: ({ expiresAt }, { host, moment }) => ({
    subject: 'تأكيد عنوان البريد الإلكتروني',
    lines: [`مرحبًا بك في ${host}. أدخل هذا الرمز حيث بدأت إنشاء الحساب، أو افتح الرابط:`],
    action: 'تأكيد العنوان',
    after: [
      `يعمل كلاهما مرة واحدة، حتى ${moment(expiresAt)}.`,
      'إذا لم تطلب إنشاء حساب، فلا حاجة إلى فعل أي شيء.',
    ],
  }),
});

/** Somebody signed up with the mailbox of an account. */
export const accountExistsWords = mailWords<'account-exists'>({
  en: ({ resetLink }, { host }) => ({
    subject: 'You have an account already',
    lines: [`Somebody wanted to sign up at ${host} with this address. It has an account: sign in instead.`],
    action: 'Sign in',
    after: [
      `Forgotten the password? Set a new one: ${resetLink}`,
      'If it was not you, there is nothing to do: nothing has changed.',
    ],
  }),
  de: ({ resetLink }, { host }) => ({
    subject: 'Es gibt schon ein Konto',
    lines: [
      `Mit dieser Adresse sollte bei ${host} ein Konto angelegt werden. Es gibt schon eines: einfach anmelden.`,
    ],
    action: 'Anmelden',
    after: [
      `Passwort vergessen? Hier ein neues setzen: ${resetLink}`,
      'Wer das nicht war, braucht nichts zu tun: Es hat sich nichts geändert.',
    ],
  }),
  ar: ({ resetLink }, { host }) => ({
    subject: 'لديك حساب بالفعل',
    lines: [`أراد شخص إنشاء حساب في ${host} بهذا العنوان. للعنوان حساب بالفعل: يكفي تسجيل الدخول.`],
    action: 'تسجيل الدخول',
    after: [
      `نسيت كلمة المرور؟ اختر كلمة جديدة: ${resetLink}`,
      'إذا لم تكن أنت، فلا حاجة إلى فعل أي شيء: لم يتغير شيء.',
    ],
  }),
});

/** Somebody asked for a code or a new password, and there is no account. */
export const noAccountWords = mailWords<'no-account'>({
  en: (_values, { host }) => ({
    subject: 'There is no account for this address',
    lines: [
      `Somebody wanted to sign in to ${host} with this address, or to set a new password. No account uses it.`,
    ],
    action: 'Make an account',
    after: ['If it was you, try another address of yours. If not, there is nothing to do.'],
  }),
  de: (_values, { host }) => ({
    subject: 'Kein Konto mit dieser Adresse',
    lines: [
      `Mit dieser Adresse sollte bei ${host} angemeldet oder ein neues Passwort gesetzt werden. Sie gehört zu keinem Konto.`,
    ],
    action: 'Konto anlegen',
    after: ['Vielleicht hilft eine andere eigene Adresse. Wer das nicht war, braucht nichts zu tun.'],
  }),
  ar: (_values, { host }) => ({
    subject: 'لا يوجد حساب بهذا العنوان',
    lines: [`أراد شخص تسجيل الدخول إلى ${host} بهذا العنوان أو تعيين كلمة مرور جديدة. لا يستخدمه أي حساب.`],
    action: 'إنشاء حساب',
    after: ['إذا كنت أنت، فجرّب عنوانًا آخر من عناوينك. وإلا فلا حاجة إلى فعل أي شيء.'],
  }),
});

/** Somebody signs in by this mailbox. */
export const signInWords = mailWords<'sign-in'>({
  en: ({ expiresAt }, { host, moment }) => ({
    subject: 'Your code to sign in',
    lines: [`Type this code where you sign in to ${host}, or open the link:`],
    action: 'Sign in',
    after: [
      `Both work once, until ${moment(expiresAt)}. Nobody of ours will ever ask you for the code.`,
      'If you did not ask for it, somebody may have mistyped their address. Do not pass it on.',
    ],
  }),
  de: ({ expiresAt }, { host, moment }) => ({
    subject: 'Code zum Anmelden',
    lines: [`Diesen Code bei der Anmeldung an ${host} eingeben oder den Link öffnen:`],
    action: 'Anmelden',
    after: [
      `Beides gilt einmal, bis ${moment(expiresAt)}. Niemand von uns fragt jemals nach dem Code.`,
      'Nicht angefordert? Dann hat sich vielleicht jemand vertippt. Den Code nicht weitergeben.',
    ],
  }),
  ar: ({ expiresAt }, { host, moment }) => ({
    subject: 'رمز تسجيل الدخول',
    lines: [`أدخل هذا الرمز حيث تسجل الدخول إلى ${host}، أو افتح الرابط:`],
    action: 'تسجيل الدخول',
    after: [
      `يعمل كلاهما مرة واحدة، حتى ${moment(expiresAt)}. لن يسألك أحد منا عن هذا الرمز أبدًا.`,
      'إذا لم تطلبه، فربما أخطأ شخص في كتابة عنوانه. لا تعط الرمز لأحد.',
    ],
  }),
});

/** Somebody forgot the password. */
export const passwordResetWords = mailWords<'password-reset'>({
  en: ({ expiresAt }, { host, moment }) => ({
    subject: 'Set a new password',
    lines: [
      `Somebody asked for a new password for your account at ${host}. Type this code there, or open the link:`,
    ],
    action: 'Set a new password',
    after: [
      `Both work once, until ${moment(expiresAt)}.`,
      'If it was not you, there is nothing to do: the password stays what it is.',
    ],
  }),
  de: ({ expiresAt }, { host, moment }) => ({
    subject: 'Neues Passwort setzen',
    lines: [
      `Für das Konto bei ${host} wurde ein neues Passwort angefordert. Diesen Code dort eingeben oder den Link öffnen:`,
    ],
    action: 'Neues Passwort setzen',
    after: [
      `Beides gilt einmal, bis ${moment(expiresAt)}.`,
      'Wer das nicht war, braucht nichts zu tun: Das Passwort bleibt, wie es ist.',
    ],
  }),
  ar: ({ expiresAt }, { host, moment }) => ({
    subject: 'تعيين كلمة مرور جديدة',
    lines: [`طلب شخص كلمة مرور جديدة لحسابك في ${host}. أدخل هذا الرمز هناك، أو افتح الرابط:`],
    action: 'تعيين كلمة مرور جديدة',
    after: [
      `يعمل كلاهما مرة واحدة، حتى ${moment(expiresAt)}.`,
      'إذا لم تكن أنت، فلا حاجة إلى فعل أي شيء: تبقى كلمة المرور كما هي.',
    ],
  }),
});

/** The mailbox is to become the address of an account. */
export const emailChangeWords = mailWords<'email-change'>({
  en: ({ expiresAt }, { host, moment }) => ({
    subject: 'Confirm your new e-mail address',
    lines: [
      `This is to become the address of an account at ${host}. Type this code there, or open the link:`,
    ],
    action: 'Confirm the new address',
    after: [
      `Both work once, until ${moment(expiresAt)}.`,
      'If the account is not yours, there is nothing to do.',
    ],
  }),
  de: ({ expiresAt }, { host, moment }) => ({
    subject: 'Neue E-Mail-Adresse bestätigen',
    lines: [
      `Dies soll die Adresse eines Kontos bei ${host} werden. Diesen Code dort eingeben oder den Link öffnen:`,
    ],
    action: 'Neue Adresse bestätigen',
    after: [
      `Beides gilt einmal, bis ${moment(expiresAt)}.`,
      'Ist es ein fremdes Konto, dann braucht nichts getan zu werden.',
    ],
  }),
  ar: ({ expiresAt }, { host, moment }) => ({
    subject: 'تأكيد عنوان البريد الجديد',
    lines: [`سيصبح هذا عنوان حساب في ${host}. أدخل هذا الرمز هناك، أو افتح الرابط:`],
    action: 'تأكيد العنوان الجديد',
    after: [
      `يعمل كلاهما مرة واحدة، حتى ${moment(expiresAt)}.`,
      'إذا لم يكن الحساب لك، فلا حاجة إلى فعل أي شيء.',
    ],
  }),
});

/** Somebody may make an account. */
export const invitationWords = mailWords<'invitation'>({
  en: ({ inviter, expiresAt }, { host, name, moment }) => ({
    subject: 'You are invited',
    lines: [
      inviter === ''
        ? `You are invited to make an account at ${host}.`
        : `${name(inviter)} invites you to make an account at ${host}.`,
    ],
    action: 'Make an account',
    after: [`The link works once, until ${moment(expiresAt)}.`],
  }),
  de: ({ inviter, expiresAt }, { host, name, moment }) => ({
    subject: 'Einladung',
    lines: [
      inviter === ''
        ? `Du bist eingeladen, bei ${host} ein Konto anzulegen.`
        : `${name(inviter)} lädt dazu ein, bei ${host} ein Konto anzulegen.`,
    ],
    action: 'Konto anlegen',
    after: [`Der Link gilt einmal, bis ${moment(expiresAt)}.`],
  }),
  ar: ({ inviter, expiresAt }, { host, name, moment }) => ({
    subject: 'دعوة',
    lines: [
      inviter === ''
        ? `أنت مدعو إلى إنشاء حساب في ${host}.`
        : `يدعوك ${name(inviter)} إلى إنشاء حساب في ${host}.`,
    ],
    action: 'إنشاء حساب',
    after: [`يعمل الرابط مرة واحدة، حتى ${moment(expiresAt)}.`],
  }),
});
