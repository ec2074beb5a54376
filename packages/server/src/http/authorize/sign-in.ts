/**
 * The sign-in page, for a request that waits, for another page of ours that wants somebody, or for itself. It asks who it is;
 * the next page asks for a proof, and is the same for everybody.
 */
import * as v from 'valibot';
import { offerPasskey } from '../../domain/factors/prove-passkey.ts';
import { isFailure } from '../../domain/failures.ts';
import type { WayOn } from '../../domain/sessions/attempt.ts';
import { identify, stepByPassword } from '../../domain/sessions/first-step.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { check, line, passwordText } from '../input.ts';
import { type Framed, frameOf } from '../language.ts';
import { leadingAway, pageReply } from '../page.ts';
import { type Call, type DrawnPage, openRoute, type Reply } from '../route.ts';
import { type BrowserCall, browserCookie } from './browser.ts';
import { deadEnd } from './dead-end.ts';
import { nameOf } from './shown-account.ts';
import { signInPath } from './sign-in-before.ts';
import {
  keptBrowser,
  onTheWay,
  outlookOf,
  passwordPath,
  stepBrowser,
  stepReply,
  wayFields,
  wayOn,
} from './way-on.ts';

/** What the pages of a sign-in can answer when a password was given. */
export const passwordFailures = [
  'client_request_invalid',
  'authorization_over',
  'sign_in_refused',
  'sign_in_over',
  'attempts_exhausted',
  'password_malformed',
  'password_too_long',
  'hashing_busy',
] as const;

/** `GET /sign-in`: the form. */
export const showSignInRoute = openRoute(
  {
    method: 'GET',
    path: signInPath,
    subject: 'oauth',
    summary: 'The form that begins a sign-in by cookie, for a request that waits or a path to go to.',
    forgery: 'none',
    limits: ['none'],
    page: true,
    leadsAway: true,
    redraw: deadEnd,
    query: v.strictObject(wayOn),
    answers: { 200: { description: 'The form.', mediaType: 'text/html' } },
    failures: ['client_request_invalid', 'authorization_over'],
  },
  async (call) => {
    // The challenge of a passkey belongs to the browser that it was shown in.
    const { browser } = keptBrowser(call);
    return signInReply(call, call.query, browser);
  },
);

/** The sign-in page on a way, for a browser that keeps the secret. Throws OAuthFault and `authorization_over`. */
export async function signInReply(call: DrawnFor, way: WayOn, browser: string): Promise<Reply> {
  const page = await drawn(call, { ...way, browser });
  return { ...(await pageReply(page, leadingAway)), cookies: [browserCookie(browser)] };
}

/** Lenient, so that what is wrong with a field is told at the field. */
const form = v.strictObject({
  ...wayOn,
  identifier: v.string('This must be text.'),
  password: v.optional(v.string('This must be text.')),
});

const both = v.looseObject({ password: v.string() });
const name = v.object({ identifier: line(254) });
const nameAndPassword = v.object({ identifier: line(254), password: passwordText });

/** `POST /sign-in`: who it is, and on to the proof; programs and simple browsers give both at once. */
export const signInFormRoute = openRoute(
  {
    method: 'POST',
    path: signInPath,
    subject: 'oauth',
    summary: 'Begin to sign in by cookie; with the password beside the name, sign in and go on.',
    forgery: 'always',
    limits: ['account', 'network', 'hashing'],
    page: true,
    leadsAway: true,
    form: true,
    body: form,
    answers: { 303: { description: 'To the next step, or signed in: on with the request, or to the path.' } },
    failures: passwordFailures,
    // What was entered comes back, and the password is asked for beside it, where it was sent.
    redraw: (call, failure) => redrawSignIn(call, { failure, asksBoth: v.is(both, call.body) }),
  },
  async (call) => {
    const { ports, body, network } = call;
    const { authorization, next } = body;
    // A request that is over lets nobody in who would then stand before nothing.
    await outlookOf(call, authorization);
    if (body.password !== undefined) {
      const { identifier, password } = check(nameAndPassword, body, 'input_invalid');
      const { cookies, ...browser } = await stepBrowser(call);
      const wish = { identifier, authorization, next };
      const outcome = await stepByPassword(ports, { ...browser, attempt: undefined, wish, password });
      return stepReply(outcome, wish, cookies);
    }
    const { identifier } = check(name, body, 'input_invalid');
    const { browser, cookies } = keptBrowser(call);
    const attempt = await identify(ports, { browser, network, wish: { identifier, authorization, next } });
    return { status: 303, headers: { location: withFields(passwordPath, [['attempt', attempt]]) }, cookies };
  },
);

/** What every body brings along that is sent from the page. */
const sent = v.looseObject({ ...wayOn, identifier: v.optional(v.string()) });

/** Draws the page again after a refusal, where the request still waits. */
export async function redrawSignIn(
  call: Call,
  refused: Pick<Drawing, 'asksBoth' | 'unknown'> & { readonly failure: ShownFailure },
): Promise<DrawnPage> {
  const { body } = call;
  const { failure } = refused;
  if (!v.is(sent, body)) return deadEnd(call, failure);
  const { identifier, authorization = '', next = '/' } = body;
  try {
    const { browser, cookies } = keptBrowser(call);
    const page = await drawn(call, { ...refused, authorization, next, identifier, browser });
    return { ...page, cookies };
  } catch (thrown) {
    if (!isFailure(thrown) && !(thrown instanceof OAuthFault)) throw thrown;
    return deadEnd(call, failure);
  }
}

interface Drawing {
  readonly authorization: string;
  readonly next: string;
  readonly identifier?: string | undefined;
  readonly browser: string;
  readonly failure?: ShownFailure | undefined;
  readonly asksBoth?: boolean | undefined;
  /** A passkey that was shown and opens nothing. */
  readonly unknown?: object | undefined;
}

/** What is known of a call that is answered with the page. */
type DrawnFor = BrowserCall & Framed;

async function drawn(
  call: DrawnFor,
  { browser, identifier, failure, asksBoth, unknown, ...way }: Drawing,
): Promise<Page> {
  const { ports } = call;
  const outlook = await outlookOf(call, way.authorization, browser);
  const { signInPage } = await import('../../pages/authorize/sign-in.ts');
  const chosen = outlook?.page === 'selection' ? outlook.accountId : undefined;
  const account = chosen === undefined ? undefined : await ports.store.read.accounts.find(chosen);
  const { signUp } = ports.settings;
  return signInPage({
    failure,
    asksBoth,
    unknown,
    frame: frameOf(call, { wished: outlook?.request.uiLocales, here: onTheWay(signInPath, way) }),
    identifier: identifier ?? outlook?.request.loginHint ?? '',
    client: outlook?.client.name,
    hidden: wayFields(way),
    passkey: await offerPasskey(ports, { purpose: 'sign-in', boundTo: browser, accountId: '' }),
    providers: ports.upstream.providers,
    choice: account && { account: account.id, name: nameOf(account) },
    signUp: signUp === 'open' || signUp === 'verified' ? onTheWay('/sign-up', way) : undefined,
  });
}
