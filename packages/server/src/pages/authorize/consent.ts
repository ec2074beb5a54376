/**
 * The consent page: who asks, for what, on whose behalf, and where the answer goes. It works without scripts, and its ids
 * and texts are stable.
 */
import { html } from 'hono/html';
import { hiddenFields } from '../field.ts';
import type { Language } from '../language.ts';
import { type Frame, type Html, layout, type Page } from '../layout.ts';
import { askedHtml } from '../mail/asked.ts';
import { consentWords } from '../words/consent.ts';

/** What an account is called, and how else it is known; the label is empty when there is nothing more to say. */
export interface ShownAccount {
  readonly name: string;
  readonly label: string;
}

/** What the person decides about. */
export interface ConsentForm {
  readonly frame: Frame;
  readonly client: {
    readonly name: string;
    /** https addresses to read. */
    readonly clientUri?: string | undefined;
    readonly policyUri?: string | undefined;
    readonly tosUri?: string | undefined;
  };
  readonly account: ShownAccount & { readonly id: string };
  readonly scopes: readonly string[];
  /** The APIs that it is for (RFC 8707). */
  readonly resources: readonly string[];
  /** Where the answer goes, as people may know it: a host, or a scheme of the device. */
  readonly destination: string;
  /** The handle of the request that waits. */
  readonly authorization: string;
}

/** The page. */
export function consentPage(form: ConsentForm): Page {
  const { frame, client, account, scopes, destination, authorization } = form;
  const { language } = frame;
  const words = consentWords[language];
  return layout({
    frame,
    title: words.title(client.name),
    personal: true,
    body: html`<h1>${words.question(html`<bdi id="client-name">${client.name}</bdi>`)}</h1>
<p class="lead">${words.asksToActFor(accountHtml(account))}</p>
${askedHtml(language, form)}
<p class="quiet">${words.answerGoesTo(html`<strong id="destination"><bdi>${destination}</bdi></strong>`)} ${words.canWithdraw}</p>
${readings(language, client)}
<form id="consent" method="post" action="/consent">
${hiddenFields({ authorization, account: account.id, shown: scopes.join(' ') })}
${decisionButtons(language)}
</form>
<p class="quiet aside">${words.notYou(html`<bdi>${account.name}</bdi>`)} <a id="other-account" href="/sign-in?authorization=${authorization}">${words.signInAsOther}</a></p>`,
  });
}

/** An account by its name and how else it is known. */
export const accountHtml = ({ name, label }: ShownAccount): Html =>
  html`<strong id="account"><bdi>${name}</bdi></strong>${label === '' ? '' : html` (<bdi>${label}</bdi>)`}`;

/** The two buttons of a question. */
export const decisionButtons = (
  language: Language,
): Html => html`<button class="primary" id="allow" type="submit" name="decision" value="allow">${consentWords[language].allow}</button>
<button class="secondary" id="refuse" type="submit" name="decision" value="refuse">${consentWords[language].refuse}</button>`;

function readings(language: Language, { clientUri, policyUri, tosUri }: ConsentForm['client']): Html | '' {
  const words = consentWords[language];
  const links = [
    [words.about, clientUri],
    [words.policy, policyUri],
    [words.terms, tosUri],
  ].filter(([, address]) => address !== undefined);
  return links.length === 0
    ? ''
    : html`<p class="quiet readings">${links.map(([label, address]) => html`<a href="${address}" rel="noreferrer noopener" target="_blank">${label}</a> `)}</p>`;
}
