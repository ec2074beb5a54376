/**
 * The set-up page: the form that makes an administrator, and what comes after it. It works without scripts; what
 * was entered comes back after a refusal, but for the password.
 */
import { html } from 'hono/html';
import { decisionNote, faultOf, retryNote, type ShownFailure } from '../failure.ts';
import { type Field, fieldHtml, hiddenFields, passwordAttributes } from '../field.ts';
import type { Language } from '../language.ts';
import { type Frame, type Html, layout, type Page } from '../layout.ts';
import { failureSentence } from '../words/failures.ts';
import { setUpWords } from '../words/set-up.ts';

/** What the form shows. */
export interface SetUpForm {
  readonly frame: Frame;
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
export function setUpPage(form: SetUpForm): Page {
  const { frame, link, failure } = form;
  const { language } = frame;
  const words = setUpWords[language];
  const fields = setUpFields(form);
  const wrong = fields.filter(({ fault }) => fault !== undefined);
  return layout({
    frame,
    title: failure ? words.notYet : words.title,
    body: html`<h1>${words.makeAdministrator}</h1>
<p class="lead">${words.worksOnce}</p>
${failure ? summary(language, failure, wrong) : ''}
<form id="set-up" method="post" action="/setup">
${hiddenFields({ link })}
${fields.map((field) => fieldHtml(language, field, field === wrong[0]))}
<button class="primary" id="submit" type="submit">${words.makeAccount}</button>
</form>`,
  });
}

function setUpFields({ frame: { language }, email, name, passwordMinimum, failure }: SetUpForm): Field[] {
  const words = setUpWords[language];
  const taken = failure?.code === 'identifier_taken' ? failureSentence(language, failure.code) : undefined;
  return [
    {
      name: 'email',
      label: words.email,
      value: email,
      // Not type=email: browsers refuse addresses that RFC 6531 allows.
      attributes: html`type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" dir="auto" required`,
      fault: faultOf(language, failure, 'email') ?? taken,
    },
    {
      name: 'name',
      label: words.name,
      optional: true,
      value: name,
      attributes: html`type="text" autocomplete="name" maxlength="100" dir="auto"`,
      fault: faultOf(language, failure, 'name'),
    },
    {
      name: 'password',
      label: words.password,
      hint: words.passwordHint(passwordMinimum),
      attributes: passwordAttributes('new-password'),
      concealed: true,
      fault: faultOf(language, failure, 'password'),
    },
  ];
}

const summary = (
  language: Language,
  failure: ShownFailure,
  wrong: readonly Field[],
): Html => html`<div class="summary" role="alert" aria-live="assertive">
<h2>${wrong.length === 0 ? failureSentence(language, failure.code) : setUpWords[language].lookAgain}</h2>
${wrong.length === 0 ? '' : html`<ul>${wrong.map(({ name, label, fault }) => html`<li><a href="#${name}">${label}</a>: ${fault}</li>`)}</ul>`}
${retryNote(language, failure)}
${decisionNote(language, failure)}
</div>`;

/** What was made. */
export interface SetUpDone {
  readonly frame: Frame;
  readonly email: string;
  readonly origin: string;
}

/** After the form: what was made and what can be done with it. */
export function setUpDonePage({ frame, email, origin }: SetUpDone): Page {
  const words = setUpWords[frame.language];
  return layout({
    frame,
    title: words.title,
    body: html`<p class="status good" aria-hidden="true">✓</p>
<h1>${words.done}</h1>
<p class="lead">${words.isAdministrator(html`<strong><bdi>${email}</bdi></strong>`)}</p>
<h2>${words.next}</h2>
<p>${words.signInThroughApi(html`<code dir="ltr">Authorization: Bearer</code>`)}</p>
<pre tabindex="0" role="region" aria-label="${words.example}" dir="ltr"><code>curl ${origin}/api/v1/sessions \\
  -H 'content-type: application/json' \\
  -d '{"identifier": "you@example.com",
       "password": "…", "carrier": "opaque"}'</code></pre>
<p>${words.thenMake(html`<a href="/docs">${words.reference}</a>`)}</p>`,
  });
}
