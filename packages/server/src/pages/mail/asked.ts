import { html } from 'hono/html';
import type { Language } from '../language.ts';
import type { Html } from '../layout.ts';
import { askedWords } from '../words/consent.ts';

/** What a client asks for. */
export interface Asked {
  readonly scopes: readonly string[];
  /** The APIs that it is for (RFC 8707). */
  readonly resources: readonly string[];
}

/** What a client may do once it is allowed, in words. */
export const askedHtml = (
  language: Language,
  { scopes, resources }: Asked,
): Html => html`<h2 id="asked">${askedWords[language].may}</h2>
<ul class="asked" id="scopes" aria-labelledby="asked">${scopesShown(scopes).map((scope) => html`<li>${scopeMeaning(language, scope)}</li>`)}</ul>
${resources.length === 0 ? '' : html`<h2 id="where">${askedWords[language].at}</h2><ul class="asked" id="resources" aria-labelledby="where">${resources.map((resource) => html`<li><code dir="ltr">${resource}</code></li>`)}</ul>`}`;

/** A client that asks for nothing by name still learns that somebody is there. */
const scopesShown = (scopes: readonly string[]): readonly string[] => (scopes.length === 0 ? [''] : scopes);

/** What a scope lets a client do, to follow "it may". */
export function scopeMeaning(language: Language, scope: string): Html | string {
  const words = askedWords[language];
  const meanings = new Map([
    ['', words.knowAccount],
    ['openid', words.openid],
    ['profile', words.profile],
    ['email', words.email],
    ['offline_access', words.offline],
  ]);
  return meanings.get(scope) ?? words.use(html`<code dir="ltr">${scope}</code>`);
}
