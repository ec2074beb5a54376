/**
 * The pages whose link alone opens them: an invitation, and a change of address that is taken back. Opening them uses nothing up;
 * sending the form does, and it wants a password, which nobody types who only follows links.
 */
import * as v from 'valibot';
import { undoEmailChange, undoPath } from '../../domain/accounts/change-email.ts';
import { invitationPath, takeInvitation } from '../../domain/accounts/invite.ts';
import { fail, isFailure } from '../../domain/failures.ts';
import { findLinked, readLink } from '../../domain/mail/prove-mailbox.ts';
import type { MailTicket, TicketPurpose } from '../../domain/mail/ticket.ts';
import { stepIn } from '../../domain/sessions/step-in.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { deadEnd } from '../authorize/dead-end.ts';
import { stepBrowser, stepReply } from '../authorize/way-on.ts';
import { check, nameLine, newPasswordFailures, passwordText } from '../input.ts';
import { frameOf, languageOf } from '../language.ts';
import { linkText } from '../mail/asked.ts';
import { keepLink, keptLink, withoutLink } from '../mail/kept-link.ts';
import { pageReply } from '../page.ts';
import { type Call, openRoute } from '../route.ts';

const facts = { subject: 'accounts', page: true } as const;

const shown = {
  ...facts,
  method: 'GET',
  forgery: 'none',
  limits: ['none'],
  redraw: deadEnd,
  query: v.strictObject({ link: v.optional(linkText, '') }),
  answers: {
    200: { description: 'The form.', mediaType: 'text/html' },
    303: { description: 'To the same page, without the link in its address.' },
  },
  failures: ['ticket_over'],
} as const;

/** `GET /invitation`: the form of an invitation. */
export const showInvitationRoute = openRoute(
  { ...shown, path: invitationPath, summary: 'The form of an invitation. Opening it uses nothing up.' },
  async (call) =>
    call.query.link === ''
      ? pageReply(await drawnInvitation(call, { link: keptLink(call.wire), name: '' }))
      : keepLink(invitationPath, readLink(call.ports, call.query.link).text),
);

/** `GET /undo`: the form that takes a change of address back. */
export const showUndoRoute = openRoute(
  {
    ...shown,
    path: undoPath,
    summary: 'The form that takes a change of address back. Opening it uses nothing up.',
  },
  async (call) =>
    call.query.link === ''
      ? pageReply(await drawnUndo(call, keptLink(call.wire)))
      : keepLink(undoPath, readLink(call.ports, call.query.link).text),
);

const sent = {
  ...facts,
  method: 'POST',
  forgery: 'always',
  limits: ['network', 'hashing'],
  form: true,
} as const;

/** Lenient, so that what is wrong with a field is told at the field. */
const invitationForm = v.strictObject({
  link: linkText,
  name: v.optional(v.string('This must be text.'), ''),
  password: v.string('This must be text.'),
});

const invitationEntries = v.object({
  name: v.union([v.literal(''), nameLine(100)], 'This must be visible text of at most 100 characters.'),
  password: passwordText,
});

/** `POST /invitation`: makes the account and signs it in. A refusal shows the form again. */
export const invitationRoute = openRoute(
  {
    ...sent,
    path: invitationPath,
    summary: 'Take an invitation: make the account and go on signed in.',
    body: invitationForm,
    answers: { 303: { description: 'Signed in, or to the next step.' } },
    failures: ['ticket_over', 'identifier_taken', ...newPasswordFailures, 'hashing_busy'],
    redraw: async (call, failure) => {
      const { body } = call;
      if (!v.is(invitationForm, body)) return deadEnd(call, failure);
      const { link, name = '' } = body;
      return orDeadEnd(call, failure, () => drawnInvitation(call, { link, name, failure }));
    },
  },
  async (call) => {
    const { ports, body, network } = call;
    const { name, password } = check(invitationEntries, body, 'input_invalid');
    const { take } = await takeInvitation(ports, { link: body.link, name, password, network });
    const { cookies, ...browser } = await stepBrowser(call);
    const wish = { identifier: '', authorization: '', next: '/' };
    const outcome = await stepIn(ports, {
      ...browser,
      attempt: undefined,
      wish,
      prove: async (tx) => ({ accountId: (await take(tx)).id, amr: 'mail' }),
    });
    return withoutLink(await stepReply(outcome, wish, cookies));
  },
);

const undoForm = v.strictObject({ link: linkText, password: v.string('This must be text.') });

/** `POST /undo`: puts the address back. A refusal shows the form again. */
export const undoRoute = openRoute(
  {
    ...sent,
    path: undoPath,
    summary: 'Take a change of address back, with a new password. Every session ends.',
    body: undoForm,
    answers: { 200: { description: 'The old address stands again.', mediaType: 'text/html' } },
    failures: ['ticket_over', 'identifier_taken', ...newPasswordFailures, 'hashing_busy'],
    redraw: async (call, failure) => {
      const { body } = call;
      if (!v.is(undoForm, body)) return deadEnd(call, failure);
      return orDeadEnd(call, failure, () => drawnUndo(call, body.link, failure));
    },
  },
  async (call) => {
    const { ports, body, wire, network } = call;
    const { password } = check(v.object({ password: passwordText }), body, 'input_invalid');
    const { link } = body;
    await undoEmailChange(ports, { link, newPassword: password, network, language: languageOf(wire) });
    const { undonePage } = await import('../../pages/accounts/arrivals.ts');
    return withoutLink(await pageReply(undonePage(frameOf(call))));
  },
);

/** The ticket of a link that may be used yet. Throws `ticket_over`. */
async function ticketAt({ ports }: Call, link: string, wanted: TicketPurpose): Promise<MailTicket> {
  const { ticket } = await findLinked(ports, link, { asker: '' });
  if (ticket.purpose !== wanted) throw fail('ticket_over', { detail: { check: 'ticket-purpose' } });
  return ticket;
}

/** A dead link opens no form: nothing that could be entered would help. */
async function orDeadEnd(call: Call, failure: ShownFailure, draw: () => Promise<Page>): Promise<Page> {
  try {
    return await draw();
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return deadEnd(call, failure);
  }
}

async function drawnInvitation(
  call: Call,
  { link, ...more }: { link: string; name: string; failure?: ShownFailure | undefined },
): Promise<Page> {
  const { mailbox } = await ticketAt(call, link, 'invitation');
  const { invitationPage } = await import('../../pages/accounts/arrivals.ts');
  const { passwordMinimumLength: passwordMinimum } = call.ports.settings;
  return invitationPage({
    ...more,
    frame: frameOf(call, { here: invitationPath }),
    mailbox,
    link,
    passwordMinimum,
  });
}

async function drawnUndo(call: Call, link: string, failure?: ShownFailure): Promise<Page> {
  const { mailbox } = await ticketAt(call, link, 'email-undo');
  const { undoPage } = await import('../../pages/accounts/arrivals.ts');
  const { passwordMinimumLength: passwordMinimum } = call.ports.settings;
  return undoPage({ frame: frameOf(call, { here: undoPath }), mailbox, link, passwordMinimum, failure });
}
