import { html } from 'hono/html';
import type { Language } from '../language.ts';
import type { Html } from '../layout.ts';
import { factorsWords } from '../words/account-factors.ts';

/** The codes, and where JavaScript is on a button that copies them. Its style stands with that of the account centre. */
export function recoveryCodesHtml(language: Language, codes: readonly string[]): Html {
  const words = factorsWords[language];
  return html`<ol class="codes" id="codes" dir="ltr">${codes.map(
    (code) => html`<li><code>${code}</code></li>
`,
  )}</ol>
<button class="secondary compact" type="button" data-copies="codes" data-other="${words.copied}" hidden>${words.copy}</button>`;
}
