/** The first proof of a sign-in on our pages: a password, or a mail that is asked for instead. */
import * as v from 'valibot';
import { parseEmail } from '../../domain/accounts/identifier.ts';
import { isFailure } from '../../domain/failures.ts';
import { findAttempt, type SignInAttempt } from '../../domain/sessions/attempt.ts';
import { stepByPassword } from '../../domain/sessions/first-step.ts';
import { askMailSignIn, maySignInByMail } from '../../domain/sessions/sign-in-by-mail.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { check, passwordText } from '../input.ts';
import { frameOf, languageOf } from '../language.ts';
import { leadingAway, pageReply } from '../page.ts';
import { type Call, openRoute } from '../route.ts';
import { browserSecret } from './browser.ts';
import { deadEnd } from './dead-end.ts';
import { passwordFailures } from './sign-in.ts';
import { keptBrowser, onTheWay, outlookOf, passwordPath, rowId, stepBrowser, stepReply } from './way-on.ts';

const facts = {
  subject: 'oauth',
  page: true,
  leadsAway: true,
} as const;

/** `GET /sign-in/password`: the form that asks for the password. */
export const showPasswordRoute = openRoute(
  {
    ...facts,
    method: 'GET',
    path: passwordPath,
    summary: 'The form that asks for the password; the same for everybody.',
    forgery: 'none',
    limits: ['none'],
    redraw: deadEnd,
    query: v.strictObject({ attempt: rowId }),
    answers: { 200: { description: 'The form.', mediaType: 'text/html' } },
    failures: ['sign_in_over'],
  },
  async (call) => pageReply(await drawn(call, await attemptAt(call, call.query.attempt)), leadingAway),
);

/** Lenient, so that what is wrong with a field is told at the field. */
const form = v.strictObject({ attempt: rowId, password: v.string('This must be text.') });
const entries = v.object({ password: passwordText });

/** `POST /sign-in/password`: the password. A refusal shows the form again. */
export const passwordRoute = openRoute(
  {
    ...facts,
    method: 'POST',
    path: passwordPath,
    summary: 'Prove the sign-in under way by the password.',
    forgery: 'always',
    limits: ['account', 'network', 'hashing'],
    form: true,
    body: form,
    answers: { 303: { description: 'To the next step, or signed in: on with the request, or to the path.' } },
    failures: passwordFailures,
    redraw: async (call, failure) => {
      const { body } = call;
      return v.is(form, body) ? redrawn(call, body.attempt, failure) : deadEnd(call, failure);
    },
  },
  async (call) => {
    const { ports, body } = call;
    const attempt = await attemptAt(call, body.attempt);
    await outlookOf(call, attempt.authorization);
    const { password } = check(entries, body, 'input_invalid');
    const { cookies, ...browser } = await stepBrowser(call);
    const outcome = await stepByPassword(ports, { ...browser, attempt, wish: attempt, password });
    return stepReply(outcome, attempt, cookies);
  },
);

/** `POST /sign-in/mail`: a mail instead of the password. */
export const signInMailRoute = openRoute(
  {
    ...facts,
    method: 'POST',
    path: '/sign-in/mail',
    summary:
      'Ask for a mail that proves the sign-in under way; the answer tells nothing of who has an account.',
    forgery: 'always',
    limits: ['network'],
    form: true,
    body: v.strictObject({ attempt: rowId }),
    answers: { 303: { description: 'To the page that takes the code.' } },
    failures: ['sign_in_over', 'mail_off', 'attempts_exhausted'],
    redraw: deadEnd,
  },
  async (call) => {
    const { ports, body, wire, network } = call;
    const { id: attempt, identifier: email } = await attemptAt(call, body.attempt);
    const { browser: asker, cookies } = keptBrowser(call);
    const { id } = await askMailSignIn(ports, { email, attempt, asker, network, language: languageOf(wire) });
    return { status: 303, headers: { location: withFields('/confirm', [['ticket', id]]) }, cookies };
  },
);

const attemptAt = ({ ports, wire }: Pick<Call, 'ports' | 'wire'>, id: string): Promise<SignInAttempt> =>
  findAttempt(ports, id, { browser: browserSecret(wire), step: 'first' });

/** Only a sign-in that still stands at this step brings its form back. */
async function redrawn(call: Call, id: string, failure: ShownFailure): Promise<Page> {
  try {
    return await drawn(call, await attemptAt(call, id), failure);
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return deadEnd(call, failure);
  }
}

async function drawn(call: Call, attempt: SignInAttempt, failure?: ShownFailure): Promise<Page> {
  const { ports } = call;
  const { id, identifier } = attempt;
  const { passwordPage } = await import('../../pages/authorize/sign-in.ts');
  return passwordPage({
    frame: frameOf(call, { here: withFields(passwordPath, [['attempt', id]]) }),
    attempt: id,
    identifier,
    back: onTheWay('/sign-in', attempt),
    reset: ports.mail === 'off' ? undefined : '/reset',
    // What is no address has no mailbox, whoever it is.
    byMail: maySignInByMail(ports) && parseEmail(identifier) !== undefined,
    failure,
  });
}
