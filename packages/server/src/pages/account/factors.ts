import { html, raw } from 'hono/html';
import { recoveryCodesHtml } from '../authorize/recovery-codes.ts';
import { faultOf } from '../failure.ts';
import { fieldHtml, hiddenFields } from '../field.ts';
import { dayText, type Language, momentText, numberText } from '../language.ts';
import type { Html, Page } from '../layout.ts';
import { centrePaths } from '../words/account-centre.ts';
import { factorsWords } from '../words/account-factors.ts';
import { failureSentence } from '../words/failures.ts';
import { askForProof, type Centre, centrePage, section } from './centre.ts';

/** A browser that stands for the second step. Times are milliseconds since 1970. */
export interface ShownBrowser {
  readonly id: string;
  readonly clientName: string;
  readonly network: string;
  readonly expiresAt: number;
}

/** What an account has. Times are milliseconds since 1970; `usedAt` is 0 for never. */
export interface ShownFactors {
  readonly app: { readonly createdAt: number; readonly usedAt: number } | undefined;
  readonly hasAny: boolean;
  readonly codesLeft: number;
  /** A role of the account asks for a second factor. */
  readonly isDemanded: boolean;
  readonly browsers: readonly ShownBrowser[];
}

/** The second steps of an account. */
export function factorsPage(centre: Centre, factors: ShownFactors): Page {
  const { language } = centre.frame;
  const words = factorsWords[language];
  return centrePage(centre, {
    at: 'factors',
    body: html`<p class="lead">${words.lead}</p>
${factors.isDemanded ? html`<p class="notice">${words.demanded}</p>` : ''}
${centre.proven ? '' : askForProof(centre)}
${section('app', words.app, appHtml(centre, factors))}
${section('recovery', words.recovery, recoveryHtml(centre, factors))}
${factors.browsers.length === 0 ? '' : section('browsers', words.browsers, browsersHtml(language, factors.browsers))}`,
  });
}

function appHtml({ frame: { language }, proven }: Centre, { app }: ShownFactors): Html {
  const words = factorsWords[language];
  const used = app && (app.usedAt === 0 ? words.neverUsed : words.used(momentText(language, app.usedAt)));
  return html`<p>${app ? `${words.appSince(dayText(language, app.createdAt))} ${used}` : words.appNone}</p>
${proven ? html`<form id="begin-app" method="post" action="/account/factors/app"><button class="${app ? 'secondary' : 'primary'} compact" type="submit">${app ? words.replace : words.setUp}</button></form>` : ''}
${proven && app ? html`<form id="remove-app" method="post" action="/account/factors/app/remove"><button class="danger compact" type="submit">${words.remove}</button></form>` : ''}`;
}

function recoveryHtml({ frame: { language }, proven }: Centre, { hasAny, codesLeft }: ShownFactors): Html {
  const words = factorsWords[language];
  if (!hasAny) return html`<p>${words.recoveryNone}</p>`;
  return html`<p id="codes-left">${words.left(numberText(language, codesLeft))}</p>
${proven ? html`<form id="renew-codes" method="post" action="/account/factors/recovery-codes"><p class="quiet">${words.renewed}</p><button class="secondary compact" type="submit">${words.renew}</button></form>` : ''}`;
}

const browsersHtml = (
  language: Language,
  browsers: readonly ShownBrowser[],
): Html => html`<p>${factorsWords[language].browsersAbout}</p>
<ul class="rows" aria-labelledby="browsers-heading">${browsers.map(
  ({ id, clientName, network, expiresAt }) => {
    const words = factorsWords[language];
    return html`<li data-browser="${id}"><div><p class="name" id="of-${id}"><bdi>${clientName === '' ? words.browser : clientName}</bdi></p>
<p class="quiet"><bdi>${network}</bdi>. ${words.remembered(dayText(language, expiresAt))}</p></div>
<form method="post" action="/account/factors/browsers/forget">${hiddenFields({ browser: id })}<button class="secondary compact" type="submit" aria-describedby="of-${id}">${words.forget}</button></form></li>
`;
  },
)}</ul>`;

/** An authenticator that is being set up. */
export interface AppEnrolment {
  readonly enrolment: string;
  /** What is scanned and typed: shown once; undefined when the form is drawn again after a wrong code. */
  readonly shown: { readonly secret: string; readonly qrSvg: string } | undefined;
}

/** The key for an authenticator app, and the form that takes its first code. */
export function appEnrolmentPage(centre: Centre, { enrolment, shown }: AppEnrolment): Page {
  const { language } = centre.frame;
  const words = factorsWords[language];
  return centrePage(centre, {
    at: 'factors',
    body: html`<section class="part" aria-labelledby="scan-heading">
<h2 id="scan-heading">${shown ? words.scan : words.confirm}</h2>
${shown ? keyHtml(language, shown) : html`<p>${words.goOn}</p>`}
${codeForm(centre, enrolment)}
</section>
<p><a href="${centrePaths.factors}">${words.beginAgain}</a></p>`,
  });
}

/** The picture is ours: nothing of it is text from outside. */
const keyHtml = (
  language: Language,
  { secret, qrSvg }: { readonly secret: string; readonly qrSvg: string },
): Html => html`<div class="qr" role="img" aria-label="${factorsWords[language].qr}">${raw(qrSvg)}</div>
<p>${factorsWords[language].orType}</p>
<p class="once"><code id="secret" dir="ltr">${secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code></p>
<p>${factorsWords[language].confirm}:</p>`;

function codeForm({ frame: { language }, failure }: Centre, enrolment: string): Html {
  const words = factorsWords[language];
  const isWrong = failure?.code === 'second_factor_refused';
  const code = {
    name: 'code',
    label: words.code,
    attributes: html`class="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" spellcheck="false" dir="ltr" required`,
    fault: isWrong ? failureSentence(language, failure.code) : faultOf(language, failure, 'code'),
  };
  return html`<form id="confirm-app" method="post" action="/account/factors/app/confirm">
${hiddenFields({ enrolment })}
${fieldHtml(language, code, failure !== undefined)}
<button class="primary compact" id="confirm" type="submit">${words.confirmIt}</button>
</form>`;
}

/** Recovery codes, and the page on which they were made or came along. */
export interface ShownCodes {
  readonly codes: readonly string[];
  readonly at: 'factors' | 'passkeys';
}

/** Recovery codes, shown this once. */
export function recoveryCodesPage(centre: Centre, { codes, at }: ShownCodes): Page {
  const words = factorsWords[centre.frame.language];
  return centrePage(centre, {
    at,
    body: html`<section class="part" aria-labelledby="codes-heading">
<h2 id="codes-heading">${words.codesTitle}</h2>
<p>${words.keep}</p>
${recoveryCodesHtml(centre.frame.language, codes)}
</section>
<p><a class="primary compact" href="${centrePaths[at]}">${words.kept}</a></p>`,
  });
}
