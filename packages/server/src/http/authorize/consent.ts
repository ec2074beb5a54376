/**
 * The consent page, and what the person decides on our pages about a request that waits.
 */
import * as v from 'valibot';
import { decline, lookAhead, type Outlook, resume } from '../../domain/authorize/authorize.ts';
import { fail } from '../../domain/failures.ts';
import type { Language } from '../../pages/language.ts';
import type { Page } from '../../pages/layout.ts';
import { consentWords } from '../../pages/words/consent.ts';
import { frameOf } from '../language.ts';
import { leadingAway, pageReply } from '../page.ts';
import { type Call, openRoute } from '../route.ts';
import { atBrowser } from './browser.ts';
import { deadEnd } from './dead-end.ts';
import { answerReply, outcomeReply, resumePath, waitingHandle, withAuthorization } from './outcome.ts';
import { labelOf, nameOf } from './shown-account.ts';

const path = '/consent';

const facts = {
  path,
  subject: 'oauth',
  limits: ['none'],
  page: true,
  leadsAway: true,
  redraw: deadEnd,
  failures: ['client_request_invalid', 'authorization_over'],
} as const;

/** `GET /consent`: who asks for what. */
export const showConsentRoute = openRoute(
  {
    ...facts,
    method: 'GET',
    summary: 'The page that asks whether a client may have what it asks for.',
    forgery: 'none',
    query: v.strictObject({ authorization: waitingHandle }),
    answers: {
      200: { description: 'The page.', mediaType: 'text/html' },
      303: { description: 'The request misses something else first.' },
    },
  },
  async (call) => {
    const { authorization } = call.query;
    // This page names the account and offers another: whoever stands before it chooses.
    const acts = { chose: true, consented: false };
    const outlook = await lookAhead(call.ports, authorization, { ...(await atBrowser(call)), acts });
    if (outlook.page !== 'consent')
      return { status: 303, headers: { location: withAuthorization(resumePath, authorization) } };
    return pageReply(await drawn(call, authorization, outlook), leadingAway);
  },
);

/** `POST /consent`: what the person decides. */
export const consentRoute = openRoute(
  {
    ...facts,
    method: 'POST',
    summary: 'Allow or refuse what a client asks for, or go on as who is signed in.',
    forgery: 'always',
    form: true,
    body: v.strictObject({
      authorization: waitingHandle,
      /** Whom the page showed; nobody when nobody is signed in. */
      account: v.optional(v.pipe(v.string('This must be text.'), v.maxLength(36, 'This is not an id.')), ''),
      /** The scopes that the page listed. */
      shown: v.optional(v.pipe(v.string('This must be text.'), v.maxLength(8192, 'This is too long.'))),
      decision: v.picklist(['allow', 'refuse', 'choose'], 'This must be allow, refuse or choose.'),
    }),
    answers: {
      200: { description: 'A form that takes the answer to the client.', mediaType: 'text/html' },
      303: { description: 'Back to the client, or to the page that is missing next.' },
    },
  },
  async (call) => {
    const { ports, body } = call;
    const { authorization, account, shown, decision } = body;
    const at = await atBrowser(call);
    if (decision === 'refuse') return answerReply(call, await decline(ports, authorization, at.browser));
    // Somebody else signed in since the page was drawn: what was allowed was not theirs to allow.
    if (at.session?.accountId !== account)
      return { status: 303, headers: { location: withAuthorization(resumePath, authorization) } };
    // A role that was given since the page was drawn adds nothing to what it listed.
    const acts = { chose: true, consented: decision === 'allow', shown: shown?.split(' ') };
    return outcomeReply(call, await resume(ports, authorization, { ...at, acts }), at.browser);
  },
);

async function drawn(call: Call, authorization: string, outlook: Outlook): Promise<Page> {
  const { ports } = call;
  const frame = frameOf(call, { wished: outlook.request.uiLocales });
  const { client, request, scopes, accountId } = outlook;
  const account = accountId === undefined ? undefined : await ports.store.read.accounts.find(accountId);
  if (!account) throw fail('authorization_over', { detail: { check: 'account-unknown' } });
  const { consentPage } = await import('../../pages/authorize/consent.ts');
  return consentPage({
    frame,
    client,
    account: { id: account.id, name: nameOf(account), label: labelOf(account) },
    scopes,
    resources: request.resources,
    destination: destinationOf(frame.language, request.redirectUri),
    authorization,
  });
}

/** The host of a redirect URI, or for a program of this device how the device calls it. */
function destinationOf(language: Language, redirectUri: string): string {
  const { host, protocol } = new URL(redirectUri);
  return protocol === 'https:' || protocol === 'http:'
    ? host
    : consentWords[language].onThisDevice(protocol.slice(0, -1));
}
