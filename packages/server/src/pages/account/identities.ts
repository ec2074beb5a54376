import { html } from 'hono/html';
import type { Provider } from '../../domain/upstream/upstream.ts';
import { hiddenFields } from '../field.ts';
import { dayText, type Language, momentText } from '../language.ts';
import type { Html, Page } from '../layout.ts';
import { identitiesWords } from '../words/account-access.ts';
import { askForProof, type Centre, centrePage, section } from './centre.ts';

/** A linked sign-in. Times are milliseconds since 1970; `usedAt` is 0 for never. */
export interface ShownIdentity {
  readonly id: string;
  readonly issuer: string;
  /** What they call themselves there. */
  readonly label: string;
  readonly createdAt: number;
  readonly usedAt: number;
}

/** What the page shows. */
export interface LinkedSignIns {
  readonly identities: readonly ShownIdentity[];
  readonly providers: readonly Provider[];
}

/** Linked sign-ins: linked and unlinked. */
export function identitiesPage(centre: Centre, { identities, providers }: LinkedSignIns): Page {
  const { language } = centre.frame;
  const words = identitiesWords[language];
  return centrePage(centre, {
    at: 'identities',
    body: html`<p class="lead">${words.lead}</p>
${centre.proven || (identities.length === 0 && providers.length === 0) ? '' : askForProof(centre)}
${identities.length === 0 ? html`<p id="none">${words.none}</p>` : html`<ul class="rows" id="identities" aria-label="${words.heading}">${identities.map((identity) => identityRow(centre, identity))}</ul>`}
${providers.length === 0 || !centre.proven ? '' : section('link', words.add, html`${providers.map((provider) => linkForm(language, provider))}`)}`,
  });
}

function identityRow({ frame: { language }, proven }: Centre, identity: ShownIdentity): Html {
  const words = identitiesWords[language];
  const { id, issuer, label, createdAt, usedAt } = identity;
  return html`<li data-identity="${id}"><div><p class="name" id="of-${id}"><bdi>${label === '' ? issuer : label}</bdi></p>
<p class="quiet"><bdi>${issuer}</bdi>. ${words.linked(dayText(language, createdAt))} ${usedAt === 0 ? words.neverUsed : words.used(momentText(language, usedAt))}</p></div>
${proven ? html`<form method="post" action="/account/identities/unlink">${hiddenFields({ identity: id })}<button class="danger compact" type="submit" aria-describedby="of-${id}">${words.unlink}</button></form>` : ''}</li>
`;
}

const linkForm = (language: Language, { name, title }: Provider): Html =>
  html`<form id="link-${name}" method="post" action="/account/identities/link">${hiddenFields({ provider: name })}<button class="secondary compact" type="submit">${identitiesWords[language].link(title)}</button></form>`;
