/**
 * The pages of devices without a browser (RFC 8628 §3.3): the code is typed, compared and decided about. They work without
 * scripts, and their ids and texts are stable.
 */
import { html } from 'hono/html';
import { accountHtml, decisionButtons, type ShownAccount } from '../authorize/consent.ts';
import { faultOf, refusalHtml, type ShownFailure } from '../failure.ts';
import { fieldHtml, hiddenFields } from '../field.ts';
import { type Frame, layout, type Page } from '../layout.ts';
import { type Asked, askedHtml } from '../mail/asked.ts';
import { consentWords } from '../words/consent.ts';
import { deviceWords } from '../words/device.ts';

/** The form that takes a code. */
export interface UserCodeForm {
  readonly frame: Frame;
  /** What was typed, or came with the address. */
  readonly userCode: string;
  /** Why it was refused. */
  readonly failure?: ShownFailure | undefined;
}

/** The form. */
export function userCodePage({ frame, userCode, failure }: UserCodeForm): Page {
  const { language } = frame;
  const words = deviceWords[language];
  return layout({
    frame,
    title: failure ? words.notYet : words.title,
    body: html`<h1>${words.title}</h1>
<p class="lead">${words.showsCode}</p>
${failure ? refusalHtml(language, failure) : ''}
<form id="device" method="post" action="/device">
${fieldHtml(
  language,
  {
    name: 'user_code',
    label: words.code,
    value: userCode,
    hint: words.codeHint,
    attributes: html`class="code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" dir="ltr" required`,
    fault: faultOf(language, failure, 'user_code'),
  },
  failure !== undefined,
)}
<button class="primary" id="submit" type="submit">${words.next}</button>
</form>`,
  });
}

/** What the person decides about. */
export interface DeviceQuestion extends Asked {
  readonly frame: Frame;
  readonly clientName: string;
  readonly account: ShownAccount;
  readonly userCode: string;
}

/** Who asks for what, and the code to compare (RFC 8628 §5.4). */
export function deviceQuestionPage({ frame, clientName, account, userCode, ...asked }: DeviceQuestion): Page {
  const { language } = frame;
  const words = deviceWords[language];
  const consent = consentWords[language];
  return layout({
    frame,
    title: consent.title(clientName),
    body: html`<h1>${words.question(html`<bdi id="client-name">${clientName}</bdi>`)}</h1>
<p class="lead">${consent.asksToActFor(accountHtml(account))}</p>
<p class="compare" id="user-code" dir="ltr">${userCode}</p>
<p>${words.compare}</p>
${askedHtml(language, asked)}
<p class="quiet">${consent.canWithdraw}</p>
<form id="decision" method="post" action="/device/decision">
${hiddenFields({ user_code: userCode })}
${decisionButtons(language)}
</form>`,
  });
}

/** What was decided. */
export interface DeviceDecision {
  readonly frame: Frame;
  readonly clientName: string;
  readonly allowed: boolean;
}

/** After the decision. */
export function deviceDecidedPage({ frame, clientName, allowed }: DeviceDecision): Page {
  const words = deviceWords[frame.language];
  const client = html`<strong id="client-name"><bdi>${clientName}</bdi></strong>`;
  return allowed
    ? layout({
        frame,
        title: words.connectedTitle,
        body: html`<p class="status good" aria-hidden="true">✓</p>
<h1>${words.connected}</h1>
<p class="lead">${words.goesOn(client)}</p>`,
      })
    : layout({
        frame,
        title: words.refusedTitle,
        body: html`<h1>${words.notConnected}</h1>
<p class="lead">${words.wasRefused(client)}</p>`,
      });
}
