/**
 * The consent page: who asks, for what, on whose behalf, and where the answer goes. It works without scripts, and its ids
 * and texts are stable.
 */
import { html } from 'hono/html';
import { askedHtml } from './asked.ts';
import { type Html, layout } from './layout.ts';
import { hiddenFields } from './sign-in.ts';

/** What the person decides about. */
export interface ConsentForm {
  readonly client: {
    readonly name: string;
    /** https addresses to read. */
    readonly clientUri?: string | undefined;
    readonly policyUri?: string | undefined;
    readonly tosUri?: string | undefined;
  };
  /** What the account is called, and how else it is known. */
  readonly account: { readonly id: string; readonly name: string; readonly label: string };
  readonly scopes: readonly string[];
  /** The APIs that it is for (RFC 8707). */
  readonly resources: readonly string[];
  /** Where the answer goes, as people may know it: a host, or a scheme of the device. */
  readonly destination: string;
  /** The handle of the request that waits. */
  readonly authorization: string;
}

/** The page. */
export const consentPage = ({
  client,
  account,
  scopes,
  resources,
  destination,
  authorization,
}: ConsentForm): Html =>
  layout({
    title: `Allow ${client.name}`,
    body: html`<h1>Allow <span id="client-name">${client.name}</span>?</h1>
<p class="lead">It asks to act for <strong id="account">${account.name}</strong>${account.label === '' ? '' : html` (${account.label})`}.</p>
${askedHtml({ scopes, resources })}
<p class="quiet">The answer goes to <strong id="destination">${destination}</strong>. You can withdraw what you allow at any time.</p>
${readings(client)}
<form id="consent" method="post" action="/consent">
${hiddenFields({ authorization, account: account.id, shown: scopes.join(' ') })}
<button class="primary" id="allow" type="submit" name="decision" value="allow">Allow</button>
<button class="secondary" id="refuse" type="submit" name="decision" value="refuse">Refuse</button>
</form>
<p class="quiet aside">Not ${account.name}? <a id="other-account" href="/sign-in?authorization=${authorization}">Sign in as somebody else</a></p>`,
  });

const readings = ({ clientUri, policyUri, tosUri }: ConsentForm['client']): Html | '' => {
  const links = [
    ['About it', clientUri],
    ['Its privacy policy', policyUri],
    ['Its terms', tosUri],
  ].filter(([, address]) => address !== undefined);
  return links.length === 0
    ? ''
    : html`<p class="quiet readings">${links.map(([label, address]) => html`<a href="${address}" rel="noreferrer noopener" target="_blank">${label}</a> `)}</p>`;
};
