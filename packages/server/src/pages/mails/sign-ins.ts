/** Mails that tell of sign-ins out of the ordinary: a new device, a recovery code, the copy of a passkey. */
import { translated } from '../language.ts';
import { mailWords, type Say } from './words.ts';

const trace = translated<(happening: { at: number; network: string }, say: Say) => string[]>({
  en: ({ at, network }, { name, moment }) => [
    `It was ${moment(at)}, from ${name(network)}.`,
    'If it was not you, open the link at once, end that session and set a new password.',
  ],
  de: ({ at, network }, { name, moment }) => [
    `Es war am ${moment(at)}, von ${name(network)} aus.`,
    'Wer das nicht selbst war: sofort den Link öffnen, diese Sitzung beenden und ein neues Passwort setzen.',
  ],
  ar: ({ at, network }, { name, moment }) => [
    `حدث ذلك في ${moment(at)}، من ${name(network)}.`,
    'إذا لم تكن أنت، فافتح الرابط فورًا، وأنهِ تلك الجلسة، وعيّن كلمة مرور جديدة.',
  ],
});

/** A sign-in from a device that is new to the account. */
export const newDeviceWords = mailWords<'new-device'>({
  en: (values, say) => ({
    subject: 'A sign-in from a new device',
    lines: [`Your account at ${say.host} was signed in to from a new device: ${say.name(values.device)}.`],
    action: 'Look at your devices',
    after: trace.en(values, say),
  }),
  de: (values, say) => ({
    subject: 'Anmeldung von einem neuen Gerät',
    lines: [`Am Konto bei ${say.host} hat sich ein neues Gerät angemeldet: ${say.name(values.device)}.`],
    action: 'Geräte ansehen',
    after: trace.de(values, say),
  }),
  ar: (values, say) => ({
    subject: 'تسجيل دخول من جهاز جديد',
    lines: [`سُجّل الدخول إلى حسابك في ${say.host} من جهاز جديد: ${say.name(values.device)}.`],
    action: 'مراجعة أجهزتك',
    after: trace.ar(values, say),
  }),
});

/** A copy of a passkey, which was refused; so is the passkey itself until it has counted on. */
export const passkeyCopiedWords = mailWords<'passkey-copied'>({
  en: ({ name, at, network }, say) => ({
    subject: 'There may be a copy of your passkey',
    lines: [
      `Somebody wanted to sign in to your account at ${say.host} by the passkey ${say.name(name)}, and it may be a copy of it. They were refused.`,
      `It was ${say.moment(at)}, from ${say.name(network)}.`,
    ],
    action: 'Look at your passkeys',
    after: ['Remove that passkey and make another one, even if it was you.'],
  }),
  de: ({ name, at, network }, say) => ({
    subject: 'Vielleicht gibt es eine Kopie des Passkeys',
    lines: [
      `Am Konto bei ${say.host} wollte sich jemand mit dem Passkey ${say.name(name)} anmelden, und es war vielleicht eine Kopie davon. Das wurde abgelehnt.`,
      `Es war am ${say.moment(at)}, von ${say.name(network)} aus.`,
    ],
    action: 'Passkeys ansehen',
    after: ['Diesen Passkey entfernen und einen neuen erstellen, auch wenn du es selbst warst.'],
  }),
  ar: ({ name, at, network }, say) => ({
    subject: 'قد توجد نسخة من مفتاح مرورك',
    lines: [
      `أراد شخص تسجيل الدخول إلى حسابك في ${say.host} بمفتاح المرور ${say.name(name)}، وقد يكون نسخة منه. رُفض ذلك.`,
      `حدث ذلك في ${say.moment(at)}، من ${say.name(network)}.`,
    ],
    action: 'مراجعة مفاتيح المرور',
    after: ['أزل هذا المفتاح وأنشئ غيره، حتى إن كنت أنت من فعل ذلك.'],
  }),
});

/** One recovery code less. */
export const recoveryCodeUsedWords = mailWords<'recovery-code-used'>({
  en: (values, say) => ({
    subject: 'A recovery code was used',
    lines: [
      `Somebody signed in to your account at ${say.host} with a recovery code. Codes that are left: ${values.left}.`,
    ],
    action: 'Make new codes',
    after: trace.en(values, say),
  }),
  de: (values, say) => ({
    subject: 'Wiederherstellungscode benutzt',
    lines: [
      `Am Konto bei ${say.host} wurde mit einem Wiederherstellungscode angemeldet. Codes übrig: ${values.left}.`,
    ],
    action: 'Neue Codes erstellen',
    after: trace.de(values, say),
  }),
  ar: (values, say) => ({
    subject: 'استُخدم رمز استرداد',
    lines: [`سُجّل الدخول إلى حسابك في ${say.host} برمز استرداد. عدد الرموز المتبقية: ${values.left}.`],
    action: 'إنشاء رموز جديدة',
    after: trace.ar(values, say),
  }),
});

/** The codes of before are void. */
export const recoveryCodesRenewedWords = mailWords<'recovery-codes-renewed'>({
  en: (values, say) => ({
    subject: 'New recovery codes',
    lines: [`Your account at ${say.host} has new recovery codes. The ones of before are void.`],
    action: 'Look after the account',
    after: trace.en(values, say),
  }),
  de: (values, say) => ({
    subject: 'Neue Wiederherstellungscodes',
    lines: [`Das Konto bei ${say.host} hat neue Wiederherstellungscodes. Die bisherigen gelten nicht mehr.`],
    action: 'Konto ansehen',
    after: trace.de(values, say),
  }),
  ar: (values, say) => ({
    subject: 'رموز استرداد جديدة',
    lines: [`لحسابك في ${say.host} رموز استرداد جديدة. الرموز السابقة لم تعد صالحة.`],
    action: 'مراجعة الحساب',
    after: trace.ar(values, say),
  }),
});
