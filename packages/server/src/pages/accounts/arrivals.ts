/**
 * The pages by which accounts begin, by one's own wish or by an invitation, and by which passwords and addresses come back. They
 * work without scripts; what was entered comes back after a refusal, but for the password.
 */
import { html } from 'hono/html';
import { faultOf, refusalHtml, type ShownFailure } from '../failure.ts';
import { type Field, fieldHtml, hiddenFields, passwordAttributes } from '../field.ts';
import type { Language } from '../language.ts';
import { type Frame, type Html, layout, type Page } from '../layout.ts';
import { arrivalWords } from '../words/arrivals.ts';
import { failureSentence } from '../words/failures.ts';

/** What all of these forms show. */
interface ArrivalForm {
  readonly frame: Frame;
  /** Why it was refused. */
  readonly failure?: ShownFailure | undefined;
}

/** What the form shows that makes an account. */
export interface SignUpForm extends ArrivalForm {
  readonly email: string;
  readonly name: string;
  readonly hidden: Readonly<Record<string, string>>;
  /** Code points. */
  readonly passwordMinimum: number;
  /** Where one signs in instead. */
  readonly signIn: string;
}

/** Signing up. */
export function signUpPage(form: SignUpForm): Page {
  const { language } = form.frame;
  const words = arrivalWords[language];
  return formPage(form, {
    id: 'sign-up',
    title: words.signUpTitle,
    lead: '',
    hidden: form.hidden,
    fields: [
      emailField(language, form.email, form.failure),
      nameField(language, form.name, form.failure),
      passwordField(language, form, words.password),
    ],
    button: words.signUp,
    after: words.hasAccount(html`<a id="sign-in" href="${form.signIn}">${words.signIn}</a>`),
  });
}

/** What the form shows that asks for a new password. */
export interface ResetForm extends ArrivalForm {
  readonly email: string;
}

/** Asking for a new password. */
export function resetPage(form: ResetForm): Page {
  const { language } = form.frame;
  const words = arrivalWords[language];
  return formPage(form, {
    id: 'reset',
    title: words.resetTitle,
    lead: words.resetLead,
    hidden: {},
    fields: [emailField(language, form.email, form.failure)],
    button: words.sendMail,
    after: html`<a id="sign-in" href="/sign-in">${words.back}</a>`,
  });
}

/** What the form of an invitation shows. */
export interface InvitationForm extends ArrivalForm {
  readonly mailbox: string;
  readonly link: string;
  readonly name: string;
  readonly passwordMinimum: number;
}

/** Taking an invitation. */
export function invitationPage(form: InvitationForm): Page {
  const { language } = form.frame;
  const words = arrivalWords[language];
  return formPage(form, {
    id: 'invitation',
    title: words.invitationTitle,
    lead: words.invitationLead(address(form.mailbox)),
    hidden: { link: form.link },
    fields: [nameField(language, form.name, form.failure), passwordField(language, form, words.password)],
    username: form.mailbox,
    button: words.signUp,
    after: '',
  });
}

/** What the form shows that takes a change of address back. */
export interface UndoForm extends ArrivalForm {
  readonly mailbox: string;
  readonly link: string;
  readonly passwordMinimum: number;
}

/** Taking a change of address back. */
export function undoPage(form: UndoForm): Page {
  const { language } = form.frame;
  const words = arrivalWords[language];
  return formPage(form, {
    id: 'undo',
    title: words.undoTitle,
    lead: words.undoLead(address(form.mailbox)),
    hidden: { link: form.link },
    fields: [passwordField(language, form, words.newPassword)],
    username: form.mailbox,
    button: words.undo,
    after: '',
  });
}

/** It was taken back. */
export function undonePage(frame: Frame): Page {
  const words = arrivalWords[frame.language];
  return layout({
    frame,
    title: words.undone,
    body: html`<p class="status good" aria-hidden="true">✓</p>
<h1>${words.undone}</h1>
<p class="lead">${words.undoneLead}</p>
<a class="primary" id="go-on" href="/sign-in">${words.signIn}</a>`,
  });
}

const address = (mailbox: string): Html => html`<strong id="mailbox"><bdi>${mailbox}</bdi></strong>`;

interface FormParts {
  /** Of the form; its path is the same. */
  readonly id: string;
  readonly title: string;
  readonly lead: Html | string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly fields: readonly Field[];
  /** Whose password it is, for what remembers passwords; where no field says it. */
  readonly username?: string | undefined;
  readonly button: string;
  readonly after: Html | string;
}

function formPage({ frame, failure }: ArrivalForm, parts: FormParts): Page {
  const { id, title, lead, hidden, fields, username, button, after } = parts;
  const { language } = frame;
  const wrong = fields.find(({ fault }) => fault !== undefined);
  return layout({
    frame,
    title,
    body: html`<h1>${title}</h1>
${lead === '' ? '' : html`<p class="lead">${lead}</p>`}
${failure ? refusalHtml(language, failure) : ''}
<form id="${id}" method="post" action="/${id}">
${hiddenFields(hidden)}
${username === undefined ? '' : html`<input type="text" autocomplete="username" value="${username}" readonly hidden>`}
${fields.map((field, place) => fieldHtml(language, field, wrong ? field === wrong : place === 0))}
<button class="primary" id="submit" type="submit">${button}</button>
</form>
${after === '' ? '' : html`<p class="aside">${after}</p>`}`,
  });
}

const emailField = (language: Language, value: string, failure: ShownFailure | undefined): Field => ({
  name: 'email',
  label: arrivalWords[language].email,
  value,
  // Not type=email: browsers refuse addresses that RFC 6531 allows.
  attributes: html`type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" dir="auto" required`,
  fault:
    failure?.code === 'identifier_taken'
      ? failureSentence(language, failure.code)
      : faultOf(language, failure, 'email'),
});

const nameField = (language: Language, value: string, failure: ShownFailure | undefined): Field => ({
  name: 'name',
  label: arrivalWords[language].name,
  optional: true,
  value,
  attributes: html`type="text" autocomplete="name" maxlength="100" dir="auto"`,
  fault: faultOf(language, failure, 'name'),
});

const passwordField = (
  language: Language,
  {
    passwordMinimum,
    failure,
  }: { readonly passwordMinimum: number; readonly failure?: ShownFailure | undefined },
  label: string,
): Field => ({
  name: 'password',
  label,
  hint: arrivalWords[language].passwordHint(passwordMinimum),
  attributes: passwordAttributes('new-password'),
  concealed: true,
  fault: faultOf(language, failure, 'password'),
});
