/**
 * Signing out at the wish of a client (OpenID Connect RP-Initiated Logout), and the page that asks the person where the
 * wish is not proven to be theirs.
 */
import * as v from 'valibot';
import { planSignOut, type SignOutPlan, signOutBrowser } from '../../domain/oauth/sign-out-request.ts';
import { heldSessions } from '../../domain/sessions/authenticate.ts';
import type { Session } from '../../domain/sessions/session.ts';
import { parseLocales } from '../../protocol/oauth/authorization-request.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { type EndSessionRequest, parseEndSession } from '../../protocol/oauth/end-session.ts';
import { isLook } from '../authorize/browser.ts';
import { frameOf } from '../language.ts';
import { pageReply, policyLeadingTo } from '../page.ts';
import { signingOff } from '../reply.ts';
import { type Call, openRoute, type Reply } from '../route.ts';
import { endpointPaths } from './endpoint-paths.ts';
import { oauthRoute } from './oauth-route.ts';

const signOutPath = '/sign-out';

const text = v.optional(v.string('This must be text.'));

/** The parameters of a request (RP-Initiated Logout §2). */
const parameters = v.strictObject({
  id_token_hint: text,
  client_id: text,
  post_logout_redirect_uri: text,
  state: text,
  ui_locales: text,
});

const facts = {
  path: endpointPaths.endSession,
  page: true,
  // What is wrong is told to the person, as a page.
  refuse: undefined,
  failures: ['client_request_invalid'],
} as const;

/** `GET /oauth/end-session`: signs out by an ID token of the browser's own session, else leads to the question. */
export const endSessionEndpointRoute = oauthRoute(
  {
    ...facts,
    method: 'GET',
    summary: 'Sign the person at this browser out, for a client.',
    query: parameters,
    answers: {
      200: { description: 'Signed out.', mediaType: 'text/html' },
      303: { description: 'Back to the client, or to the page that asks.' },
    },
  },
  async (call) => {
    if (isLook(call)) return { status: 200 };
    const request = parseEndSession(call.parameters);
    const held = await heldSessions(call.ports, call.wire, call.parts.carriers);
    const plan = await planSignOut(call.ports, request, held);
    if (plan.agreed) return signOut(call, { request, plan, held });
    return { status: 303, headers: { location: withFields(signOutPath, fieldsOf(request)) } };
  },
);

/**
 * `POST /oauth/end-session`: the same by a form (§2). A browser sends no cookies with the form of another site, so it is led
 * on to GET.
 */
export const endSessionFormRoute = oauthRoute(
  {
    ...facts,
    method: 'POST',
    summary: 'The same, by a form: leads on to GET.',
    body: parameters,
    answers: { 303: { description: 'On by GET.' } },
  },
  ({ parameters: given }) => ({
    status: 303,
    headers: { location: withFields(endpointPaths.endSession, fieldsOf(parseEndSession(given))) },
  }),
);

/** `GET /sign-out`: asks the person. */
export const askSignOutRoute = oauthRoute(
  {
    ...facts,
    method: 'GET',
    path: signOutPath,
    summary: 'The page that asks whether to sign out. Opening it changes nothing.',
    query: parameters,
    answers: { 200: { description: 'The form.', mediaType: 'text/html' } },
  },
  async (call) => {
    const request = parseEndSession(call.parameters);
    const { client, location } = await planSignOut(call.ports, request, []);
    const { signOutPage } = await import('../../pages/oauth/sign-out.ts');
    const hidden = Object.fromEntries(fieldsOf(request));
    const frame = frameOf(call, { wished: parseLocales(request.uiLocales) });
    return pageReply(signOutPage({ frame, clientName: client?.name, hidden }), {
      'content-security-policy': policyLeadingTo(location),
    });
  },
);

/** `POST /sign-out`: signs out; only for our own page. */
export const signOutPageRoute = openRoute(
  {
    method: 'POST',
    path: signOutPath,
    subject: 'oauth',
    summary: 'Sign out whoever is at this browser, after the page that asks.',
    forgery: 'always',
    limits: ['none'],
    page: true,
    form: true,
    body: parameters,
    answers: {
      200: { description: 'Signed out.', mediaType: 'text/html' },
      303: { description: 'Back to the client.' },
    },
    failures: facts.failures,
  },
  async (call) => {
    const { body, ports, wire, parts } = call;
    const given = Object.entries(body).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
    const request = parseEndSession({ values: new Map(given), resources: [] });
    const held = await heldSessions(ports, wire, parts.carriers);
    return signOut(call, { request, plan: await planSignOut(ports, request, held), held });
  },
);

/** Somebody signs out. */
interface SignOut {
  readonly request: EndSessionRequest;
  readonly plan: SignOutPlan;
  readonly held: readonly Session[];
}

async function signOut(
  call: Pick<Call, 'ports' | 'parts' | 'network' | 'request' | 'wire'>,
  { request, plan: { location }, held }: SignOut,
): Promise<Reply> {
  const { ports, parts, network } = call;
  await signOutBrowser(ports, { held, network });
  const { headers, cookies } = signingOff(parts.carriers.flatMap((carrier) => carrier.cookies ?? []));
  if (location !== undefined) return { status: 303, headers: { ...headers, location }, cookies };
  const { signedOutPage } = await import('../../pages/oauth/sign-out.ts');
  const frame = frameOf(call, { here: '/', wished: parseLocales(request.uiLocales) });
  return { ...(await pageReply(signedOutPage(frame), headers)), cookies };
}

/** A request as parameters again. */
const fieldsOf = (request: EndSessionRequest): readonly (readonly [string, string])[] =>
  Object.entries({
    id_token_hint: request.idTokenHint,
    client_id: request.clientId,
    post_logout_redirect_uri: request.postLogoutRedirectUri,
    state: request.state,
    ui_locales: request.uiLocales,
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
