import { html } from 'hono/html';
import { faultOf } from '../failure.ts';
import { fieldHtml, hiddenFields } from '../field.ts';
import type { Html, Page } from '../layout.ts';
import { namesWords } from '../words/account-names.ts';
import { failureSentence } from '../words/failures.ts';
import { askForProof, type Centre, centrePage, section } from './centre.ts';

/** What an account is called. */
export interface Names {
  readonly name: string;
  readonly username: string;
  readonly email: string | undefined;
  readonly emailProven: boolean;
  /** Whether an address changes by a mail to its mailbox, or here. */
  readonly byMail: boolean;
}

/** The page of name, username and address. */
export function namesPage(centre: Centre, names: Names): Page {
  const words = namesWords[centre.frame.language];
  return centrePage(centre, {
    at: 'names',
    body: html`${section('names', words.names, namesForm(centre, names))}
${section('address', words.address, html`${addressNow(centre, names)}${addressForm(centre, names)}`)}`,
  });
}

function namesForm({ frame: { language }, failure, entered }: Centre, { name, username }: Names): Html {
  const words = namesWords[language];
  const taken =
    failure?.code === 'identifier_taken' && entered['username'] !== undefined
      ? failureSentence(language, failure.code)
      : undefined;
  return html`<form id="names" method="post" action="/account/names">
${fieldHtml(language, {
  name: 'name',
  label: words.name,
  optional: true,
  value: entered['name'] ?? name,
  hint: words.nameHint,
  attributes: html`type="text" autocomplete="name" maxlength="100" dir="auto"`,
  fault: faultOf(language, failure, 'name'),
})}
${fieldHtml(language, {
  name: 'username',
  label: words.username,
  optional: true,
  value: entered['username'] ?? username,
  hint: words.usernameHint,
  attributes: html`type="text" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" dir="ltr"`,
  fault: faultOf(language, failure, 'username') ?? taken,
})}
<button class="primary compact" id="save-names" type="submit">${words.save}</button>
</form>`;
}

function addressNow({ frame: { language } }: Centre, { email, emailProven }: Names): Html {
  const words = namesWords[language];
  if (email === undefined) return html`<p>${words.none}</p>`;
  return html`<p>${words.current}: <strong><bdi id="email-now">${email}</bdi></strong> <span class="badge${emailProven ? ' good' : ''}">${emailProven ? words.proven : words.unproven}</span></p>`;
}

const addressForm = (centre: Centre, names: Names): Html =>
  centre.proven ? html`${proveForm(centre, names)}${emailForm(centre, names)}` : askForProof(centre);

/** Asks for the mail that proves the address as it is. */
function proveForm({ frame: { language } }: Centre, { email, emailProven, byMail }: Names): Html | '' {
  if (email === undefined || emailProven || !byMail) return '';
  return html`<form id="prove-email" method="post" action="/account/email">${hiddenFields({ email })}<button class="secondary compact" type="submit">${namesWords[language].prove}</button></form>`;
}

function emailForm({ frame: { language }, failure, entered }: Centre, { email = '', byMail }: Names): Html {
  const words = namesWords[language];
  const taken =
    failure?.code === 'identifier_taken' && entered['email'] !== undefined
      ? failureSentence(language, failure.code)
      : undefined;
  return html`<form id="email-form" method="post" action="/account/email">
${fieldHtml(language, {
  name: 'email',
  label: words.email,
  value: entered['email'] ?? email,
  hint: byMail ? words.emailByMail : words.emailHint,
  // Not type=email: browsers refuse addresses that RFC 6531 allows.
  attributes: html`type="text" inputmode="email" autocomplete="email" autocapitalize="none" spellcheck="false" maxlength="254" dir="ltr"`,
  fault: faultOf(language, failure, 'email') ?? taken,
})}
<button class="primary compact" id="save-email" type="submit">${byMail ? words.sendCode : words.save}</button>
</form>`;
}
