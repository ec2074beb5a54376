/** The address of an account by API: asked for, confirmed from a session of the account, and taken back by the old one. */
import * as v from 'valibot';
import { askEmailChange, confirmEmail, undoEmailChange } from '../../domain/accounts/change-email.ts';
import { proveMailbox } from '../../domain/mail/prove-mailbox.ts';
import { line, newPasswordFailures, passwordText } from '../input.ts';
import { languageOf } from '../language.ts';
import {
  askedAnswer,
  askedReply,
  askingFailures,
  confirmationEntries,
  linkText,
  shownTicket,
  ticketFailures,
} from '../mail/asked.ts';
import { openRoute, sessionRoute } from '../route.ts';
import { accountSchema, accountView, done } from '../views.ts';

const path = '/api/v1/account/email';

/** `POST /api/v1/account/email`: ask for the mail that proves the new address. */
export const askEmailRoute = sessionRoute(
  {
    method: 'POST',
    path,
    subject: 'accounts',
    summary: 'Ask for the mail that proves your new address, or the one that you have.',
    forgery: 'carrier',
    limits: ['network'],
    body: v.strictObject({ email: line(254) }),
    answers: askedAnswer,
    failures: ['proof_too_old', 'proof_too_weak', ...askingFailures],
  },
  async ({ ports, session, body: { email }, wire, network }) =>
    askedReply(
      await askEmailChange(ports, { session, email, asker: undefined, network, language: languageOf(wire) }),
    ),
);

/** `POST /api/v1/account/email/confirm`: the code of the mail gives the account the address. */
export const confirmEmailRoute = sessionRoute(
  {
    method: 'POST',
    path: `${path}/confirm`,
    subject: 'accounts',
    summary: 'Take the address whose mailbox the code proves; the old one is told and may take it back.',
    forgery: 'carrier',
    limits: ['account', 'network'],
    body: v.strictObject(confirmationEntries),
    answers: { 200: { description: 'The account as it is now.', schema: accountSchema } },
    failures: [...ticketFailures, 'identifier_taken'],
  },
  async ({ ports, session, body, wire, network }) => {
    const { proof, asker } = shownTicket(ports, body);
    const { accountId } = session;
    const proven = await proveMailbox(ports, proof, { purposes: ['email'], asker, accountId, network });
    const confirmation = { proven, network, language: languageOf(wire) };
    const account = await ports.store.transact((tx) => confirmEmail(ports, tx, confirmation));
    return { status: 200, json: accountView(account) };
  },
);

/** `POST /api/v1/account/email/undo`: the old address takes the change back. */
export const undoEmailRoute = openRoute(
  {
    method: 'POST',
    path: `${path}/undo`,
    subject: 'accounts',
    summary: 'Take a change of address back by the link that the old one was mailed, with a new password.',
    forgery: 'always',
    limits: ['network', 'hashing'],
    body: v.strictObject({ link: linkText, new_password: passwordText }),
    answers: { 204: { description: 'The old address stands again. Every session has ended.' } },
    failures: ['ticket_over', 'identifier_taken', ...newPasswordFailures, 'hashing_busy'],
  },
  async ({ ports, body, wire, network }) => {
    const { link, new_password: newPassword } = body;
    await undoEmailChange(ports, { link, newPassword, network, language: languageOf(wire) });
    return done;
  },
);
