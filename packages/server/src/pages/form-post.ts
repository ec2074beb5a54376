/**
 * The page that takes an answer to a client by a form (OAuth 2.0 Form Post Response Mode §2): it sends itself where
 * JavaScript is on, and has a button where it is not.
 */
import { html } from 'hono/html';
import { assetPath } from './assets.ts';
import { type Html, layout } from './layout.ts';

/** What travels. */
export interface FormPost {
  /** The redirect URI. */
  readonly action: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/**
 * What the page may do: run our script. Where its form leads is not limited: to the client, and wherever that leads on;
 * browsers hold `form-action` against every redirect that follows.
 */
export const formPostPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The page. */
export const formPostPage = ({ action, fields }: FormPost): Html =>
  layout({
    title: 'Back to the application',
    scripts: [assetPath('form-post.js')],
    body: html`<h1>One more step</h1>
<p class="lead">Your browser takes the answer back to the application.</p>
<form method="post" action="${action}">
${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="primary" id="continue" type="submit">Continue</button>
</form>`,
  });
