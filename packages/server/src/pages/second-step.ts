/** The second step of a sign-in: a code of the authenticator or a recovery code, or the set-up of an authenticator that a role needs. */
import { html, raw } from 'hono/html';
import type { OfferedPasskey } from '../domain/factors/prove-passkey.ts';
import { assetPath } from './assets.ts';
import { faultOf, refusalHtml, type ShownFailure } from './failure.ts';
import { type Field, fieldHtml, hiddenFields } from './field.ts';
import { type Frame, type Html, layout, type Page } from './layout.ts';
import { passkeyForm, passkeyNote } from './passkey.ts';
import { secondStepWords } from './words/second-step.ts';

/** What all of these pages show. */
interface StepPage {
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
${asks === undefined ? '' : codeForm(form, asks)}
${passkey ? html`${passkeyForm(language, { id: 'second-passkey', action: '/sign-in/second-passkey', hidden, offered: passkey, offers: false })}${passkeyNote(language)}` : ''}
<p class="aside">${other === undefined ? '' : html`<a id="other-factor" href="${other}">${asks === 'totp' ? words.useRecovery : words.useCode}</a> · `}<a id="begin-again" href="${back}">${words.beginAgain}</a></p>`,
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

/** What a role needs that the account does not have. */
export interface EnrolmentOffer extends StepPage {
  readonly needs: 'second-factor' | 'passkey';
}

/** The page that offers to set a factor up. */
export function enrolmentPage({ frame, attempt, back, needs, failure }: EnrolmentOffer): Page {
  const words = secondStepWords[frame.language];
  const isTotp = needs === 'second-factor';
  return layout({
    frame,
    title: words.needed,
    body: html`<h1>${words.needed}</h1>
${failure ? refusalHtml(frame.language, failure) : ''}
<p class="lead">${isTotp ? words.neededLead : words.neededPasskey}</p>
${isTotp ? html`<form id="enrol" method="post" action="/sign-in/enrol">${hiddenFields({ attempt })}<button class="primary" id="submit" type="submit">${words.setUp}</button></form>` : ''}
<p class="aside"><a id="begin-again" href="${back}">${words.beginAgain}</a></p>`,
  });
}

/** An authenticator that is being set up. */
export interface TotpForm extends StepPage {
  readonly enrolment: string;
  /** In base32. */
  readonly secret: string;
  /** The QR code as SVG, made by us. */
  readonly picture: string;
}

/** The form that shows the secret once and asks for its first code. */
export function totpPage({ frame, attempt, back, enrolment, secret, picture }: TotpForm): Page {
  const { language } = frame;
  const words = secondStepWords[language];
  const field: Field = {
    name: 'code',
    label: words.code,
    hint: words.codeHint,
    attributes: html`class="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="20" dir="ltr" required`,
    fault: undefined,
  };
  return layout({
    frame,
    title: words.setUp,
    body: html`<h1>${words.setUp}</h1>
<p class="lead">${words.scan}</p>
<figure class="qr" role="img" aria-label="${words.picture}">${raw(picture)}</figure>
<p>${words.secret}: <code class="long" id="secret" dir="ltr">${inGroups(secret)}</code></p>
<form id="enrolment" method="post" action="/sign-in/enrolment">
${hiddenFields({ attempt, enrolment })}
${fieldHtml(language, field)}
<button class="primary" id="submit" type="submit">${words.confirm}</button>
</form>
<p class="aside"><a id="begin-again" href="${back}">${words.beginAgain}</a></p>`,
  });
}

const inGroups = (secret: string): string => (secret.match(/.{1,4}/g) ?? []).join(' ');

/** The codes that are shown once, and where the way leads on. */
export function recoveryCodesPage(frame: Frame, codes: readonly string[], next: string): Page {
  const words = secondStepWords[frame.language];
  const items: Html[] = codes.map((code) => html`<li><code>${code}</code></li>`);
  return layout({
    frame,
    title: words.codesTitle,
    body: html`<h1>${words.codesTitle}</h1>
<p class="lead">${words.codesLead}</p>
<ul class="asked" id="recovery-codes" aria-label="${words.codes}" dir="ltr">${items}</ul>
<a class="primary" id="go-on" href="${next}">${words.goOn}</a>`,
  });
}
