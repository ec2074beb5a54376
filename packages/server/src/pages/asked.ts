import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** What a client asks for. */
export interface Asked {
  readonly scopes: readonly string[];
  /** The APIs that it is for (RFC 8707). */
  readonly resources: readonly string[];
}

/** What a client may do once it is allowed, in words. */
export const askedHtml = ({ scopes, resources }: Asked): Html => html`<h2 id="asked">It may</h2>
<ul class="asked" id="scopes" aria-labelledby="asked">${scopesShown(scopes).map((scope) => html`<li>${meaningOf(scope)}</li>`)}</ul>
${resources.length === 0 ? '' : html`<h2 id="where">At</h2><ul class="asked" id="resources" aria-labelledby="where">${resources.map((resource) => html`<li><code>${resource}</code></li>`)}</ul>`}`;

/** A client that asks for nothing by name still learns that somebody is there. */
const scopesShown = (scopes: readonly string[]): readonly string[] => (scopes.length === 0 ? [''] : scopes);

/** What the scopes of the standards mean (OpenID Connect Core §5.4, §11). */
const meanings: ReadonlyMap<string, string> = new Map([
  ['', 'know that you have an account here'],
  ['openid', 'know who you are'],
  ['profile', 'see your name'],
  ['email', 'see your e-mail address'],
  ['offline_access', 'go on when you are not there, until you sign out'],
]);

const meaningOf = (scope: string): Html | string => meanings.get(scope) ?? html`use <code>${scope}</code>`;
