/**
 * The set-up page: the form that makes an administrator, and what comes after it. It works without scripts; what
 * was entered comes back after a refusal, but for the password.
 */
import { html } from 'hono/html';
import { decisionNote, retryNote, type ShownFailure } from './failure.ts';
import { type Field, fieldHtml } from './field.ts';
import { type Html, layout } from './layout.ts';

/** What the form shows. */
export interface SetUpForm {
  /** The secret of the link; it travels in the body from here on. */
  readonly link: string;
  readonly email: string;
  readonly name: string;
  /** Code points. */
  readonly passwordMinimum: number;
  /** Why it was refused. */
  readonly failure?: ShownFailure | undefined;
}

/** The form, with the reason of a refusal at its field and above. */
export function setUpPage(form: SetUpForm): Html {
  const { link, failure } = form;
  const fields = setUpFields(form);
  const wrong = fields.filter(({ fault }) => fault !== undefined);
  return layout({
    title: failure ? 'Not yet: set up' : 'Set up',
    body: html`<h1>Make an administrator</h1>
<p class="lead">The link that brought you here works once. This account will govern the server.</p>
${failure ? summary(failure, wrong) : ''}
<form method="post" action="/setup">
<input type="hidden" name="link" value="${link}">
${fields.map((field) => fieldHtml(field, field === wrong[0]))}
<button class="primary" type="submit">Make the account</button>
</form>`,
  });
}

function setUpFields({ email, name, passwordMinimum, failure }: SetUpForm): Field[] {
  const faultOf = (field: string): string | undefined =>
    failure?.fields.find((one) => one.field === field)?.message;
  const taken = failure?.code === 'identifier_taken' ? failure.title : undefined;
  return [
    {
      name: 'email',
      label: 'E-mail address',
      value: email,
      // Not type=email: browsers refuse addresses that RFC 6531 allows.
      attributes: html`type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required`,
      fault: faultOf('email') ?? taken,
    },
    {
      name: 'name',
      label: 'Name',
      optional: true,
      value: name,
      attributes: html`type="text" autocomplete="name" maxlength="100"`,
      fault: faultOf('name'),
    },
    {
      name: 'password',
      label: 'Password',
      hint: `At least ${passwordMinimum} characters. A few words in a row are good; common passwords are refused.`,
      attributes: html`type="password" autocomplete="new-password" maxlength="1024" required`,
      fault: faultOf('password'),
    },
  ];
}

const summary = (
  failure: ShownFailure,
  wrong: readonly Field[],
): Html => html`<div class="summary" role="alert" aria-live="assertive">
<h2>${wrong.length === 0 ? failure.title : 'Not yet. Please look again at:'}</h2>
${wrong.length === 0 ? '' : html`<ul>${wrong.map(({ name, label, fault }) => html`<li><a href="#${name}">${label}</a>: ${fault}</li>`)}</ul>`}
${retryNote(failure)}
${decisionNote(failure)}
</div>`;

/** After the form: what was made and what can be done with it. */
export const setUpDonePage = ({ email, origin }: { email: string; origin: string }): Html =>
  layout({
    title: 'Set up',
    body: html`<p class="status good" aria-hidden="true">✓</p>
<h1>The door has a keeper</h1>
<p class="lead"><strong>${email}</strong> is an administrator now, and the link has been used up.</p>
<h2>What comes next</h2>
<p>Sign in through the API. The answer holds an access token for <code>Authorization: Bearer</code>:</p>
<pre tabindex="0" role="region" aria-label="Example"><code>curl ${origin}/api/v1/sessions \\
  -H 'content-type: application/json' \\
  -d '{"identifier": "you@example.com",
       "password": "…", "carrier": "opaque"}'</code></pre>
<p>Then make accounts, give roles and read events: the <a href="/docs">API reference</a> shows every call and lets you try it.</p>`,
  });
