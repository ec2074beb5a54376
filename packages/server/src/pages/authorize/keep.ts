/** The page that asks whoever has closed their account, and signs in to it, whether to keep it. */
import { html } from 'hono/html';
import { hiddenFields } from '../field.ts';
import { momentText } from '../language.ts';
import { type Frame, layout, type Page } from '../layout.ts';
import { keepWords } from '../words/keep.ts';

/** What the form shows. */
export interface KeepForm {
  readonly frame: Frame;
  /** The sign-in under way. */
  readonly attempt: string;
  /** When the account is deleted; milliseconds since 1970. */
  readonly deletesAt: number;
}

/** The form. */
export function keepPage({ frame, attempt, deletesAt }: KeepForm): Page {
  const { language } = frame;
  const words = keepWords[language];
  return layout({
    frame,
    title: words.title,
    body: html`<h1>${words.title}</h1>
<p class="lead">${words.until(html`<strong id="leaves-at">${momentText(language, deletesAt)}</strong>`)}</p>
<form id="keep-form" method="post" action="/sign-in/keep">
${hiddenFields({ attempt })}
<button class="primary" id="keep" type="submit">${words.keep}</button>
</form>
<p class="aside">${words.otherwise}</p>`,
  });
}
