import * as v from 'valibot';
import { signUp } from '../../domain/accounts/sign-up.ts';
import { askSignUp, confirmSignUp } from '../../domain/accounts/sign-up-by-mail.ts';
import { proveMailbox } from '../../domain/mail/prove-mailbox.ts';
import { line, nameLine, newPasswordFailures, passwordText } from '../input.ts';
import { languageOf } from '../language.ts';
import { askedAnswer, askedReply, confirmationEntries, shownTicket, ticketFailures } from '../mail/asked.ts';
import { openRoute } from '../route.ts';
import { accountSchema, accountView } from '../views.ts';

const path = '/api/v1/accounts';

/** `POST /api/v1/accounts`: sign up. */
export const signUpRoute = openRoute(
  {
    method: 'POST',
    path,
    subject: 'accounts',
    summary: 'Make an account; where mailboxes are proven first, ask for the mail that proves it.',
    forgery: 'always',
    limits: ['sign-up', 'hashing'],
    body: v.strictObject({
      email: v.optional(line(254)),
      username: v.optional(line(64)),
      name: v.optional(nameLine(100)),
      password: passwordText,
    }),
    answers: { 201: { description: 'The account.', schema: accountSchema }, ...askedAnswer },
    failures: [
      'sign_up_closed',
      'invitation_required',
      'identifier_taken',
      'attempts_exhausted',
      'mail_off',
      ...newPasswordFailures,
      'hashing_busy',
    ],
  },
  async ({ ports, body, wire, network }) => {
    const draft = { ...body, network, language: languageOf(wire) };
    if (ports.settings.signUp === 'verified')
      return askedReply(await askSignUp(ports, { ...draft, asker: undefined }));
    return { status: 201, json: accountView(await signUp(ports, draft)) };
  },
);

/** `POST /api/v1/accounts/confirm`: the code of the mail makes the account. */
export const confirmSignUpRoute = openRoute(
  {
    method: 'POST',
    path: `${path}/confirm`,
    subject: 'accounts',
    summary: 'Make the account whose mailbox the code proves.',
    forgery: 'always',
    limits: ['account', 'network'],
    body: v.strictObject(confirmationEntries),
    answers: { 201: { description: 'The account.', schema: accountSchema } },
    failures: [...ticketFailures, 'identifier_taken'],
  },
  async ({ ports, body, network }) => {
    const { proof, asker } = shownTicket(ports, body);
    const proven = await proveMailbox(ports, proof, { purposes: ['sign-up'], asker, network });
    const account = await ports.store.transact((tx) => confirmSignUp(ports, tx, { proven, network }));
    return { status: 201, json: accountView(account) };
  },
);
