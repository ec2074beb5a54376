import { html } from 'hono/html';
import { hiddenFields } from '../field.ts';
import { dayText, type Language } from '../language.ts';
import type { Html, Page } from '../layout.ts';
import { scopeMeaning } from '../mail/asked.ts';
import { applicationsWords } from '../words/account-access.ts';
import { type Centre, centrePage } from './centre.ts';

/** What an application was allowed. Times are milliseconds since 1970. */
export interface ShownGrant {
  readonly client: { readonly id: string; readonly name: string };
  readonly scopes: readonly string[];
  /** The APIs that it is for. */
  readonly resources: readonly string[];
  readonly createdAt: number;
}

/** Applications with access, and what they may do. */
export function applicationsPage(centre: Centre, grants: readonly ShownGrant[]): Page {
  const { language } = centre.frame;
  const words = applicationsWords[language];
  return centrePage(centre, {
    at: 'applications',
    body: html`<p class="lead">${words.lead}</p>
${grants.length === 0 ? html`<p id="none">${words.none}</p>` : html`<ul class="rows" id="applications" aria-label="${words.heading}">${grants.map((grant) => grantRow(language, grant))}</ul>`}`,
  });
}

function grantRow(language: Language, { client, scopes, resources, createdAt }: ShownGrant): Html {
  const words = applicationsWords[language];
  return html`<li data-client="${client.id}"><div><p class="name" id="of-${client.id}"><bdi>${client.name}</bdi></p>
<ul class="may">${scopes.map((scope) => html`<li>${scopeMeaning(language, scope)}</li>`)}</ul>
${resources.length === 0 ? '' : html`<p class="quiet">${words.at} ${resources.map((resource) => html`<code dir="ltr">${resource}</code> `)}</p>`}
<p class="quiet">${words.since(dayText(language, createdAt))}</p></div>
<form method="post" action="/account/applications/withdraw">${hiddenFields({ client: client.id })}<button class="danger compact" type="submit" aria-describedby="of-${client.id}">${words.withdraw}</button></form></li>
`;
}
