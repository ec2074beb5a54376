/**
 * The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2.1), and where a request goes on that waited for
 * the person.
 */
import * as v from 'valibot';
import { arrive } from '../../domain/authorize/arrive.ts';
import { authorize, resume } from '../../domain/authorize/authorize.ts';
import { holdForBrowser } from '../../domain/authorize/held-request.ts';
import { pushedRequestUri } from '../../protocol/oauth/authorization-request.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { endpointPaths } from '../oauth/endpoint-paths.ts';
import { type OAuthCall, oauthRoute } from '../oauth/oauth-route.ts';
import { openRoute } from '../route.ts';
import { atBrowser, isLook, newBrowserSecret } from './browser.ts';
import { deadEnd } from './dead-end.ts';
import { answerReply, outcomeReply, resumePath, waitingHandle } from './outcome.ts';
import { signInReply } from './sign-in.ts';

const text = v.optional(v.string());

/** The parameters of a request for a code, for the documentation. */
export const requestEntries = {
  client_id: v.string(),
  response_type: text,
  redirect_uri: text,
  scope: text,
  state: text,
  nonce: text,
  code_challenge: text,
  code_challenge_method: text,
  response_mode: text,
  prompt: text,
  max_age: text,
  login_hint: text,
  id_token_hint: text,
  acr_values: text,
  ui_locales: text,
  claims: text,
  resource: text,
  dpop_jkt: text,
};

const parameters = v.object({ ...requestEntries, request_uri: text });

const facts = {
  path: endpointPaths.authorization,
  page: true,
  // What is wrong is told to the person, as a page.
  refuse: undefined,
  redraw: deadEnd,
  limits: ['network'],
  failures: ['client_request_invalid', 'authorization_over', 'attempts_exhausted'],
} as const;

/**
 * A browser that opens the address in a window of its own (Fetch Metadata §2) is shown the sign-in page at once, which spares it
 * a round trip. A request that was pushed is used up, so its window is led on to an address that can be loaded again.
 */
const opensWindow = ({ request, parameters: { values } }: OAuthCall): boolean =>
  request.headers.get('sec-fetch-mode') === 'navigate' &&
  request.headers.get('sec-fetch-dest') === 'document' &&
  !values.has('request_uri');

/** `GET /oauth/authorize`: a code for a client, now or after the person signed in and consented. */
export const authorizeRoute = oauthRoute(
  {
    ...facts,
    method: 'GET',
    summary: 'Ask for a code on behalf of whoever is at the browser.',
    query: parameters,
    answers: {
      200: {
        description: 'The sign-in page, or a form that takes the answer to the client.',
        mediaType: 'text/html',
      },
      303: { description: 'To the sign-in or consent page, or back to the client.' },
    },
  },
  async (call) => {
    if (isLook(call)) return { status: 200 };
    const { browser, ...at } = await atBrowser(call);
    const secret = browser === '' ? newBrowserSecret() : browser;
    const outcome = await authorize(call.ports, call.parameters, { ...at, browser: secret });
    const reply = await outcomeReply(call, outcome, secret);
    if (outcome.kind !== 'ask' || outcome.page === 'consent' || !opensWindow(call)) return reply;
    const page = await signInReply(call, { authorization: outcome.handle, next: '/' }, secret);
    return { ...page, cookies: reply.cookies };
  },
);

/**
 * `POST /oauth/authorize`: the same with a form (OpenID Connect Core §3.1.2.1). A browser sends no cookies with the form of
 * another site, so the request is kept as if it had been pushed, and the browser comes for it by GET.
 */
export const authorizeFormRoute = oauthRoute(
  {
    ...facts,
    method: 'POST',
    summary: 'The same, by a form: leads on to GET.',
    body: parameters,
    answers: {
      200: { description: 'A form that takes the answer to the client.', mediaType: 'text/html' },
      303: { description: 'On by GET, or back to the client.' },
    },
  },
  async (call) => {
    const { ports, parameters: given, network } = call;
    const arrival = await arrive(ports, given);
    if ('answer' in arrival) return answerReply(call, arrival.answer);
    const { text: handle } = await holdForBrowser(ports, arrival.request, network);
    const location = withFields(endpointPaths.authorization, [
      ['client_id', arrival.client.id],
      ['request_uri', pushedRequestUri(handle)],
    ]);
    return { status: 303, headers: { location } };
  },
);

/** `GET /oauth/resume`: where a request goes on after the person signed in. */
export const resumeRoute = openRoute(
  {
    method: 'GET',
    path: resumePath,
    subject: 'oauth',
    summary: 'Where a request for a code goes on that waited for the person.',
    forgery: 'none',
    limits: ['none'],
    page: true,
    redraw: deadEnd,
    query: v.strictObject({ authorization: waitingHandle }),
    answers: {
      200: { description: 'A form that takes the answer to the client.', mediaType: 'text/html' },
      303: { description: 'To the sign-in or consent page, or back to the client.' },
    },
    failures: ['client_request_invalid', 'authorization_over'],
  },
  async (call) => {
    if (isLook(call)) return { status: 200 };
    const at = await atBrowser(call);
    return outcomeReply(call, await resume(call.ports, call.query.authorization, at), at.browser);
  },
);
