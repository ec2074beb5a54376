/**
 * The first step of a sign-in: who it is, and then the password. The second page is the same for everybody, whether there is
 * such an account or not. They work without scripts; what was entered comes back after a refusal, but for the password. Ids and
 * English texts are stable: programs that drive browsers find their way by them.
 */
import { html } from 'hono/html';
import type { OfferedPasskey } from '../../domain/factors/prove-passkey.ts';
import type { Provider } from '../../domain/upstream/upstream.ts';
import { assetPath } from '../assets.ts';
import { faultOf, refusalHtml, type ShownFailure } from '../failure.ts';
import { type Field, fieldHtml, hiddenFields, passwordAttributes } from '../field.ts';
import type { Language } from '../language.ts';
import { type Frame, type Html, layout, type Page } from '../layout.ts';
import { signInWords } from '../words/sign-in.ts';
import { passkeyForm } from './passkey.ts';

/** What the form shows. */
export interface SignInForm {
  readonly frame: Frame;
  /** What the person may have been called when they were sent here. */
  readonly identifier: string;
  /** The application that waits; undefined when none does. */
  readonly client: string | undefined;
  /** Values that travel along, by name. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Who is signed in here and may go on as they are. */
  readonly choice: { readonly account: string; readonly name: string } | undefined;
  /** What the browser asks for a passkey with. */
  readonly passkey: OfferedPasskey;
  /** Where else one may sign in. */
  readonly providers: readonly Provider[];
  /** Where an account is made; undefined where no stranger makes one. */
  readonly signUp: string | undefined;
  /** Why it was refused. */
  readonly failure?: ShownFailure | undefined;
  /** The password is asked for beside the name. */
  readonly asksBoth?: boolean | undefined;
  /** A passkey that was shown and opens nothing. */
  readonly unknown?: object | undefined;
}

/** The form that asks who it is. */
export function signInPage(form: SignInForm): Page {
  const { frame, client, hidden, choice, providers, failure, signUp, asksBoth = false, unknown } = form;
  const { language } = frame;
  const words = signInWords[language];
  const fields = asksBoth
    ? [identifierField(form), passwordField(language, failure)]
    : [identifierField(form)];
  return layout({
    frame,
    title: failure ? words.notYet : words.title,
    modules: [assetPath('passkey.js')],
    body: html`<h1>${words.title}</h1>
${client === undefined ? '' : html`<p class="lead">${words.goOnTo(html`<strong id="client-name"><bdi>${client}</bdi></strong>`)}</p>`}
${failure ? refusalHtml(language, failure) : ''}
${choice ? choiceForm(language, choice, hidden) : ''}
<form id="sign-in" method="post" action="/sign-in">
${hiddenFields(hidden)}
${fields.map((field, place) => fieldHtml(language, field, asksBoth ? place === 1 : choice === undefined))}
<button class="${choice ? 'secondary' : 'primary'}" id="submit" type="submit">${asksBoth ? words.signIn : words.next}</button>
</form>
${passkeyForm(language, { id: 'sign-in-passkey', action: '/sign-in/passkey', hidden, offered: form.passkey, offers: failure === undefined, unknown })}
${providers.map((provider) => providerForm(language, provider, hidden))}
${client === undefined ? '' : cancelForm(language, hidden)}
${signUp === undefined ? '' : html`<p class="aside">${words.noAccount(html`<a id="sign-up" href="${signUp}">${words.makeOne}</a>`)}</p>`}`,
  });
}

/** `webauthn`: browsers offer passkeys among the names (WebAuthn Level 3, §5.1.4). */
const identifierField = ({ frame: { language }, identifier, failure }: SignInForm): Field => ({
  name: 'identifier',
  label: signInWords[language].identifier,
  value: identifier,
  attributes: html`type="text" autocomplete="username webauthn" autocapitalize="none" spellcheck="false" maxlength="254" dir="auto" required`,
  fault: faultOf(language, failure, 'identifier'),
});

const passwordField = (language: Language, failure: ShownFailure | undefined): Field => ({
  name: 'password',
  label: signInWords[language].password,
  attributes: passwordAttributes('current-password'),
  concealed: true,
  fault: faultOf(language, failure, 'password'),
});

/** What the page of the password shows. */
export interface PasswordForm {
  readonly frame: Frame;
  /** Names the attempt. */
  readonly attempt: string;
  /** As it was typed. */
  readonly identifier: string;
  /** Back to the name. */
  readonly back: string;
  /** Where a new password is chosen; undefined where no mail can be sent. */
  readonly reset: string | undefined;
  /** Whether a code may be asked for by mail. */
  readonly byMail: boolean;
  readonly failure?: ShownFailure | undefined;
}

/** The form that asks for the password. The name stands beside it, for whoever reads and for what remembers passwords. */
export function passwordPage({
  frame,
  attempt,
  identifier,
  back,
  reset,
  byMail,
  failure,
}: PasswordForm): Page {
  const { language } = frame;
  const words = signInWords[language];
  return layout({
    frame,
    title: failure ? words.notYet : words.passwordTitle,
    body: html`<h1>${words.passwordTitle}</h1>
${failure ? refusalHtml(language, failure) : ''}
<form id="sign-in-password" method="post" action="/sign-in/password">
${hiddenFields({ attempt })}
<div class="field">
<label for="identifier">${words.identifier}</label>
<input id="identifier" type="text" autocomplete="username" value="${identifier}" dir="auto" readonly>
</div>
<p class="hint"><a id="other-name" href="${back}">${words.otherName}</a></p>
${fieldHtml(language, passwordField(language, failure), true)}
<button class="primary" id="submit" type="submit">${words.signIn}</button>
</form>
${byMail ? html`<form id="sign-in-mail" method="post" action="/sign-in/mail">${hiddenFields({ attempt })}<button class="secondary" id="by-mail" type="submit">${words.byMail}</button></form>` : ''}
${reset === undefined ? '' : html`<p class="aside"><a id="forgotten" href="${reset}">${words.forgotten}</a></p>`}`,
  });
}

const choiceForm = (
  language: Language,
  { account, name }: { readonly account: string; readonly name: string },
  hidden: SignInForm['hidden'],
): Html => html`<form id="choice" method="post" action="/consent">
${hiddenFields({ ...hidden, account })}
<button class="primary" id="choose" type="submit" name="decision" value="choose">${signInWords[language].continueAs(name)}</button>
</form>
<p class="divider"><span>${signInWords[language].orElse}</span></p>`;

const providerForm = (
  language: Language,
  { name, title }: Provider,
  hidden: SignInForm['hidden'],
): Html => html`<form id="with-${name}" method="post" action="/sign-in/with/${name}">
${hiddenFields(hidden)}
<button class="secondary" type="submit">${signInWords[language].continueWith(title)}</button>
</form>`;

const cancelForm = (
  language: Language,
  hidden: SignInForm['hidden'],
): Html => html`<form id="cancellation" method="post" action="/consent">
${hiddenFields(hidden)}
<button class="secondary" id="cancel" type="submit" name="decision" value="refuse">${signInWords[language].cancel}</button>
</form>`;
