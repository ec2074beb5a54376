/**
 * The page that takes an answer to a client by a form (OAuth 2.0 Form Post Response Mode §2): it sends itself where
 * JavaScript is on, and has a button where it is not.
 */
import { html } from 'hono/html';
import { assetPath } from '../assets.ts';
import { type Frame, layout, type Page } from '../layout.ts';
import { formPostWords } from '../words/form-post.ts';

/** What travels. */
export interface FormPost {
  readonly frame: Frame;
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
export function formPostPage({ frame, action, fields }: FormPost): Page {
  const words = formPostWords[frame.language];
  return layout({
    frame,
    title: words.title,
    scripts: [assetPath('form-post.js')],
    body: html`<h1>${words.oneMore}</h1>
<p class="lead">${words.takesBack}</p>
<form method="post" action="${action}">
${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="primary" id="continue" type="submit">${words.next}</button>
</form>`,
  });
}
