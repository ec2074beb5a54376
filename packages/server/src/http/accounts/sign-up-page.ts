/** The page that makes an account: at once, or by the proof of a mailbox, as the setting says. */
import * as v from 'valibot';
import { requireSignUp, signUp } from '../../domain/accounts/sign-up.ts';
import { askSignUp } from '../../domain/accounts/sign-up-by-mail.ts';
import { ticketPath } from '../../domain/mail/asked-mail.ts';
import { stepIn } from '../../domain/sessions/step-in.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { deadEnd } from '../authorize/dead-end.ts';
import { onTheWay, outlookOf, stepBrowser, stepReply, wayFields, wayOn } from '../authorize/way-on.ts';
import { check, line, nameLine, newPasswordFailures, passwordText } from '../input.ts';
import { frameOf, languageOf } from '../language.ts';
import { leadingAway, pageReply } from '../page.ts';
import { type Call, openRoute } from '../route.ts';

const path = '/sign-up';

/** `GET /sign-up`: the form. */
export const showSignUpRoute = openRoute(
  {
    method: 'GET',
    path,
    subject: 'accounts',
    summary: 'The form that makes an account.',
    forgery: 'none',
    limits: ['none'],
    page: true,
    leadsAway: true,
    redraw: deadEnd,
    query: v.strictObject(wayOn),
    answers: { 200: { description: 'The form.', mediaType: 'text/html' } },
    failures: ['client_request_invalid', 'authorization_over', 'sign_up_closed', 'invitation_required'],
  },
  async (call) => {
    requireSignUp(call.ports);
    await outlookOf(call, call.query.authorization);
    return pageReply(await drawn(call, { ...call.query, email: '', name: '' }), leadingAway);
  },
);

/** Lenient, so that what is wrong with a field is told at the field. */
const form = v.strictObject({
  ...wayOn,
  email: v.string('This must be text.'),
  name: v.optional(v.string('This must be text.'), ''),
  password: v.string('This must be text.'),
});

const entries = v.object({
  email: line(254),
  name: v.union([v.literal(''), nameLine(100)], 'This must be visible text of at most 100 characters.'),
  password: passwordText,
});

/** `POST /sign-up`: makes the account and goes on, or asks for the proof of its mailbox. A refusal shows the form again. */
export const signUpFormRoute = openRoute(
  {
    method: 'POST',
    path,
    subject: 'accounts',
    summary: 'Make an account and go on signed in; where mailboxes are proven first, ask for the mail.',
    forgery: 'always',
    limits: ['sign-up', 'hashing'],
    page: true,
    leadsAway: true,
    form: true,
    body: form,
    answers: { 303: { description: 'Signed in and on; or to the page that takes the code of the mail.' } },
    failures: [
      'client_request_invalid',
      'authorization_over',
      'sign_up_closed',
      'invitation_required',
      'identifier_taken',
      'attempts_exhausted',
      'mail_off',
      ...newPasswordFailures,
      'hashing_busy',
    ],
    redraw: async (call, failure) => {
      const { body } = call;
      return v.is(form, body) ? drawn(call, { ...v.parse(form, body), failure }) : deadEnd(call, failure);
    },
  },
  async (call) => {
    const { ports, body, wire, network } = call;
    const { authorization, next } = body;
    requireSignUp(ports);
    await outlookOf(call, authorization);
    const { email, name, password } = check(entries, body, 'input_invalid');
    const { cookies, ...browser } = await stepBrowser(call);
    const way = { authorization, next };
    const draft = {
      email,
      name: name === '' ? undefined : name,
      password,
      network,
      language: languageOf(wire),
    };
    if (ports.settings.signUp === 'verified') {
      const { id } = await askSignUp(ports, { ...draft, asker: browser.browser, way });
      return { status: 303, headers: { location: withFields(ticketPath, [['ticket', id]]) }, cookies };
    }
    const { id: accountId } = await signUp(ports, draft);
    const prove = async () => ({ accountId, amr: 'pwd' });
    const wish = { identifier: email, ...way };
    return stepReply(await stepIn(ports, { ...browser, attempt: undefined, wish, prove }), way, cookies);
  },
);

interface Drawing {
  readonly authorization: string;
  readonly next: string;
  readonly email: string;
  readonly name: string;
  readonly failure?: ShownFailure | undefined;
}

async function drawn(call: Call, { authorization, next, ...shown }: Drawing): Promise<Page> {
  const { signUpPage } = await import('../../pages/accounts/arrivals.ts');
  const way = { authorization, next };
  return signUpPage({
    ...shown,
    frame: frameOf(call, { here: onTheWay(path, way) }),
    hidden: wayFields(way),
    signIn: onTheWay('/sign-in', way),
    passwordMinimum: call.ports.settings.passwordMinimumLength,
  });
}
