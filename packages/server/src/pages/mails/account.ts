/** Mails of an account's end and of its outside sign-ins, and the operator's trial. */
import { translated } from '../language.ts';
import { mailWords, type Say } from './words.ts';

const moment = translated<(happening: { at: number; network: string }, say: Say) => string>({
  en: ({ at, network }, say) => `It was ${say.moment(at)}, from ${say.name(network)}.`,
  de: ({ at, network }, say) => `Es war am ${say.moment(at)}, von ${say.name(network)} aus.`,
  ar: ({ at, network }, say) => `حدث ذلك في ${say.moment(at)}، من ${say.name(network)}.`,
});

const look = translated({ en: 'Look after the account', de: 'Konto ansehen', ar: 'مراجعة الحساب' });

/** The account is to be deleted, after a time of grace. */
export const accountClosingWords = mailWords<'account-closing'>({
  en: (values, say) => ({
    subject: 'Your account will be deleted',
    lines: [
      `Your account at ${say.host} will be deleted for good on ${say.moment(values.closesAt)}. Until then it can be kept.`,
    ],
    action: 'Keep the account',
    after: [moment.en(values, say)],
  }),
  de: (values, say) => ({
    subject: 'Konto wird gelöscht',
    lines: [
      `Das Konto bei ${say.host} wird am ${say.moment(values.closesAt)} endgültig gelöscht. Bis dahin lässt es sich behalten.`,
    ],
    action: 'Konto behalten',
    after: [moment.de(values, say)],
  }),
  ar: (values, say) => ({
    subject: 'سيُحذف حسابك',
    lines: [
      `سيُحذف حسابك في ${say.host} نهائيًا في ${say.moment(values.closesAt)}. يمكن الاحتفاظ به حتى ذلك الحين.`,
    ],
    action: 'الاحتفاظ بالحساب',
    after: [moment.ar(values, say)],
  }),
});

/** It will not be deleted after all. */
export const accountKeptWords = mailWords<'account-kept'>({
  en: (values, say) => ({
    subject: 'Your account stays',
    lines: [`Your account at ${say.host} stays. Nothing of it was deleted.`],
    action: look.en,
    after: [moment.en(values, say)],
  }),
  de: (values, say) => ({
    subject: 'Konto bleibt bestehen',
    lines: [`Das Konto bei ${say.host} bleibt bestehen. Es wurde nichts gelöscht.`],
    action: look.de,
    after: [moment.de(values, say)],
  }),
  ar: (values, say) => ({
    subject: 'حسابك باقٍ',
    lines: [`حسابك في ${say.host} باقٍ. لم يُحذف منه شيء.`],
    action: look.ar,
    after: [moment.ar(values, say)],
  }),
});

const strange = translated({
  en: 'If it was not you, open the link at once and set a new password.',
  de: 'Wer das nicht selbst war: sofort den Link öffnen und ein neues Passwort setzen.',
  ar: 'إذا لم تكن أنت، فافتح الرابط فورًا وعيّن كلمة مرور جديدة.',
});

/** A sign-in at another service opens the account now. */
export const identityLinkedWords = mailWords<'identity-linked'>({
  en: (values, say) => ({
    subject: 'Another service was linked',
    lines: [`${say.name(values.provider)} now signs in to your account at ${say.host}.`],
    action: look.en,
    after: [moment.en(values, say), strange.en],
  }),
  de: (values, say) => ({
    subject: 'Anderer Dienst verknüpft',
    lines: [`${say.name(values.provider)} meldet jetzt am Konto bei ${say.host} an.`],
    action: look.de,
    after: [moment.de(values, say), strange.de],
  }),
  ar: (values, say) => ({
    subject: 'رُبطت خدمة أخرى',
    lines: [`أصبح ${say.name(values.provider)} يسجّل الدخول إلى حسابك في ${say.host}.`],
    action: look.ar,
    after: [moment.ar(values, say), strange.ar],
  }),
});

/** It does not any more. */
export const identityUnlinkedWords = mailWords<'identity-unlinked'>({
  en: (values, say) => ({
    subject: 'Another service was unlinked',
    lines: [`${say.name(values.provider)} does not sign in to your account at ${say.host} any more.`],
    action: look.en,
    after: [moment.en(values, say), strange.en],
  }),
  de: (values, say) => ({
    subject: 'Verknüpfung gelöst',
    lines: [`${say.name(values.provider)} meldet nicht mehr am Konto bei ${say.host} an.`],
    action: look.de,
    after: [moment.de(values, say), strange.de],
  }),
  ar: (values, say) => ({
    subject: 'أُلغي ربط خدمة',
    lines: [`لم يعد ${say.name(values.provider)} يسجّل الدخول إلى حسابك في ${say.host}.`],
    action: look.ar,
    after: [moment.ar(values, say), strange.ar],
  }),
});

/** The operator tries whether mail arrives. */
export const testWords = mailWords<'test'>({
  en: (_values, { host }) => ({
    subject: 'Mail works',
    lines: [`This is a test of ${host}. Its mail arrives.`],
    action: 'Open the server',
    after: [],
  }),
  de: (_values, { host }) => ({
    subject: 'Mail funktioniert',
    lines: [`Dies ist ein Test von ${host}. Mail kommt an.`],
    action: 'Server öffnen',
    after: [],
  }),
  ar: (_values, { host }) => ({
    subject: 'البريد يعمل',
    lines: [`هذا اختبار من ${host}. بريده يصل.`],
    action: 'فتح الخادم',
    after: [],
  }),
});
