import { html } from 'hono/html';
import type { FieldFault } from '../base/failure.ts';
import type { FailureCode } from '../domain/failures.ts';
import type { Language } from './language.ts';
import { type Frame, type Html, layout, type Page } from './layout.ts';
import { failureWords } from './words/failure.ts';
import { failureSentence } from './words/failures.ts';
import { faultSentence } from './words/faults.ts';

/** The public half of a failure, as a page may show it. */
export interface ShownFailure {
  readonly status: number;
  readonly code: FailureCode;
  /** The public sentence, in English. */
  readonly title: string;
  readonly fields: readonly FieldFault[];
  /** The id of the decision that refused, where it can be asked about. */
  readonly decision: string | undefined;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter: number | undefined;
}

/** What can be done about a failure. */
export interface WayOut {
  readonly advice?: string | undefined;
  /** Where the sign-in that is over begins anew. */
  readonly again?: string | undefined;
}

/** The page of a failure that no form can show. */
export function failurePage(frame: Frame, failure: ShownFailure, { advice, again }: WayOut = {}): Page {
  const { language } = frame;
  const sentence = failureSentence(language, failure.code);
  return layout({
    frame,
    title: sentence,
    body: html`<p class="status">${failure.status}</p>
<h1>${sentence}</h1>
${advice === undefined ? '' : html`<p>${advice}</p>`}
${again === undefined ? '' : html`<p><a id="again" class="primary" href="${again}">${failureWords[language].again}</a></p>`}
${retryNote(language, failure)}
${failure.fields.length === 0 ? '' : html`<ul>${failure.fields.map(({ field, message }) => html`<li>${field === '' ? '' : html`<code>${field}</code>: `}${faultHtml(language, message)}</li>`)}</ul>`}
${decisionNote(language, failure)}
<p class="hint"><a id="home" href="/">${failureWords[language].home}</a></p>
<p class="quiet"><a href="/docs/failures#${failure.code}">${failureWords[language].about}</a></p>`,
  });
}

/** Why the form of a page was refused, above its fields. */
export const refusalHtml = (
  language: Language,
  failure: ShownFailure,
): Html => html`<div class="summary" role="alert" id="refusal">
<h2>${failureSentence(language, failure.code)}</h2>
${retryNote(language, failure)}
${decisionNote(language, failure)}
</div>`;

/** What is wrong with a field, for the one that bears its name; undefined when nothing is. */
export function faultOf(
  language: Language,
  failure: ShownFailure | undefined,
  name: string,
): Html | undefined {
  const fault = failure?.fields.find(({ field }) => field === name || field.startsWith(`${name}.`));
  const message = fault?.message;
  return message === undefined ? undefined : faultHtml(language, message);
}

/** A sentence about a field; one that is for developers stays as it is, and says in which language that is. */
function faultHtml(language: Language, message: string): Html {
  const sentence = faultSentence(language, message);
  return sentence === undefined ? html`<span lang="en" dir="ltr">${message}</span>` : html`${sentence}`;
}

/** When to try again, if that is known. */
export const retryNote = (language: Language, { retryAfter }: ShownFailure): Html | '' =>
  retryAfter === undefined ? '' : html`<p>${failureWords[language].retry(retryAfter)}</p>`;

/** What to tell whoever runs the server. */
export const decisionNote = (language: Language, { decision }: ShownFailure): Html | '' =>
  decision === undefined
    ? ''
    : html`<details class="quiet"><summary>${failureWords[language].forOperator}</summary><p>${failureWords[language].opensReason}</p><code class="long" dir="ltr">${decision}</code></details>`;
