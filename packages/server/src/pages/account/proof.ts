/** Proving once more who is signed in, before a change that takes a recent proof of all that the account has. */
import { html } from 'hono/html';
import type { OfferedPasskey } from '../../domain/factors/prove-passkey.ts';
import { assetPath } from '../assets.ts';
import { passkeyForm, passkeyNote } from '../authorize/passkey.ts';
import { faultOf, refusalHtml, type ShownFailure } from '../failure.ts';
import { type Field, fieldHtml, hiddenFields, passwordAttributes } from '../field.ts';
import { type Frame, type Html, layout, type Page } from '../layout.ts';
import { proofPath } from '../words/account-centre.ts';
import { proofWords } from '../words/account-proof.ts';
import { secondStepWords } from '../words/second-step.ts';

/** What the page asks for. */
export interface ProofForm {
  readonly frame: Frame;
  /** The page of the account centre that comes next. */
  readonly next: string;
  readonly failure: ShownFailure | undefined;
  /** A code, by which name; undefined where none is asked for. */
  readonly code: 'totp' | 'recovery_code' | undefined;
  /** Whether the password is asked for. */
  readonly password: boolean;
  /** What the browser asks for a passkey with; undefined where none proves enough. */
  readonly passkey: OfferedPasskey | undefined;
  /** The same page that asks for the other code; undefined where there is none. */
  readonly other: string | undefined;
  /** The whole sign-in, which leads back as well. */
  readonly signIn: string;
}

/** The forms that ask for it. */
export function proofPage(form: ProofForm): Page {
  const { frame, next, failure, code, password, passkey, other, signIn } = form;
  const { language } = frame;
  const words = proofWords[language];
  const asksText = code !== undefined || password;
  const offer = { id: 'prove-by-passkey', action: `${proofPath}/passkey`, hidden: { next }, offers: false };
  return layout({
    frame,
    title: failure ? words.notYet : words.title,
    modules: passkey ? [assetPath('passkey.js')] : [],
    personal: true,
    body: html`<h1>${words.title}</h1>
<p class="lead">${words.lead}${asksText ? '' : ` ${words.passkeyLead}`}</p>
${failure ? refusalHtml(language, failure) : ''}
${asksText ? textForm(form) : ''}
${passkey ? html`${passkeyForm(language, { ...offer, offered: passkey, isOnly: !asksText })}${passkeyNote(language)}` : ''}
<p class="aside">${other === undefined ? '' : html`<a id="other-factor" href="${other}">${code === 'recovery_code' ? secondStepWords[language].useCode : secondStepWords[language].useRecovery}</a> · `}<a id="sign-in-anew" href="${signIn}">${words.otherWay}</a></p>`,
  });
}

function textForm(form: ProofForm): Html {
  const { frame, next, code, password } = form;
  const { language } = frame;
  const words = proofWords[language];
  const fields = [...(password ? [passwordField(form)] : []), ...(code ? [codeField(form, code)] : [])];
  return html`<form id="prove" method="post" action="${proofPath}">
${hiddenFields({ next })}
${fields.map((field, at) => fieldHtml(language, field, at === 0))}
<button class="primary" id="submit" type="submit">${words.confirm}</button>
</form>`;
}

const passwordField = ({ frame: { language }, failure }: ProofForm): Field => ({
  name: 'password',
  label: proofWords[language].password,
  attributes: passwordAttributes('current-password'),
  concealed: true,
  fault: faultOf(language, failure, 'password'),
});

function codeField({ frame: { language }, failure }: ProofForm, code: 'totp' | 'recovery_code'): Field {
  const isCode = code === 'totp';
  return {
    name: code,
    label: isCode ? proofWords[language].code : secondStepWords[language].recovery,
    hint: isCode ? proofWords[language].codeHint : secondStepWords[language].recoveryHint,
    attributes: isCode
      ? html`class="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="20" dir="ltr" required`
      : html`type="text" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="40" dir="ltr" required`,
    fault: faultOf(language, failure, code),
  };
}
