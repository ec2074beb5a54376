/** The step of a sign-in that sets up what a role demands: an authenticator or a passkey, and then the recovery codes. */
import { html, raw } from 'hono/html';
import type { OfferedPasskey } from '../../domain/factors/prove-passkey.ts';
import { assetPath } from '../assets.ts';
import { faultOf, refusalHtml } from '../failure.ts';
import { type Field, fieldHtml, hiddenFields } from '../field.ts';
import { type Frame, type Html, layout, type Page } from '../layout.ts';
import { factorsWords } from '../words/account-factors.ts';
import { enrolmentWords } from '../words/enrolment.ts';
import { failureSentence } from '../words/failures.ts';
import { secondStepWords } from '../words/second-step.ts';
import { newPasskeyForm } from './passkey.ts';
import { recoveryCodesHtml } from './recovery-codes.ts';
import type { StepPage } from './second-step.ts';

/** What a role needs that the account does not have. */
export interface EnrolmentForm extends StepPage {
  readonly demand: 'second-factor' | 'passkey';
  /** What the browser makes a passkey with. */
  readonly passkey: OfferedPasskey;
  /** The name that was entered for it; undefined when none was. */
  readonly name?: string | undefined;
}

/** The page that offers to set a factor up. */
export function enrolmentPage(form: EnrolmentForm): Page {
  const { frame, back, demand, failure } = form;
  const { language } = frame;
  const words = enrolmentWords[language];
  const needed = words.needed[demand];
  return layout({
    frame,
    title: failure ? words.notYet(needed) : needed,
    modules: [assetPath('passkey.js')],
    body: html`<h1>${needed}</h1>
${failure ? refusalHtml(language, failure) : ''}
<p class="lead">${words.lead[demand]}</p>
${demand === 'passkey' ? '' : appOffer(form)}
${passkeyOffer(form)}
${aside(form, back)}`,
  });
}

const appOffer = ({
  frame: { language },
  attempt,
}: EnrolmentForm): Html => html`<form id="enrol" method="post" action="/sign-in/enrol">
${hiddenFields({ attempt })}
<button class="primary" id="submit" type="submit">${enrolmentWords[language].setUpApp}</button>
</form>`;

/** Without JavaScript, and where a browser knows no passkeys, it is said what can be done instead. */
function passkeyOffer({ frame: { language }, attempt, demand, passkey, name, failure }: EnrolmentForm): Html {
  const words = enrolmentWords[language];
  const isOnly = demand === 'passkey';
  const form = newPasskeyForm(language, {
    id: 'enrol-passkey',
    action: '/sign-in/enrol-passkey',
    hidden: { attempt },
    offered: passkey,
    name: name ?? words.passkeyName,
    failure,
    classes: isOnly ? 'primary' : 'secondary',
    before: isOnly ? undefined : html`<p class="divider"><span>${words.or}</span></p>`,
  });
  return html`${form}
<noscript><p class="notice" id="needs-script">${words.needsScript[demand]}</p></noscript>
<p class="notice" data-unable hidden>${words.unable[demand]}</p>`;
}

const aside = ({ frame: { language } }: StepPage, back: string): Html =>
  html`<p class="aside"><a id="begin-again" href="${back}">${secondStepWords[language].beginAgain}</a></p>`;

/** An authenticator that is being set up. */
export interface AppForm extends StepPage {
  readonly enrolment: string;
  /** In base32, and the QR code as SVG, made by us: shown once; undefined when the form is drawn again after a wrong code. */
  readonly shown: { readonly secret: string; readonly picture: string } | undefined;
}

/** The form that shows the secret once and asks for its first code. `back` begins with another secret. */
export function appPage(form: AppForm): Page {
  const { frame, attempt, back, enrolment, shown, failure } = form;
  const { language } = frame;
  const words = enrolmentWords[language];
  const title = words.setUpApp;
  const isWrong = failure?.code === 'second_factor_refused';
  const field: Field = {
    name: 'code',
    label: secondStepWords[language].code,
    hint: secondStepWords[language].codeHint,
    attributes: html`class="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="20" dir="ltr" required`,
    fault: isWrong ? failureSentence(language, failure.code) : faultOf(language, failure, 'code'),
  };
  return layout({
    frame,
    title: failure ? words.notYet(title) : title,
    body: html`<h1>${title}</h1>
${failure ? refusalHtml(language, failure) : ''}
${shown ? secretHtml(form, shown) : html`<p class="lead">${factorsWords[language].goOn}</p>`}
<form id="enrolment" method="post" action="/sign-in/enrolment">
${hiddenFields({ attempt, enrolment })}
${fieldHtml(language, field, failure !== undefined)}
<button class="primary" id="submit" type="submit">${words.confirm}</button>
</form>
${aside(form, back)}`,
  });
}

/** The picture is ours: nothing of it is text from outside. */
const secretHtml = (
  { frame: { language } }: AppForm,
  { secret, picture }: { readonly secret: string; readonly picture: string },
): Html => html`<p class="lead">${enrolmentWords[language].scan}</p>
<div class="qr" role="img" aria-label="${factorsWords[language].qr}">${raw(picture)}</div>
<p>${factorsWords[language].orType} <code class="long" id="secret" dir="ltr">${secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code></p>`;

/** The codes that are shown once, and where the way leads on. */
export function recoveryCodesPage(frame: Frame, codes: readonly string[], next: string): Page {
  const { language } = frame;
  const words = factorsWords[language];
  return layout({
    frame,
    title: enrolmentWords[language].codesTitle,
    laterStyles: [assetPath('account.css')],
    body: html`<h1>${enrolmentWords[language].codesTitle}</h1>
<p class="lead">${enrolmentWords[language].codesLead} ${words.keep}</p>
${recoveryCodesHtml(language, codes)}
<a class="primary" id="go-on" href="${next}">${enrolmentWords[language].goOn}</a>`,
  });
}
