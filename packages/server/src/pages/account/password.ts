import { html } from 'hono/html';
import { faultOf } from '../failure.ts';
import { type Field, fieldHtml, passwordAttributes } from '../field.ts';
import type { Html, Page } from '../layout.ts';
import { passwordWords } from '../words/account-password.ts';
import { failureSentence } from '../words/failures.ts';
import { askForProof, type Centre, centrePage, section } from './centre.ts';

/** What the page needs to know. */
export interface PasswordState {
  readonly has: boolean;
  /** Code points. */
  readonly minimum: number;
  /** How the account signs in: password managers keep the new one under it. */
  readonly identifier: string;
}

/** Changes the password, or sets the first one. */
export function passwordPage(centre: Centre, state: PasswordState): Page {
  const words = passwordWords[centre.frame.language];
  return centrePage(centre, {
    at: 'password',
    body: state.has
      ? section('change', words.change, changeForm(centre, state))
      : section('set', words.set, centre.proven ? setForm(centre, state) : askForProof(centre)),
  });
}

function changeForm(centre: Centre, state: PasswordState): Html {
  const { frame, failure } = centre;
  const { language } = frame;
  const words = passwordWords[language];
  const isWrong = failure?.code === 'current_password_wrong';
  return html`<p class="quiet">${words.endsOthers}</p>
<form id="password-form" method="post" action="/account/password">
${forManagers(state)}
${fieldHtml(
  language,
  {
    name: 'current_password',
    label: words.current,
    attributes: passwordAttributes('current-password'),
    concealed: true,
    fault: isWrong ? failureSentence(language, failure.code) : faultOf(language, failure, 'current_password'),
  },
  isWrong,
)}
${fieldHtml(language, newField(centre, state), failure !== undefined && !isWrong)}
<button class="primary compact" id="change-password" type="submit">${words.changeIt}</button>
</form>`;
}

function setForm(centre: Centre, state: PasswordState): Html {
  const words = passwordWords[centre.frame.language];
  return html`<p class="quiet">${words.noneYet}</p>
<form id="password-form" method="post" action="/account/password/first">
${forManagers(state)}
${fieldHtml(centre.frame.language, newField(centre, state), centre.failure !== undefined)}
<button class="primary compact" id="set-password" type="submit">${words.setIt}</button>
</form>`;
}

const newField = ({ frame: { language }, failure }: Centre, { minimum }: PasswordState): Field => ({
  name: 'new_password',
  label: passwordWords[language].next,
  hint: passwordWords[language].hint(minimum),
  attributes: passwordAttributes('new-password'),
  concealed: true,
  // The policy speaks of the password, whatever the field is called.
  fault: faultOf(language, failure, 'new_password') ?? faultOf(language, failure, 'password'),
});

/** Password managers look for the name beside the password. */
const forManagers = ({ identifier }: PasswordState): Html =>
  html`<input type="text" name="username" autocomplete="username" value="${identifier}" readonly hidden>`;
