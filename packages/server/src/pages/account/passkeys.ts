import { html } from 'hono/html';
import type { OfferedPasskey } from '../../domain/factors/prove-passkey.ts';
import { assetPath } from '../assets.ts';
import { newPasskeyForm, passkeyNameAttributes, passkeyNote } from '../authorize/passkey.ts';
import { faultOf } from '../failure.ts';
import { fieldHtml, hiddenFields } from '../field.ts';
import { dayText, momentText } from '../language.ts';
import type { Html, Page } from '../layout.ts';
import { passkeysWords } from '../words/account-passkeys.ts';
import { askForProof, type Centre, centrePage, section } from './centre.ts';

/** A passkey. Times are milliseconds since 1970; `usedAt` is 0 for never. */
export interface ShownPasskey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly usedAt: number;
  readonly isBackedUp: boolean;
}

/** What the page shows. */
export interface Passkeys {
  readonly passkeys: readonly ShownPasskey[];
  /** What the browser makes a new one with; undefined where none is made now. */
  readonly offered: OfferedPasskey | undefined;
  /** What the browser tells its authenticators after a removal, for `PublicKeyCredential.signalAllAcceptedCredentials`. */
  readonly accepted: object | undefined;
}

/** The passkeys of an account: added, named and removed. */
export function passkeysPage(centre: Centre, { passkeys, offered, accepted }: Passkeys): Page {
  const words = passkeysWords[centre.frame.language];
  const told = accepted ? html` data-accepted="${JSON.stringify(accepted)}"` : '';
  return centrePage(centre, {
    at: 'passkeys',
    modules: offered || accepted ? [assetPath('passkey.js')] : [],
    body: html`<p class="lead"${told}>${words.lead}</p>
${centre.proven ? '' : askForProof(centre)}
${passkeys.length === 0 ? html`<p id="none">${words.none}</p>` : html`<ul class="rows" id="passkeys" aria-label="${words.yours}">${passkeys.map((passkey) => passkeyRow(centre, passkey))}</ul>`}
${centre.proven ? section('add', words.add, offered ? html`${addForm(centre, offered)}${passkeyNote(centre.frame.language)}` : html`<p>${words.full}</p>`) : ''}`,
  });
}

function passkeyRow(centre: Centre, passkey: ShownPasskey): Html {
  const { language } = centre.frame;
  const words = passkeysWords[language];
  const { id, name, createdAt, usedAt, isBackedUp } = passkey;
  return html`<li data-passkey-row="${id}"><div><p class="name" id="of-${id}"><bdi>${name}</bdi></p>
<p class="quiet">${words.added(dayText(language, createdAt))} ${usedAt === 0 ? words.neverUsed : words.used(momentText(language, usedAt))} <span class="badge${isBackedUp ? ' good' : ''}">${isBackedUp ? words.backedUp : words.notBackedUp}</span></p>
${renameForm(centre, passkey)}</div>
${centre.proven ? html`<form id="remove-${id}" method="post" action="/account/passkeys/remove">${hiddenFields({ factor: id })}<button class="danger compact" type="submit" aria-describedby="of-${id}">${words.remove}</button></form>` : ''}</li>
`;
}

/** Opened where its name was refused. */
function renameForm({ frame: { language }, failure, entered }: Centre, { id, name }: ShownPasskey): Html {
  const words = passkeysWords[language];
  const isRefused = failure !== undefined && entered['factor'] === id && entered['name'] !== undefined;
  const field = {
    id: `name-${id}`,
    name: 'name',
    label: words.newName,
    value: isRefused ? entered['name'] : name,
    attributes: passkeyNameAttributes,
    fault: isRefused ? faultOf(language, failure, 'name') : undefined,
  };
  return html`<details${isRefused ? html` open` : ''}><summary aria-describedby="of-${id}">${words.rename}</summary>
<form id="rename-${id}" method="post" action="/account/passkeys/rename">${hiddenFields({ factor: id })}
${fieldHtml(language, field, isRefused)}
<button class="secondary compact" type="submit" aria-describedby="of-${id}">${words.save}</button></form></details>`;
}

function addForm({ frame: { language }, failure, entered }: Centre, offered: OfferedPasskey): Html {
  const isOwn = entered['factor'] === undefined;
  return newPasskeyForm(language, {
    id: 'add-passkey',
    action: '/account/passkeys',
    hidden: {},
    offered,
    name: (isOwn && entered['name']) || '',
    failure: isOwn ? failure : undefined,
    classes: 'primary compact',
  });
}
