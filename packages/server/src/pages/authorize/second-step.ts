/** The second step of a sign-in: a code of the authenticator, a recovery code or a passkey. */
import { html } from 'hono/html';
import type { OfferedPasskey } from '../../domain/factors/prove-passkey.ts';
import { assetPath } from '../assets.ts';
import { faultOf, refusalHtml, type ShownFailure } from '../failure.ts';
import { type Field, fieldHtml, hiddenFields } from '../field.ts';
import { type Frame, type Html, layout, type Page } from '../layout.ts';
import { secondStepWords } from '../words/second-step.ts';
import { passkeyForm, passkeyNote } from './passkey.ts';

/** What all pages of a second step show. */
export interface StepPage {
  readonly frame: Frame;
  /** Names the attempt. */
  readonly attempt: string;
  /** Back to the first step. */
  readonly back: string;
  readonly failure?: ShownFailure | undefined;
}

/** What the page asks for. */
export interface FactorForm extends StepPage {
  /** Undefined where a passkey is all there is. */
  readonly asks: 'totp' | 'recovery_code' | undefined;
  /** What the browser asks for a passkey with; undefined where the account has none. */
  readonly passkey: OfferedPasskey | undefined;
  /** The same page that asks for the other; undefined where there is none. */
  readonly other: string | undefined;
  /** Whether this browser may be remembered. */
  readonly mayRemember: boolean;
}

/** The forms that ask for a factor. */
export function factorPage(form: FactorForm): Page {
  const { frame, attempt, back, asks, other, passkey, failure } = form;
  const { language } = frame;
  const words = secondStepWords[language];
  const hidden = { attempt };
  return layout({
    frame,
    title: failure ? words.notYet : words.title,
    modules: passkey ? [assetPath('passkey.js')] : [],
    body: html`<h1>${words.title}</h1>
${failure ? refusalHtml(language, failure) : ''}
${asks === undefined ? html`<p class="lead">${words.passkeyLead}</p>` : codeForm(form, asks)}
${passkey ? html`${passkeyForm(language, { id: 'second-passkey', action: '/sign-in/second-passkey', hidden, offered: passkey, offers: false, isOnly: asks === undefined })}${passkeyNote(language)}` : ''}
<p class="aside">${other === undefined ? '' : html`<a id="other-factor" href="${other}">${asks === 'recovery_code' ? words.useCode : words.useRecovery}</a> · `}<a id="begin-again" href="${back}">${words.beginAgain}</a></p>`,
  });
}

function codeForm(
  { frame: { language }, attempt, mayRemember, failure }: FactorForm,
  asks: 'totp' | 'recovery_code',
): Html {
  const words = secondStepWords[language];
  const isCode = asks === 'totp';
  const field: Field = {
    name: asks,
    label: isCode ? words.code : words.recovery,
    hint: isCode ? words.codeHint : words.recoveryHint,
    attributes: isCode
      ? html`class="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="20" dir="ltr" required`
      : html`type="text" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="40" dir="ltr" required`,
    fault: faultOf(language, failure, asks),
  };
  return html`<form id="second-step" method="post" action="/sign-in/second">
${hiddenFields({ attempt })}
${fieldHtml(language, field, true)}
${mayRemember ? html`<p class="check"><input id="remember" name="remember" type="checkbox" value="yes"><label for="remember">${words.remember}</label></p>` : ''}
<button class="primary" id="submit" type="submit">${words.signIn}</button>
</form>`;
}
