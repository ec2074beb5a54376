/**
 * The pages of devices without a browser (RFC 8628 §3.3): the code is typed, compared and decided about. They work without
 * scripts, and their ids and texts are stable.
 */
import { html } from 'hono/html';
import { type Asked, askedHtml } from './asked.ts';
import { decisionNote, retryNote, type ShownFailure } from './failure.ts';
import { fieldHtml } from './field.ts';
import { type Html, layout } from './layout.ts';
import { hiddenFields } from './sign-in.ts';

/** The form that takes a code. */
export interface UserCodeForm {
  /** What was typed, or came with the address. */
  readonly userCode: string;
  /** Why it was refused. */
  readonly failure?: ShownFailure | undefined;
}

/** The form. */
export function userCodePage({ userCode, failure }: UserCodeForm): Html {
  const fault = failure?.fields.find(({ field }) => field === 'user_code')?.message;
  return layout({
    title: failure ? 'Not yet: connect a device' : 'Connect a device',
    body: html`<h1>Connect a device</h1>
<p class="lead">Your device shows a code of eight letters.</p>
${failure ? refusal(failure) : ''}
<form id="device" method="post" action="/device">
${fieldHtml(
  {
    name: 'user_code',
    label: 'Code',
    value: userCode,
    hint: 'Capitals, spaces and dashes do not matter.',
    attributes: html`class="code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" required`,
    fault,
  },
  failure !== undefined,
)}
<button class="primary" id="submit" type="submit">Continue</button>
</form>`,
  });
}

const refusal = (failure: ShownFailure): Html => html`<div class="summary" role="alert" id="refusal">
<h2>${failure.title}</h2>
${retryNote(failure)}
${decisionNote(failure)}
</div>`;

/** What the person decides about. */
export interface DeviceQuestion extends Asked {
  readonly clientName: string;
  /** What the account is called, and how else it is known. */
  readonly account: { readonly name: string; readonly label: string };
  readonly userCode: string;
}

/** Who asks for what, and the code to compare (RFC 8628 §5.4). */
export const deviceQuestionPage = ({ clientName, account, userCode, ...asked }: DeviceQuestion): Html =>
  layout({
    title: `Allow ${clientName}`,
    body: html`<h1>Allow <span id="client-name">${clientName}</span> on your device?</h1>
<p class="lead">It asks to act for <strong id="account">${account.name}</strong>${account.label === '' ? '' : html` (${account.label})`}.</p>
<p class="compare" id="user-code">${userCode}</p>
<p>Allow it only if the device is with you and shows this very code. If somebody sent you the code or a link, refuse.</p>
${askedHtml(asked)}
<p class="quiet">You can withdraw what you allow at any time.</p>
<form id="decision" method="post" action="/device/decision">
${hiddenFields({ user_code: userCode })}
<button class="primary" id="allow" type="submit" name="decision" value="allow">Allow</button>
<button class="secondary" id="refuse" type="submit" name="decision" value="refuse">Refuse</button>
</form>`,
  });

/** What was decided. */
export interface DeviceDecision {
  readonly clientName: string;
  readonly allowed: boolean;
}

/** After the decision. */
export const deviceDecidedPage = ({ clientName, allowed }: DeviceDecision): Html =>
  allowed
    ? layout({
        title: 'Device connected',
        body: html`<p class="status good" aria-hidden="true">✓</p>
<h1>Your device is connected</h1>
<p class="lead"><strong id="client-name">${clientName}</strong> goes on there in a few seconds. You can close this page.</p>`,
      })
    : layout({
        title: 'Device refused',
        body: html`<h1>Your device is not connected</h1>
<p class="lead"><strong id="client-name">${clientName}</strong> was refused. You can close this page.</p>`,
      });
