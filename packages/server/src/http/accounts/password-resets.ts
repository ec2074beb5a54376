/** A new password by mail, by API. */
import * as v from 'valibot';
import { askReset, resetPassword } from '../../domain/accounts/reset-password.ts';
import { line, newPasswordFailures, passwordText } from '../input.ts';
import { languageOf } from '../language.ts';
import {
  askedAnswer,
  askedReply,
  askingFailures,
  confirmationEntries,
  shownTicket,
  ticketFailures,
} from '../mail/asked.ts';
import { openRoute } from '../route.ts';
import { done } from '../views.ts';

const path = '/api/v1/password-resets';

/** `POST /api/v1/password-resets`: ask for the mail. */
export const askResetRoute = openRoute(
  {
    method: 'POST',
    path,
    subject: 'accounts',
    summary:
      'Ask for the mail by which a new password is chosen. The answer tells nothing of who has an account.',
    forgery: 'always',
    limits: ['network'],
    body: v.strictObject({ email: line(254) }),
    answers: askedAnswer,
    failures: askingFailures,
  },
  async ({ ports, body: { email }, wire, network }) =>
    askedReply(await askReset(ports, { email, asker: undefined, network, language: languageOf(wire) })),
);

/** `POST /api/v1/password-resets/confirm`: the code of the mail, with the new password. */
export const resetPasswordRoute = openRoute(
  {
    method: 'POST',
    path: `${path}/confirm`,
    subject: 'accounts',
    summary: 'Choose a new password by the code of the mail. Every session ends, and nobody is signed in.',
    forgery: 'always',
    limits: ['account', 'network', 'hashing'],
    body: v.strictObject({ ...confirmationEntries, new_password: passwordText }),
    answers: { 204: { description: 'The password is another one now.' } },
    failures: [...ticketFailures, ...newPasswordFailures, 'hashing_busy'],
  },
  async ({ ports, body, wire, network }) => {
    const { proof, asker } = shownTicket(ports, body);
    const { new_password: newPassword } = body;
    await resetPassword(ports, proof, { newPassword, asker, network, language: languageOf(wire) });
    return done;
  },
);
