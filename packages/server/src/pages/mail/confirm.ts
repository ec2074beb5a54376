/**
 * The pages by which a mailbox is proven: the code of the mail where it was asked for; a button where its link is opened there;
 * and the code of that screen where the link is opened anywhere else.
 */
import { html } from 'hono/html';
import type { TicketPurpose } from '../../domain/mail/ticket.ts';
import { faultOf, refusalHtml, type ShownFailure } from '../failure.ts';
import { type Field, fieldHtml, hiddenFields, passwordAttributes } from '../field.ts';
import { type Frame, type Html, layout, type Page } from '../layout.ts';
import { arrivalWords } from '../words/arrivals.ts';
import { confirmWords } from '../words/confirm.ts';

/** What is confirmed on these pages. */
export type ConfirmPurpose = Exclude<TicketPurpose, 'invitation' | 'email-undo'>;

/** What the form shows. */
export interface ConfirmForm {
  readonly frame: Frame;
  readonly purpose: ConfirmPurpose;
  /** The address that the mail went to. */
  readonly mailbox: string;
  /** What names the ticket in this form: its id where it was asked for, the handle of its link elsewhere. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Which code is asked for; undefined where a button is enough. */
  readonly asks: 'code' | 'screen' | undefined;
  /** What this screen shows to whoever opens the link elsewhere; where the mail was asked for. */
  readonly screenCode: string | undefined;
  /** Where another mail is asked for. */
  readonly again: string;
  /** Where one may sign in first instead of typing a code; undefined where that would not help. */
  readonly signIn: string | undefined;
  /** Code points. */
  readonly passwordMinimum: number;
  readonly failure?: ShownFailure | undefined;
}

/** The form. */
export function confirmPage(form: ConfirmForm): Page {
  const { frame, purpose, mailbox, hidden, screenCode, again, failure, signIn } = form;
  const { language } = frame;
  const words = confirmWords[language];
  const waits = screenCode !== undefined;
  const fields = fieldsOf(form);
  const address = html`<strong id="mailbox"><bdi>${mailbox}</bdi></strong>`;
  return layout({
    frame,
    title: failure ? words.notYet : waits ? words.title : words.linkTitle,
    body: html`<h1>${waits ? words.title : words.linkTitle}</h1>
<p class="lead">${waits ? words.sentTo(address) : words.confirmFor(address)}</p>
${failure ? refusalHtml(language, failure) : ''}
<form id="confirm" method="post" action="/confirm">
${hiddenFields(hidden)}
${purpose === 'reset' ? html`<input type="text" autocomplete="username" value="${mailbox}" readonly hidden>` : ''}
${fields.map((field, place) => fieldHtml(language, field, place === 0))}
<button class="primary" id="submit" type="submit">${words[purpose === 'sign-up' ? 'signUp' : purpose === 'sign-in' ? 'signIn' : purpose]}</button>
</form>
${screenCode === undefined ? '' : screenHtml(words, screenCode, again)}
${signIn === undefined ? '' : html`<p class="aside"><a id="sign-in-first" href="${signIn}">${words.orSignIn}</a></p>`}`,
  });
}

const screenHtml = (
  words: (typeof confirmWords)['en'],
  code: string,
  again: string,
): Html => html`<section class="aside">
<p>${words.elsewhere}</p>
<p class="compare" id="screen-code" dir="ltr">${code}</p>
<p class="quiet">${words.notCome}</p>
<p><a id="again" href="${again}">${words.again}</a></p>
</section>`;

function fieldsOf({ frame: { language }, purpose, asks, passwordMinimum, failure }: ConfirmForm): Field[] {
  const words = confirmWords[language];
  const fields: Field[] = [];
  if (asks)
    fields.push({
      name: asks,
      label: words[asks],
      hint: asks === 'code' ? words.codeHint : words.screenHint,
      attributes: html`class="code" type="text" ${asks === 'code' ? html`inputmode="numeric" autocomplete="one-time-code"` : html`autocomplete="off"`} autocapitalize="characters" spellcheck="false" maxlength="40" dir="ltr" required`,
      fault: faultOf(language, failure, asks),
    });
  if (purpose === 'reset')
    fields.push({
      name: 'password',
      label: words.newPassword,
      hint: arrivalWords[language].passwordHint(passwordMinimum),
      attributes: passwordAttributes('new-password'),
      concealed: true,
      fault: faultOf(language, failure, 'password'),
    });
  return fields;
}

/** What was done. */
export interface ConfirmedPage {
  readonly frame: Frame;
  readonly done: 'email' | 'reset';
  readonly mailbox: string;
}

/** After the proof, where nobody is led on. */
export function confirmedPage({ frame, done, mailbox }: ConfirmedPage): Page {
  const words = confirmWords[frame.language];
  const title = done === 'email' ? words.doneEmail : words.doneReset;
  return layout({
    frame,
    title,
    body: html`<p class="status good" aria-hidden="true">✓</p>
<h1>${title}</h1>
<p class="lead">${done === 'email' ? words.isYours(html`<strong><bdi>${mailbox}</bdi></strong>`) : words.ended}</p>
<a class="primary" id="go-on" href="${done === 'email' ? '/' : '/sign-in'}">${done === 'email' ? words.goOn : words.goToSignIn}</a>`,
  });
}
