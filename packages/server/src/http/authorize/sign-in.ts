/**
 * The sign-in page, for a request that waits, for another page of ours that wants somebody, or for itself.
 */
import * as v from 'valibot';
import { lookAhead, type Outlook } from '../../domain/authorize/authorize.ts';
import { isFailure } from '../../domain/failures.ts';
import { heldSessions } from '../../domain/sessions/authenticate.ts';
import { signIn } from '../../domain/sessions/sign-in.ts';
import { sessionCarriers } from '../../domain/tokens/session-carriers.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { check, line, nextPath, passwordText } from '../input.ts';
import { frameOf } from '../language.ts';
import { leadingAway, pageReply } from '../page.ts';
import { type Call, openRoute } from '../route.ts';
import { waitingHandle } from './authorize.ts';
import { atBrowser, type BrowserCall } from './browser.ts';
import { deadEnd } from './dead-end.ts';
import { resumePath, withAuthorization } from './outcome.ts';
import { nameOf } from './shown-account.ts';
import { signInPath } from './sign-in-before.ts';

/** Where the person goes afterwards: on with a request, or to a path. */
export const wayOn = { authorization: v.optional(waitingHandle, ''), next: v.optional(nextPath, '/') };

/** `GET /sign-in`: the form. */
export const showSignInRoute = openRoute(
  {
    method: 'GET',
    path: signInPath,
    subject: 'oauth',
    summary: 'The form to sign in by cookie, for a request that waits or a path to go to.',
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
    const { authorization, next } = call.query;
    const outlook = await outlookOf(call, authorization);
    const identifier = outlook?.request.loginHint ?? '';
    return pageReply(await drawn(call, { authorization, next, identifier, outlook }), leadingAway);
  },
);

/** Lenient, so that what is wrong with a field is told at the field. */
const form = v.strictObject({
  ...wayOn,
  identifier: v.string('This must be text.'),
  password: v.string('This must be text.'),
});

const entries = v.object({ identifier: line(254), password: passwordText });

/** `POST /sign-in`: begins a session and goes on. A refusal shows the form again. */
export const signInFormRoute = openRoute(
  {
    method: 'POST',
    path: signInPath,
    subject: 'oauth',
    summary: 'Sign in by cookie and go on: with the request that waits, or to a path.',
    forgery: 'always',
    limits: ['account', 'network', 'hashing'],
    page: true,
    leadsAway: true,
    form: true,
    body: form,
    answers: { 303: { description: 'Signed in: on with the request, or to the path.' } },
    failures: [
      'client_request_invalid',
      'authorization_over',
      'sign_in_refused',
      'attempts_exhausted',
      'password_malformed',
      'password_too_long',
      'hashing_busy',
    ],
    redraw: (call, failure) => redrawn(call, failure),
  },
  async (call) => {
    const { ports, parts, body, wire, network } = call;
    const { authorization, next } = body;
    // A request that is over lets nobody in who would then stand before nothing.
    await outlookOf(call, authorization);
    const { identifier, password } = check(entries, body, 'input_invalid');
    const replaces = await heldSessions(ports, wire, parts.carriers);
    const carrier = sessionCarriers.cookie;
    const { delivery } = await signIn(ports, {
      identifier,
      password,
      carrier,
      clientName: '',
      network,
      replaces,
      renews: true,
    });
    const location = authorization === '' ? next : withAuthorization(resumePath, authorization);
    return { status: 303, headers: { location }, cookies: delivery.cookies };
  },
);

/** Only a request that still waits brings its form back. */
async function redrawn(call: Call, failure: ShownFailure): Promise<Page> {
  const { body } = call;
  if (!v.is(form, body)) return deadEnd(call, failure);
  const { identifier, authorization = '', next = '/' } = body;
  try {
    const outlook = await outlookOf(call, authorization);
    return await drawn(call, { authorization, next, identifier, outlook, failure });
  } catch (thrown) {
    if (!isFailure(thrown) && !(thrown instanceof OAuthFault)) throw thrown;
    return deadEnd(call, failure);
  }
}

const outlookOf = async (call: BrowserCall, authorization: string): Promise<Outlook | undefined> =>
  authorization === '' ? undefined : lookAhead(call.ports, authorization, await atBrowser(call));

interface Drawing {
  readonly authorization: string;
  readonly next: string;
  readonly identifier: string;
  readonly outlook: Outlook | undefined;
  readonly failure?: ShownFailure | undefined;
}

async function drawn(call: Call, drawing: Drawing): Promise<Page> {
  const { ports } = call;
  const { authorization, next, outlook, ...shown } = drawing;
  const { signInPage } = await import('../../pages/sign-in.ts');
  const chosen = outlook?.page === 'selection' ? outlook.accountId : undefined;
  const account = chosen === undefined ? undefined : await ports.store.read.accounts.find(chosen);
  const hidden = outlook ? { authorization } : { next };
  const here = withFields(signInPath, Object.entries(hidden));
  return signInPage({
    ...shown,
    frame: frameOf(call, { wished: outlook?.request.uiLocales, here }),
    client: outlook?.client.name,
    hidden,
    providers: ports.upstream.providers,
    choice: account && { account: account.id, name: nameOf(account) },
  });
}
