import { html } from 'hono/html';
import { hiddenFields } from '../field.ts';
import type { Language } from '../language.ts';
import { momentText } from '../language.ts';
import type { Html, Page } from '../layout.ts';
import { sessionsWords } from '../words/account-sessions.ts';
import { type Centre, centrePage } from './centre.ts';

/** A device that is signed in. Times are milliseconds since 1970. */
export interface ShownSession {
  readonly id: string;
  /** What the program called itself; empty when it did not say. */
  readonly clientName: string;
  readonly isBrowser: boolean;
  readonly network: string;
  readonly createdAt: number;
  readonly seenAt: number;
  /** The one that asks. */
  readonly isCurrent: boolean;
}

/** The devices, this one first. */
export function sessionsPage(centre: Centre, sessions: readonly ShownSession[]): Page {
  const { language } = centre.frame;
  const words = sessionsWords[language];
  return centrePage(centre, {
    at: 'sessions',
    body: html`<p class="lead">${words.lead}</p>
<ul class="rows" id="sessions" aria-label="${words.heading}">${sessions.map((session) => sessionRow(language, session))}</ul>
${
  sessions.length < 2
    ? ''
    : html`<form id="end-others" method="post" action="/account/sessions/end-others">
<button class="danger compact" type="submit">${words.endOthers}</button>
</form>`
}`,
  });
}

function sessionRow(language: Language, session: ShownSession): Html {
  const words = sessionsWords[language];
  const { id, clientName, isBrowser, network, createdAt, seenAt, isCurrent } = session;
  const name = clientName === '' ? (isBrowser ? words.browser : words.program) : clientName;
  return html`<li data-session="${id}"><div><p class="name" id="of-${id}"><bdi>${name}</bdi>${isCurrent ? html` <span class="badge good">${words.here}</span>` : ''}</p>
<p class="quiet">${words.signedIn(momentText(language, createdAt), html`<bdi>${network}</bdi>`)}. ${words.seen(momentText(language, seenAt))}.</p></div>
${
  isCurrent
    ? ''
    : html`<form method="post" action="/account/sessions/end">${hiddenFields({ session: id })}<button class="secondary compact" type="submit" aria-describedby="of-${id}">${words.end}</button></form>`
}</li>
`;
}
