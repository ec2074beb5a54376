/**
 * The sign-in page. It works without scripts; what was entered comes back after a refusal, but for the password. Ids and
 * texts are stable: programs that drive browsers find their way by them.
 */
import { html } from 'hono/html';
import type { Provider } from '../domain/oauth/upstream.ts';
import { decisionNote, retryNote, type ShownFailure } from './failure.ts';
import { type Field, fieldHtml } from './field.ts';
import { type Html, layout } from './layout.ts';

/** What the form shows. */
export interface SignInForm {
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
export function signInPage(form: SignInForm): Html {
  const { client, hidden, choice, providers, failure } = form;
  return layout({
    title: failure ? 'Not yet: sign in' : 'Sign in',
    body: html`<h1>Sign in</h1>
${client === undefined ? '' : html`<p class="lead">to go on to <strong id="client-name">${client}</strong></p>`}
${failure ? refusal(failure) : ''}
${choice ? choiceForm(choice, hidden) : ''}
<form id="sign-in" method="post" action="/sign-in">
${hiddenFields(hidden)}
${signInFields(form).map((field, place) => fieldHtml(field, failure !== undefined && place === 1))}
<button class="primary" id="submit" type="submit">Sign in</button>
</form>
${providers.map((provider) => providerForm(provider, hidden))}
${client === undefined ? '' : cancelForm(hidden)}`,
  });
}

const signInFields = ({ identifier, failure }: SignInForm): Field[] => [
  {
    name: 'identifier',
    label: 'E-mail address or username',
    value: identifier,
    attributes: html`type="text" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required`,
    fault: faultOf(failure, 'identifier'),
  },
  {
    name: 'password',
    label: 'Password',
    attributes: html`type="password" autocomplete="current-password" maxlength="1024" required`,
    fault: faultOf(failure, 'password'),
  },
];

const faultOf = (failure: ShownFailure | undefined, name: string): string | undefined =>
  failure?.fields.find(({ field }) => field === name)?.message;

const refusal = (failure: ShownFailure): Html => html`<div class="summary" role="alert" id="refusal">
<h2>${failure.title}</h2>
${retryNote(failure)}
${decisionNote(failure)}
</div>`;

const choiceForm = (
  { account, name }: { readonly account: string; readonly name: string },
  hidden: SignInForm['hidden'],
): Html => html`<form id="choice" method="post" action="/consent">
${hiddenFields({ ...hidden, account })}
<button class="primary" id="choose" type="submit" name="decision" value="choose">Continue as ${name}</button>
</form>
<p class="divider"><span>or as somebody else</span></p>`;

const providerForm = (
  { name, title }: Provider,
  hidden: SignInForm['hidden'],
): Html => html`<form id="with-${name}" method="post" action="/sign-in/with/${name}">
${hiddenFields(hidden)}
<button class="secondary" type="submit">Continue with ${title}</button>
</form>`;

const cancelForm = (
  hidden: SignInForm['hidden'],
): Html => html`<form id="cancellation" method="post" action="/consent">
${hiddenFields(hidden)}
<button class="secondary" id="cancel" type="submit" name="decision" value="refuse">Cancel</button>
</form>`;

/** Values that a form carries along unseen. */
export const hiddenFields = (hidden: Readonly<Record<string, string>>): Html =>
  html`${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;
