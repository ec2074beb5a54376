/**
 * The pages of signing out: the question, and what is said afterwards to whoever is led nowhere else. Both work without
 * scripts.
 */
import { html } from 'hono/html';
import { type Html, layout } from './layout.ts';

/** What the question shows and sends along. */
export interface SignOutForm {
  /** The client that asks; undefined when nobody known does. */
  readonly clientName: string | undefined;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Asks whether to sign out. */
export const signOutPage = ({ clientName, fields }: SignOutForm): Html =>
  layout({
    title: 'Sign out',
    body: html`<h1>Sign out?</h1>
<p class="lead">${clientName === undefined ? '' : html`<strong>${clientName}</strong> asks whether to sign you out. `}You will be signed out here, and the applications that you opened from here lose their access.</p>
<p class="quiet">To stay signed in, just close this page.</p>
<form id="sign-out" method="post" action="/sign-out">
${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="primary" id="confirm" type="submit">Sign out</button>
</form>`,
  });

/** Says that it is done. */
export const signedOutPage = (): Html =>
  layout({
    title: 'Signed out',
    body: html`<p class="status good" aria-hidden="true">✓</p>
<h1>You are signed out</h1>
<p class="lead">You can close this page.</p>`,
  });
