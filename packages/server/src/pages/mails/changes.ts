/** Mails that tell of a change of an account's password, address or factors, so that a theft does not stay unnoticed. */
import type { MailValues } from '../../domain/mail/mail.ts';
import { type Language, translated } from '../language.ts';
import { mailWords, type Say } from './words.ts';

/** When and from where it was, for the end of a mail, and what to do if it was a stranger. */
const trace = translated<(happening: { at: number; network: string }, say: Say) => string[]>({
  en: ({ at, network }, { name, moment }) => [
    `It was ${moment(at)}, from ${name(network)}.`,
    'If it was not you, open the link at once, set a new password and sign out everywhere.',
  ],
  de: ({ at, network }, { name, moment }) => [
    `Es war am ${moment(at)}, von ${name(network)} aus.`,
    'Wer das nicht selbst war: sofort den Link öffnen, ein neues Passwort setzen und überall abmelden.',
  ],
  ar: ({ at, network }, { name, moment }) => [
    `حدث ذلك في ${moment(at)}، من ${name(network)}.`,
    'إذا لم تكن أنت، فافتح الرابط فورًا، وعيّن كلمة مرور جديدة، وسجّل الخروج من كل مكان.',
  ],
});

/** What the link of such a mail does. */
const look = translated({
  en: 'Look after the account',
  de: 'Konto ansehen',
  ar: 'مراجعة الحساب',
});

/** To the old mailbox of an account. */
export const emailChangedWords = mailWords<'email-changed'>({
  en: ({ email, expiresAt, at, network }, { host, name, moment }) => ({
    subject: 'Your e-mail address was changed',
    lines: [
      `Your account at ${host} now has the address ${name(email)}. This mailbox does not belong to it any more.`,
      `It was ${moment(at)}, from ${name(network)}.`,
    ],
    action: 'Take the change back',
    after: [`If it was not you, take it back. The link works until ${moment(expiresAt)}.`],
  }),
  de: ({ email, expiresAt, at, network }, { host, name, moment }) => ({
    subject: 'E-Mail-Adresse geändert',
    lines: [
      `Das Konto bei ${host} hat jetzt die Adresse ${name(email)}. Dieses Postfach gehört nicht mehr dazu.`,
      `Es war am ${moment(at)}, von ${name(network)} aus.`,
    ],
    action: 'Änderung rückgängig machen',
    after: [`Wer das nicht selbst war, kann es rückgängig machen. Der Link gilt bis ${moment(expiresAt)}.`],
  }),
  ar: ({ email, expiresAt, at, network }, { host, name, moment }) => ({
    subject: 'تغيّر عنوان بريدك الإلكتروني',
    lines: [
      `أصبح عنوان حسابك في ${host} هو ${name(email)}. لم يعد صندوق البريد هذا تابعًا له.`,
      `حدث ذلك في ${moment(at)}، من ${name(network)}.`,
    ],
    action: 'التراجع عن التغيير',
    after: [`إذا لم تكن أنت، فتراجع عنه. يعمل الرابط حتى ${moment(expiresAt)}.`],
  }),
});

/** The password is another one now. */
export const passwordChangedWords = mailWords<'password-changed'>({
  en: (values, say) => ({
    subject: 'Your password was changed',
    lines: [`The password of your account at ${say.host} was changed.`],
    action: look.en,
    after: trace.en(values, say),
  }),
  de: (values, say) => ({
    subject: 'Passwort geändert',
    lines: [`Das Passwort des Kontos bei ${say.host} wurde geändert.`],
    action: look.de,
    after: trace.de(values, say),
  }),
  ar: (values, say) => ({
    subject: 'تغيّرت كلمة مرورك',
    lines: [`تغيّرت كلمة مرور حسابك في ${say.host}.`],
    action: look.ar,
    after: trace.ar(values, say),
  }),
});

type Factor = MailValues['factor-added']['factor'];

const factors = translated<Readonly<Record<Factor, string>>>({
  en: { passkey: 'a passkey', totp: 'an authenticator app', 'recovery-codes': 'recovery codes' },
  de: { passkey: 'Passkey', totp: 'Authenticator-App', 'recovery-codes': 'Wiederherstellungscodes' },
  ar: { passkey: 'مفتاح مرور', totp: 'تطبيق مصادقة', 'recovery-codes': 'رموز الاسترداد' },
});

/** The factor with the name that it was given, where it has one. */
const factorText = (
  language: Language,
  { factor, name }: { readonly factor: Factor; readonly name: string },
  say: Say,
): string => factors[language][factor] + (name === '' ? '' : ` (${say.name(name)})`);

/** One more way to prove who signs in. */
export const factorAddedWords = mailWords<'factor-added'>({
  en: (values, say) => ({
    subject: 'A way to sign in was added',
    lines: [`Your account at ${say.host} has one more way to sign in: ${factorText('en', values, say)}.`],
    action: look.en,
    after: trace.en(values, say),
  }),
  de: (values, say) => ({
    subject: 'Anmeldeweg hinzugefügt',
    lines: [`Das Konto bei ${say.host} hat einen Anmeldeweg mehr: ${factorText('de', values, say)}.`],
    action: look.de,
    after: trace.de(values, say),
  }),
  ar: (values, say) => ({
    subject: 'أُضيفت طريقة لتسجيل الدخول',
    lines: [`لحسابك في ${say.host} طريقة أخرى لتسجيل الدخول: ${factorText('ar', values, say)}.`],
    action: look.ar,
    after: trace.ar(values, say),
  }),
});

/** One way less. */
export const factorRemovedWords = mailWords<'factor-removed'>({
  en: (values, say) => ({
    subject: 'A way to sign in was removed',
    lines: [`Removed from your account at ${say.host}: ${factorText('en', values, say)}.`],
    action: look.en,
    after: trace.en(values, say),
  }),
  de: (values, say) => ({
    subject: 'Anmeldeweg entfernt',
    lines: [`Vom Konto bei ${say.host} entfernt: ${factorText('de', values, say)}.`],
    action: look.de,
    after: trace.de(values, say),
  }),
  ar: (values, say) => ({
    subject: 'أُزيلت طريقة لتسجيل الدخول',
    lines: [`أُزيل من حسابك في ${say.host}: ${factorText('ar', values, say)}.`],
    action: look.ar,
    after: trace.ar(values, say),
  }),
});

/** Every further way gone, by whoever governs the account. */
export const factorsResetWords = mailWords<'factors-reset'>({
  en: (values, say) => ({
    subject: 'Your second factors were reset',
    lines: [
      `An administrator removed the authenticator, passkeys and recovery codes of your account at ${say.host}. You were signed out everywhere.`,
    ],
    action: look.en,
    after: trace.en(values, say),
  }),
  de: (values, say) => ({
    subject: 'Zweite Faktoren zurückgesetzt',
    lines: [
      `Die Verwaltung hat Authenticator, Passkeys und Wiederherstellungscodes vom Konto bei ${say.host} entfernt. Alle Geräte wurden abgemeldet.`,
    ],
    action: look.de,
    after: trace.de(values, say),
  }),
  ar: (values, say) => ({
    subject: 'أُعيد ضبط العوامل الثانية',
    lines: [
      `أزال أحد المسؤولين تطبيق المصادقة ومفاتيح المرور ورموز الاسترداد من حسابك في ${say.host}. وسُجّل خروجك من كل الأجهزة.`,
    ],
    action: look.ar,
    after: trace.ar(values, say),
  }),
});
