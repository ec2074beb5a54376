/** The forms for passkeys, which `passkey.js` brings to life; without it they are not there. */
import { html } from 'hono/html';
import type { OfferedPasskey } from '../../domain/factors/prove-passkey.ts';
import { faultOf, type ShownFailure } from '../failure.ts';
import { fieldHtml, hiddenFields } from '../field.ts';
import type { Language } from '../language.ts';
import type { Html } from '../layout.ts';
import { passkeysWords } from '../words/account-passkeys.ts';
import { passkeyWords } from '../words/passkey.ts';

/** A form that asks for a passkey. */
export interface PasskeyForm {
  readonly id: string;
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly offered: OfferedPasskey;
  /** Whether the browser may offer passkeys among the names of its person. */
  readonly offers: boolean;
  /** Nothing else is asked for beside it. */
  readonly isOnly?: boolean | undefined;
  /** A passkey that opens nothing, for `PublicKeyCredential.signalUnknownCredential`. */
  readonly unknown?: object | undefined;
}

/** The form that asks for a passkey. */
export function passkeyForm(language: Language, form: PasskeyForm): Html {
  const { id, action, hidden, offered, offers, unknown } = form;
  const words = passkeyWords[language];
  const { ceremony, options } = offered;
  return html`<form id="${id}" method="post" action="${action}" data-passkey="${JSON.stringify(options)}"${offers ? html` data-offers` : ''}${unknown ? html` data-unknown="${JSON.stringify(unknown)}"` : ''} hidden>
${hiddenFields({ ...hidden, ceremony, passkey_answer: '' })}
<p class="fault" role="alert" hidden>${words.failed}</p>
<button class="${form.isOnly ? 'primary' : 'secondary'}" id="by-passkey" type="submit">${words.use}</button>
</form>`;
}

/** What is said where no script can ask for one. */
export const passkeyNote = (language: Language): Html =>
  html`<noscript><p class="hint">${passkeyWords[language].needsScript}</p></noscript>`;

/** A form that makes a passkey. */
export interface NewPasskeyForm extends Omit<PasskeyForm, 'offers' | 'unknown' | 'isOnly'> {
  /** What it is called unless somebody types another name. */
  readonly name: string;
  readonly failure: ShownFailure | undefined;
  /** Of its button. */
  readonly classes: string;
  /** Stands above its field. */
  readonly before?: Html | undefined;
}

/** The form that makes a passkey and gives it a name. */
export function newPasskeyForm(language: Language, form: NewPasskeyForm): Html {
  const { id, action, hidden, offered, name, failure, classes, before = '' } = form;
  const words = passkeysWords[language];
  const field = {
    name: 'name',
    label: words.name,
    value: name,
    hint: words.nameHint,
    attributes: passkeyNameAttributes,
    fault: faultOf(language, failure, 'name'),
  };
  return html`<form id="${id}" method="post" action="${action}" data-passkey="${JSON.stringify(offered.options)}" data-creates hidden>
${hiddenFields({ ...hidden, ceremony: offered.ceremony, passkey_answer: '' })}
${before}
<p class="fault" role="alert" hidden>${words.failed}</p>
${fieldHtml(language, field)}
<button class="${classes}" id="make-passkey" type="submit">${words.make}</button>
</form>`;
}

/** The field of a passkey's name. */
export const passkeyNameAttributes = html`type="text" autocomplete="off" maxlength="100" dir="auto" required`;
