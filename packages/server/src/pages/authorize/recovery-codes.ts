import { html } from 'hono/html';
import type { Language } from '../language.ts';
import type { Html } from '../layout.ts';
import { factorsWords } from '../words/account-factors.ts';

/** The codes, and where JavaScript is on buttons that copy and print them. Its style stands with that of the account centre. */
export function recoveryCodesHtml(language: Language, codes: readonly string[]): Html {
  const words = factorsWords[language];
  return html`<ol class="codes" id="codes">${codes.map(
    (code) => html`<li><code>${code}</code></li>
`,
  )}</ol>
<p class="choices"><button class="secondary compact" type="button" data-copies="codes" data-other="${words.copied}" data-awaits hidden>${words.copy}</button>
<button class="secondary compact" type="button" data-prints data-awaits hidden>${words.print}</button></p>`;
}
