import { html } from 'hono/html';
import { faultOf } from '../failure.ts';
import { type Field, fieldHtml, hiddenFields } from '../field.ts';
import { dayText, type Language, momentText } from '../language.ts';
import type { Html, Page } from '../layout.ts';
import { apiKeysWords } from '../words/account-access.ts';
import { centrePaths } from '../words/account-centre.ts';
import { askForProof, type Centre, centrePage, section } from './centre.ts';

/** A key, never the key itself. Times are milliseconds since 1970; `usedAt` is 0 for never. */
export interface ShownKey {
  readonly id: string;
  readonly name: string;
  /** The first letters, so that its owner recognises it. */
  readonly hint: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
  readonly usedAt: number;
}

/** The keys, and the form that makes one. */
export function apiKeysPage(centre: Centre, keys: readonly ShownKey[]): Page {
  const { language } = centre.frame;
  const words = apiKeysWords[language];
  return centrePage(centre, {
    at: 'apiKeys',
    body: html`<p class="lead">${words.lead}</p>
${keys.length === 0 ? html`<p id="none">${words.none}</p>` : html`<ul class="rows" id="keys" aria-label="${words.heading}">${keys.map((key) => keyRow(language, key))}</ul>`}
${section('add', words.add, centre.proven ? keyForm(centre) : askForProof(centre))}`,
  });
}

function keyRow(language: Language, { id, name, hint, scopes, expiresAt, usedAt }: ShownKey): Html {
  const words = apiKeysWords[language];
  return html`<li data-key="${id}"><div><p class="name" id="of-${id}"><bdi>${name}</bdi> <code dir="ltr">${hint}…</code></p>
<p class="scopes">${scopes.map((scope) => html`<code>${scope}</code> `)}</p>
<p class="quiet">${words.until(dayText(language, expiresAt))} ${usedAt === 0 ? words.neverUsed : words.used(momentText(language, usedAt))}</p></div>
<form method="post" action="/account/api-keys/end">${hiddenFields({ key: id })}<button class="danger compact" type="submit" aria-describedby="of-${id}">${words.end}</button></form></li>
`;
}

function keyForm({ frame: { language }, failure, entered }: Centre): Html {
  const words = apiKeysWords[language];
  const field = ({ name, ...more }: Pick<Field, 'name' | 'label' | 'hint' | 'attributes'>): Html =>
    fieldHtml(language, {
      ...more,
      name,
      value: entered[name] ?? (name === 'days' ? '90' : ''),
      fault: faultOf(language, failure, name),
    });
  return html`<form id="make-key" method="post" action="/account/api-keys">
${field({ name: 'name', label: words.name, hint: words.nameHint, attributes: html`type="text" autocomplete="off" maxlength="100" dir="auto" required` })}
${field({ name: 'scope', label: words.scopes, hint: words.scopesHint, attributes: html`type="text" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="1000" dir="ltr" required` })}
${field({ name: 'days', label: words.days, hint: words.daysHint, attributes: html`type="text" inputmode="numeric" autocomplete="off" maxlength="3" dir="ltr" required` })}
<button class="primary compact" id="make" type="submit">${words.make}</button>
</form>`;
}

/** A key that was made. */
export interface MadeKey {
  readonly name: string;
  /** The key itself. */
  readonly text: string;
}

/** Shows a key, this once. */
export function madeKeyPage(centre: Centre, { name, text }: MadeKey): Page {
  const { language } = centre.frame;
  const words = apiKeysWords[language];
  return centrePage(centre, {
    at: 'apiKeys',
    body: html`<div class="notice success" role="status"><p>${words.made(html`<strong><bdi>${name}</bdi></strong>`)}</p></div>
<div class="once"><code id="key" dir="ltr" aria-label="${words.key}" tabindex="0" role="textbox" aria-readonly="true">${text}</code>
<button class="secondary compact" type="button" data-copies="key" data-other="${words.copied}" data-awaits hidden>${words.copy}</button></div>
<p><a href="${centrePaths.apiKeys}">${words.on}</a></p>`,
  });
}
