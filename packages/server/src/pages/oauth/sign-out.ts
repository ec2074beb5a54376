/**
 * The pages of signing out: the question, and what is said afterwards to whoever is led nowhere else. Both work without
 * scripts.
 */
import { html } from 'hono/html';
import { hiddenFields } from '../field.ts';
import { type Frame, layout, type Page } from '../layout.ts';
import { signOutWords } from '../words/sign-out.ts';

/** What the question shows and sends along. */
export interface SignOutForm {
  readonly frame: Frame;
  /** The client that asks; undefined when nobody known does. */
  readonly clientName: string | undefined;
  /** Values that travel along, by name. */
  readonly hidden: Readonly<Record<string, string>>;
}

/** Asks whether to sign out. */
export function signOutPage({ frame, clientName, hidden }: SignOutForm): Page {
  const words = signOutWords[frame.language];
  return layout({
    frame,
    title: words.title,
    body: html`<h1>${words.question}</h1>
<p class="lead">${clientName === undefined ? '' : words.asks(html`<strong><bdi>${clientName}</bdi></strong>`)} ${words.consequence}</p>
<p class="quiet">${words.stay}</p>
<form id="sign-out" method="post" action="/sign-out">
${hiddenFields(hidden)}
<button class="primary" id="confirm" type="submit">${words.signOut}</button>
</form>`,
  });
}

/** Says that it is done. */
export function signedOutPage(frame: Frame): Page {
  const words = signOutWords[frame.language];
  return layout({
    frame,
    title: words.doneTitle,
    signedOut: true,
    body: html`<p class="status good" aria-hidden="true">✓</p>
<h1>${words.done}</h1>
<p class="lead">${words.canClose}</p>`,
  });
}
