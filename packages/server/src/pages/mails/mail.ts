/**
 * The mail as it is read: subject, text and HTML, in the language of whom it goes to. Everything in it is escaped; the
 * HTML is plain, with inline style alone, since mail programs know little else.
 */
import { html } from 'hono/html';
import type { Mail, MailKind } from '../../domain/mail/mail.ts';
import { directionOf, type Language, translated } from '../language.ts';
import type { Html } from '../layout.ts';
import {
  accountClosingWords,
  accountKeptWords,
  identityLinkedWords,
  identityUnlinkedWords,
  testWords,
} from './account.ts';
import {
  emailChangedWords,
  factorAddedWords,
  factorRemovedWords,
  factorsResetWords,
  passwordChangedWords,
} from './changes.ts';
import {
  accountExistsWords,
  emailChangeWords,
  invitationWords,
  noAccountWords,
  passwordResetWords,
  signInWords,
  signUpWords,
} from './proofs.ts';
import {
  newDeviceWords,
  passkeyCopiedWords,
  recoveryCodesRenewedWords,
  recoveryCodeUsedWords,
} from './sign-ins.ts';
import { type MailWords, sayIn, type Write } from './words.ts';

/** All kinds of mail: one constant each. */
const kinds: { readonly [Kind in MailKind]: Readonly<Record<Language, Write<Kind>>> } = {
  'sign-up': signUpWords,
  'account-exists': accountExistsWords,
  'no-account': noAccountWords,
  'sign-in': signInWords,
  'password-reset': passwordResetWords,
  'email-change': emailChangeWords,
  'email-changed': emailChangedWords,
  invitation: invitationWords,
  'password-changed': passwordChangedWords,
  'factor-added': factorAddedWords,
  'factor-removed': factorRemovedWords,
  'factors-reset': factorsResetWords,
  'passkey-copied': passkeyCopiedWords,
  'recovery-code-used': recoveryCodeUsedWords,
  'recovery-codes-renewed': recoveryCodesRenewedWords,
  'new-device': newDeviceWords,
  'account-closing': accountClosingWords,
  'account-kept': accountKeptWords,
  'identity-linked': identityLinkedWords,
  'identity-unlinked': identityUnlinkedWords,
  test: testWords,
};

/** A mail in words. */
export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What every mail says. */
const frame = translated({
  en: { otherwise: 'If the button does not work, open this address:', from: 'Sent by' },
  de: { otherwise: 'Falls die Schaltfläche nicht geht, diese Adresse öffnen:', from: 'Gesendet von' },
  ar: { otherwise: 'إذا لم يعمل الزر، فافتح هذا العنوان:', from: 'أرسله' },
});

/** Writes a mail of a server. */
export async function renderMail(mail: Mail, issuer: string): Promise<RenderedMail> {
  const { language, values } = mail;
  const words = wordsOf(mail, issuer);
  const parts = {
    words,
    issuer,
    language,
    link: values.link,
    code: 'code' in values ? values.code : undefined,
  };
  return { subject: words.subject, text: textOf(parts), html: String(await htmlOf(parts)) };
}

function wordsOf<Kind extends MailKind>(
  { kind, language, values }: { kind: Kind; language: Language; values: Parameters<Write<Kind>>[0] },
  issuer: string,
): MailWords {
  return kinds[kind][language](values, sayIn(language, issuer));
}

interface Parts {
  readonly words: MailWords;
  readonly issuer: string;
  readonly language: Language;
  readonly link: string;
  readonly code: string | undefined;
}

const textOf = ({ words, issuer, language, link, code }: Parts): string =>
  [
    ...words.lines,
    ...(code === undefined ? [] : [`    ${code}`]),
    `${words.action}:\n${link}`,
    ...words.after,
    `-- \n${frame[language].from} ${issuer}`,
  ].join('\n\n') + '\n';

const htmlOf = ({ words, issuer, language, link, code }: Parts): Html => html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${words.subject}</title>
</head>
<body style="margin:0;padding:32px 20px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.55">
<div style="max-width:34em;margin:0 auto">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${words.subject}</h1>
${words.lines.map((line) => html`<p style="margin:0 0 16px">${line}</p>\n`)}
${code === undefined ? '' : html`<p dir="ltr" style="margin:24px 0;font-family:ui-monospace,Consolas,monospace;font-size:30px;font-weight:700;letter-spacing:6px">${code}</p>`}
<p style="margin:24px 0"><a href="${link}" style="display:inline-block;padding:11px 20px;border-radius:8px;background:#2c6152;color:#ffffff;font-weight:600;text-decoration:none">${words.action}</a></p>
${words.after.map((line) => html`<p style="margin:0 0 16px">${line}</p>\n`)}
<p style="margin:32px 0 4px;font-size:13px;opacity:.75">${frame[language].otherwise}</p>
<p dir="ltr" style="margin:0 0 16px;font-size:13px;opacity:.75;overflow-wrap:anywhere">${link}</p>
<p style="margin:0;font-size:13px;opacity:.75">${frame[language].from} <span dir="ltr">${issuer}</span></p>
</div>
</body>
</html>
`;
