import { html } from 'hono/html';
import type { OfferedPasskey } from '../domain/factors/prove-passkey.ts';
import { hiddenFields } from './field.ts';
import type { Language } from './language.ts';
import type { Html } from './layout.ts';
import { passkeyWords } from './words/passkey.ts';

/** A form that asks for a passkey. */
export interface PasskeyForm {
  readonly id: string;
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly offered: OfferedPasskey;
  /** Whether the browser may offer passkeys among the names of its person. */
  readonly offers: boolean;
}

/** The form, which a script brings to life; without one it is not there. */
export function passkeyForm(language: Language, { id, action, hidden, offered, offers }: PasskeyForm): Html {
  const words = passkeyWords[language];
  const { ceremony, options } = offered;
  return html`<form id="${id}" method="post" action="${action}" data-repeats data-passkey="${JSON.stringify(options)}"${offers ? html` data-offers` : ''} hidden>
${hiddenFields({ ...hidden, ceremony, passkey_answer: '' })}
<p class="fault" role="alert" hidden>${words.failed}</p>
<button class="secondary" id="by-passkey" type="submit">${words.use}</button>
</form>`;
}

/** What is said where no script can ask for one. */
export const passkeyNote = (language: Language): Html =>
  html`<noscript><p class="hint">${passkeyWords[language].needsScript}</p></noscript>`;
