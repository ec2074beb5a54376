/** The inbox of a developer: each mail with its code and its link, youngest first. Links open what a person would open. */
import { html } from 'hono/html';
import type { MailWay } from '../../domain/mail/mail.ts';
import { directionOf, type Language, momentText } from '../language.ts';
import type { Frame, Html, Page } from '../layout.ts';
import { inboxWords } from '../words/dev.ts';
import { devPage } from './frame.ts';

/** A mail as it is shown. */
export interface ShownMail {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: string;
  readonly to: string;
  readonly language: Language;
  readonly subject: string;
  readonly text: string;
  readonly code: string | undefined;
  readonly link: string;
}

/** What the page shows. */
export interface Inbox {
  readonly frame: Frame;
  readonly mails: readonly ShownMail[];
  /** The id of the last mail, where there are older ones. */
  readonly older: string | undefined;
  readonly way: MailWay;
}

/** The inbox. */
export function inboxPage({ frame, mails, older, way }: Inbox): Page {
  const { language } = frame;
  const words = inboxWords[language];
  return devPage(frame, {
    tool: 'inbox',
    title: words.title,
    body: html`<p class="lead">${words.lead}</p>
${way === 'smtp' ? html`<p class="notice warning">${words.sentElsewhere}</p>` : ''}
<p><a href="/dev/inbox" id="again">${words.again}</a></p>
${mails.length === 0 ? html`<p id="empty">${words.empty}</p>` : mails.map((mail) => mailHtml(mail, language))}
${older === undefined ? '' : html`<p><a id="older" href="/dev/inbox?before=${older}">${words.older}</a></p>`}`,
  });
}

function mailHtml(mail: ShownMail, language: Language): Html {
  const words = inboxWords[language];
  const { id, at, kind, to, subject, text, code, link } = mail;
  const own = html`lang="${mail.language}" dir="${directionOf(mail.language)}"`;
  return html`<article class="panel" aria-labelledby="subject-${id}">
<h2 id="subject-${id}"><bdi ${own}>${subject}</bdi></h2>
<p class="quiet">${words.to} <strong dir="ltr">${to}</strong> · <time datetime="${new Date(at).toISOString()}">${momentText(language, at)}</time> · <code>${kind}</code></p>
${code === undefined ? '' : html`<p class="big"><span class="quiet">${words.code}</span> <code dir="ltr">${code}</code></p>`}
<p><a class="primary" href="${link}">${words.follow}</a> <a class="secondary" href="/dev/inbox/mails/${id}">${words.asHtml}</a></p>
<details><summary>${words.text}</summary><pre ${own}>${text}</pre></details>
</article>`;
}
