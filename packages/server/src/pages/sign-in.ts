/**
 * The sign-in page. It works without scripts; what was entered comes back after a refusal, but for the password. Ids and
 * English texts are stable: programs that drive browsers find their way by them.
 */
import { html } from 'hono/html';
import type { Provider } from '../domain/oauth/upstream.ts';
import { faultOf, refusalHtml, type ShownFailure } from './failure.ts';
import { type Field, fieldHtml, hiddenFields, passwordAttributes } from './field.ts';
import type { Language } from './language.ts';
import { type Frame, type Html, layout, type Page } from './layout.ts';
import { signInWords } from './words/sign-in.ts';

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
  /** Where else one may sign in. */
  readonly providers: readonly Provider[];
  /** Why it was refused. */
  readonly failure?: ShownFailure | undefined;
}

/** The form. */
export function signInPage(form: SignInForm): Page {
  const { frame, client, hidden, choice, providers, failure } = form;
  const { language } = frame;
  const words = signInWords[language];
  return layout({
    frame,
    title: failure ? words.notYet : words.title,
    body: html`<h1>${words.title}</h1>
${client === undefined ? '' : html`<p class="lead">${words.goOnTo(html`<strong id="client-name"><bdi>${client}</bdi></strong>`)}</p>`}
${failure ? refusalHtml(language, failure) : ''}
${choice ? choiceForm(language, choice, hidden) : ''}
<form id="sign-in" method="post" action="/sign-in">
${hiddenFields(hidden)}
${signInFields(form).map((field, place) => fieldHtml(language, field, failure !== undefined && place === 1))}
<button class="primary" id="submit" type="submit">${words.signIn}</button>
</form>
${providers.map((provider) => providerForm(language, provider, hidden))}
${client === undefined ? '' : cancelForm(language, hidden)}`,
  });
}

function signInFields({ frame: { language }, identifier, failure }: SignInForm): Field[] {
  const words = signInWords[language];
  return [
    {
      name: 'identifier',
      label: words.identifier,
      value: identifier,
      attributes: html`type="text" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" dir="auto" required`,
      fault: faultOf(language, failure, 'identifier'),
    },
    {
      name: 'password',
      label: words.password,
      attributes: passwordAttributes('current-password'),
      concealed: true,
      fault: faultOf(language, failure, 'password'),
    },
  ];
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
