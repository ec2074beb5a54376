/**
 * Signing in with an outside provider: a button leads there, and the provider leads back to an address of its own
 * (OpenID Connect Core §3.1.2).
 */
import * as v from 'valibot';
import { linkIdentity } from '../../domain/accounts/identities.ts';
import { findWaiting } from '../../domain/authorize/held-request.ts';
import { fail } from '../../domain/failures.ts';
import type { Ports } from '../../domain/ports.ts';
import { heldSessions } from '../../domain/sessions/authenticate.ts';
import { signInByIdentity } from '../../domain/sessions/sign-in-by-identity.ts';
import type { CookieValue } from '../../domain/tokens/carrier.ts';
import { sessionCarriers } from '../../domain/tokens/session-carriers.ts';
import {
  type Attempt,
  type AttemptPurpose,
  attemptCookie,
  attemptSeconds,
  beginAttempt,
  openAttempt,
} from '../../domain/upstream/outside-attempt.ts';
import type { OutsideAccount } from '../../domain/upstream/upstream.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { noticeCookie } from '../account/notice.ts';
import { browserSecret } from '../authorize/browser.ts';
import { deadEnd } from '../authorize/dead-end.ts';
import { keptBrowser, stepReply, wayOn } from '../authorize/way-on.ts';
import { languageOf } from '../language.ts';
import { type OAuthCall, oauthRoute } from '../oauth/oauth-route.ts';
import { openRoute, type Reply } from '../route.ts';

/** Begins an attempt: the address to go to, and the cookie that the browser is to keep meanwhile. */
export async function leadAway(
  ports: Ports,
  purpose: AttemptPurpose,
): Promise<{ readonly location: string; readonly cookies: readonly CookieValue[] }> {
  const { secrets, sealed } = beginAttempt(ports, purpose);
  const location = await ports.upstream.addressOf(purpose.provider, secrets);
  // Lax, since the browser comes back from another site.
  return { location, cookies: [{ ...sealed, maxAge: attemptSeconds, sameSite: 'Lax' }] };
}

/** `POST /sign-in/with/:provider`: the button. */
export const signInWithRoute = openRoute(
  {
    method: 'POST',
    path: '/sign-in/with/:provider',
    subject: 'oauth',
    summary: 'Go to an outside provider to sign in there.',
    forgery: 'always',
    limits: ['none'],
    page: true,
    leadsAway: true,
    redraw: deadEnd,
    form: true,
    body: v.strictObject(wayOn),
    answers: { 303: { description: 'To the provider.' } },
    failures: ['not_found', 'authorization_over', 'provider_unavailable', 'provider_refused'],
  },
  async ({ ports, body, wire, param }) => {
    const { authorization, next } = body;
    if (authorization !== '') await findWaiting(ports, authorization, browserSecret(wire));
    const purpose = { provider: param('provider'), authorization, next, linksTo: '' };
    const { location, cookies } = await leadAway(ports, purpose);
    return { status: 303, headers: { location }, cookies };
  },
);

const text = v.optional(v.string());
const answerFields = { state: text, code: text, iss: text, error: text };
/** What is listened to; providers add what they like. */
const heard = Object.keys(answerFields);

const returnFacts = {
  path: '/sign-in/from/:provider',
  page: true,
  refuse: undefined,
  redraw: deadEnd,
} as const;

/** `GET /sign-in/from/:provider`: back from the provider, with what it has to say. */
export const signInFromRoute = oauthRoute(
  {
    ...returnFacts,
    method: 'GET',
    summary: 'Where an outside provider leads back to: begins a session, or links the identity.',
    limits: ['sign-up'],
    query: v.object(answerFields),
    answers: { 303: { description: 'On with the request that waits, or to the path.' } },
    failures: [
      'client_request_invalid',
      'authorization_over',
      'provider_refused',
      'provider_unavailable',
      'not_found',
      'sign_up_closed',
      'attempts_exhausted',
      'sign_in_refused',
      'identity_taken',
    ],
  },
  async (call) => {
    // Whoever only looks uses nothing up.
    if (call.request.method === 'HEAD') return { status: 200 };
    const { ports, parameters, param, wire } = call;
    const answer = new Map(heardIn(parameters.values));
    const state = answer.get('state') ?? '';
    const name = attemptCookie(state);
    const provider = param('provider');
    const attempt = openAttempt(ports, { provider, state, value: wire.cookie(name) });
    const outside = await ports.upstream.redeem(provider, answer, attempt);
    const { headers, cookies = [] } = await arrive(call, attempt, outside);
    const over: CookieValue = { name, value: '', maxAge: 0, sameSite: 'Lax' };
    return { status: 303, ...(headers ? { headers } : {}), cookies: [...cookies, over] };
  },
);

/** Does what the attempt was for, and says where to go on. */
async function arrive(
  { ports, parts, wire, network }: OAuthCall,
  { linksTo, authorization, next }: Attempt,
  outside: OutsideAccount,
): Promise<Reply> {
  if (linksTo !== '') {
    await linkIdentity(ports, { sessionId: linksTo, outside, network });
    const cookies = next === centrePaths.identities ? [noticeCookie('identity-linked')] : [];
    return { status: 303, headers: { location: next }, cookies };
  }
  if (authorization !== '') await findWaiting(ports, authorization, browserSecret(wire));
  const replaces = await heldSessions(ports, wire, parts.carriers);
  const carrier = sessionCarriers.cookie;
  const language = languageOf(wire);
  const { browser, cookies } = keptBrowser({ wire });
  const wish = { identifier: '', authorization, next };
  const claim = { outside, carrier, network, language, replaces, browser, wish };
  return stepReply(await signInByIdentity(ports, claim), wish, cookies);
}

const heardIn = (values: ReadonlyMap<string, string>): [string, string][] =>
  heard.flatMap((name) => {
    const value = values.get(name);
    return value === undefined ? [] : [[name, value] as [string, string]];
  });

/**
 * `POST /sign-in/from/:provider`: the same by a form (OAuth 2.0 Form Post Response Mode). A browser sends no cookies with the
 * form of another site, so it is led on to GET, where it does.
 */
export const signInFromFormRoute = oauthRoute(
  {
    ...returnFacts,
    method: 'POST',
    summary: 'The same, by a form: leads on to GET.',
    body: v.object(answerFields),
    answers: { 303: { description: 'On by GET.' } },
    failures: ['client_request_invalid', 'not_found'],
  },
  ({ ports, parameters, param }) => {
    const provider = ports.upstream.providers.find(({ name }) => name === param('provider'));
    if (!provider) throw fail('not_found', { detail: { check: 'provider' } });
    return {
      status: 303,
      headers: { location: withFields(`/sign-in/from/${provider.name}`, heardIn(parameters.values)) },
    };
  },
);
