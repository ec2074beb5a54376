import { html } from 'hono/html';
import type { FieldFault } from '../base/failure.ts';
import { type Html, layout } from './layout.ts';

/** The public half of a failure, as a page may show it. */
export interface ShownFailure {
  readonly status: number;
  readonly code: string;
  /** The public sentence. */
  readonly title: string;
  readonly fields: readonly FieldFault[];
  /** The id of the decision that refused, where it can be asked about. */
  readonly decision: string | undefined;
  /** Seconds after which a retry makes sense. */
  readonly retryAfter: number | undefined;
}

/** The page of a failure that no form can show. `advice` says what can be done about it. */
export const failurePage = (failure: ShownFailure, advice?: string): Html =>
  layout({
    title: failure.title,
    body: html`<p class="status">${failure.status}</p>
<h1>${failure.title}</h1>
${advice === undefined ? '' : html`<p>${advice}</p>`}
${retryNote(failure)}
${failure.fields.length === 0 ? '' : html`<ul>${failure.fields.map(({ field, message }) => html`<li>${field === '' ? '' : html`<code>${field}</code>: `}${message}</li>`)}</ul>`}
${decisionNote(failure)}
<p class="quiet"><a href="/docs/failures#${failure.code}">About this failure</a></p>`,
  });

/** When to try again, if that is known. */
export const retryNote = ({ retryAfter }: ShownFailure): Html | '' =>
  retryAfter === undefined
    ? ''
    : html`<p>Try again in ${retryAfter === 1 ? 'a second' : `${retryAfter} seconds`}.</p>`;

/** What to tell whoever runs the server. */
export const decisionNote = ({ decision }: ShownFailure): Html | '' =>
  decision === undefined
    ? ''
    : html`<details class="quiet"><summary>For whoever runs this server</summary><p>This opens the exact reason:</p><code class="long">${decision}</code></details>`;
