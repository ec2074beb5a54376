import { html } from 'hono/html';
import { translated } from '../language.ts';
import type { Html } from '../layout.ts';

/** What a client asks for, and the scopes of the standards (OpenID Connect Core §5.4, §11). */
export const askedWords = translated({
  en: {
    may: 'It may',
    at: 'At',
    knowAccount: 'know that you have an account here',
    openid: 'know who you are',
    profile: 'see your name',
    email: 'see your e-mail address',
    offline: 'go on when you are not there, until you sign out',
    use: (scope: Html) => html`use ${scope}`,
  },
  de: {
    may: 'Sie darf',
    at: 'Bei',
    knowAccount: 'wissen, dass du hier ein Konto hast',
    openid: 'wissen, wer du bist',
    profile: 'deinen Namen sehen',
    email: 'deine E-Mail-Adresse sehen',
    offline: 'weitermachen, wenn du nicht da bist, bis du dich abmeldest',
    use: (scope) => html`${scope} benutzen`,
  },
  ar: {
    may: 'يمكنه',
    at: 'لدى',
    knowAccount: 'معرفة أن لديك حسابًا هنا',
    openid: 'معرفة من أنت',
    profile: 'رؤية اسمك',
    email: 'رؤية عنوان بريدك الإلكتروني',
    offline: 'المواصلة في غيابك إلى أن تسجّل الخروج',
    use: (scope) => html`استخدام ${scope}`,
  },
});

/** The consent page, and what the page of a device shares with it. */
export const consentWords = translated({
  en: {
    title: (client: string) => `Allow ${client}`,
    question: (client: Html) => html`Allow ${client}?`,
    asksToActFor: (account: Html) => html`It asks to act for ${account}.`,
    answerGoesTo: (destination: Html) => html`The answer goes to ${destination}.`,
    onThisDevice: (scheme: string) => `${scheme} on this device`,
    canWithdraw: 'You can withdraw what you allow at any time.',
    allow: 'Allow',
    refuse: 'Refuse',
    notYou: (name: Html) => html`Not ${name}?`,
    signInAsOther: 'Sign in as somebody else',
    about: 'About it',
    policy: 'Its privacy policy',
    terms: 'Its terms',
  },
  de: {
    title: (client) => `${client} erlauben`,
    question: (client) => html`${client} erlauben?`,
    asksToActFor: (account) => html`Die Anwendung möchte für ${account} handeln.`,
    answerGoesTo: (destination) => html`Die Antwort geht an ${destination}.`,
    onThisDevice: (scheme) => `${scheme} auf diesem Gerät`,
    canWithdraw: 'Was du erlaubst, kannst du jederzeit zurücknehmen.',
    allow: 'Erlauben',
    refuse: 'Ablehnen',
    notYou: (name) => html`Nicht ${name}?`,
    signInAsOther: 'Als jemand anderes anmelden',
    about: 'Über die Anwendung',
    policy: 'Ihre Datenschutzerklärung',
    terms: 'Ihre Bedingungen',
  },
  ar: {
    title: (client) => `السماح لتطبيق ${client}`,
    question: (client) => html`هل تسمح لتطبيق ${client}؟`,
    asksToActFor: (account) => html`يطلب التصرّف نيابةً عن ${account}.`,
    answerGoesTo: (destination) => html`يُرسَل الجواب إلى ${destination}.`,
    onThisDevice: (scheme) => `${scheme} على هذا الجهاز`,
    canWithdraw: 'يمكنك سحب ما تسمح به في أي وقت.',
    allow: 'السماح',
    refuse: 'الرفض',
    notYou: (name) => html`لست ${name}؟`,
    signInAsOther: 'تسجيل الدخول باسم شخص آخر',
    about: 'عن التطبيق',
    policy: 'سياسة الخصوصية',
    terms: 'شروط الاستخدام',
  },
});
