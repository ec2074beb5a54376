/**
 * Where mails lead, and where their codes are typed. Opening a link uses nothing up, so that whoever looks through mails does no
 * harm; sending the form does, in the browser that asked for the mail, or with the code of its screen.
 */
import * as v from 'valibot';
import { confirmEmail } from '../../domain/accounts/change-email.ts';
import { resetPassword } from '../../domain/accounts/reset-password.ts';
import { confirmSignUp } from '../../domain/accounts/sign-up-by-mail.ts';
import { fail, isFailure } from '../../domain/failures.ts';
import { ticketPath } from '../../domain/mail/asked-mail.ts';
import { type TicketContents, ticketContents } from '../../domain/mail/issue-ticket.ts';
import {
  findLinked,
  findTicket,
  proveMailbox,
  readLink,
  type TicketProof,
  type TicketView,
  type TicketVisitor,
} from '../../domain/mail/prove-mailbox.ts';
import { screenCode } from '../../domain/mail/ticket.ts';
import { heldSessions } from '../../domain/sessions/authenticate.ts';
import { stepByMail } from '../../domain/sessions/first-step.ts';
import { stepIn } from '../../domain/sessions/step-in.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import type { ConfirmPurpose } from '../../pages/mail/confirm.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { browserSecret } from '../authorize/browser.ts';
import { deadEnd } from '../authorize/dead-end.ts';
import { signInBefore } from '../authorize/sign-in-before.ts';
import { onTheWay, passwordPath, rowId, stepBrowser, stepReply } from '../authorize/way-on.ts';
import { check, newPasswordFailures, passwordText } from '../input.ts';
import { frameOf, languageOf } from '../language.ts';
import { leadingAway, pageReply } from '../page.ts';
import { type Call, openRoute, type Reply } from '../route.ts';
import { linkText } from './asked.ts';
import { keepLink, keptLink, withoutLink } from './kept-link.ts';

const facts = { path: ticketPath, subject: 'accounts', page: true, leadsAway: true } as const;

/** One of the two: where the mail was asked for, or where its link leads. */
const named = { ticket: v.optional(rowId, ''), link: v.optional(linkText, '') };

/** `GET /confirm`: the form that takes the code, or the one that a link leads to. */
export const showConfirmRoute = openRoute(
  {
    ...facts,
    method: 'GET',
    summary: 'The form that takes the code of a mail, or that its link leads to. Opening it uses nothing up.',
    forgery: 'none',
    limits: ['none'],
    redraw: deadEnd,
    query: v.strictObject(named),
    answers: {
      200: { description: 'The form.', mediaType: 'text/html' },
      303: { description: 'To the same page, without the link in its address.' },
    },
    failures: ['ticket_over'],
  },
  async (call) => {
    const { ports, query, wire } = call;
    if (query.link !== '') return keepLink(ticketPath, readLink(ports, query.link).text);
    const link = query.ticket === '' ? keptLink(wire) : '';
    return pageReply(await drawn(call, { ...query, link }), leadingAway);
  },
);

/** Lenient, so that what is wrong with a field is told at the field. */
const form = v.strictObject({
  ...named,
  code: v.optional(v.pipe(v.string(), v.maxLength(40, 'This may have at most 40 characters.')), ''),
  screen: v.optional(v.pipe(v.string(), v.maxLength(40, 'This may have at most 40 characters.')), ''),
  password: v.optional(v.string('This must be text.')),
});

type ConfirmBody = v.InferOutput<typeof form>;

/** `POST /confirm`: proves the mailbox and does what that is for. A refusal shows the form again. */
export const confirmRoute = openRoute(
  {
    ...facts,
    method: 'POST',
    summary: 'Prove a mailbox, by the code of its mail or where its link leads, and do what that is for.',
    forgery: 'always',
    limits: ['account', 'network', 'hashing'],
    form: true,
    body: form,
    answers: {
      200: { description: 'What was done.', mediaType: 'text/html' },
      303: { description: 'Signed in: on with the request, or to the path; or to the next step.' },
    },
    failures: [
      'ticket_over',
      'mail_code_refused',
      'screen_code_refused',
      'sign_in_over',
      'sign_in_refused',
      'identifier_taken',
      'attempts_exhausted',
      ...newPasswordFailures,
      'hashing_busy',
    ],
    redraw: async (call, failure) => {
      const { body } = call;
      return v.is(form, body) ? redrawn(call, v.parse(form, body), failure) : deadEnd(call, failure);
    },
  },
  async (call) => {
    const visitor = await visitorOf(call);
    const view = await look(call, call.body, visitor);
    const reply = await effects[purposeOf(view)](call, { view, visitor, proof: proofIn(call.body) });
    return call.body.link === '' ? reply : withoutLink(reply);
  },
);

/** What a proof is tried with. */
interface Proving {
  readonly view: TicketView;
  readonly visitor: TicketVisitor;
  readonly proof: TicketProof;
}

type ConfirmCall = Call<ConfirmBody>;

/** What each proof does. */
const effects: Readonly<Record<ConfirmPurpose, (call: ConfirmCall, proving: Proving) => Promise<Reply>>> = {
  'sign-up': async (call, { proof, visitor, view }) => {
    const { ports, network } = call;
    const proven = await proveMailbox(ports, proof, { ...visitor, purposes: ['sign-up'] });
    const { cookies, ...browser } = await stepBrowser(call);
    const { authorization = '', next = '/' } = view.isAsker ? ticketContents(ports, view.ticket) : {};
    const wish = { identifier: '', authorization, next };
    const outcome = await stepIn(ports, {
      ...browser,
      attempt: undefined,
      wish,
      prove: async (tx) => {
        const { id: accountId } = await confirmSignUp(ports, tx, { proven, network });
        return { accountId, amr: 'mail' };
      },
    });
    return stepReply(outcome, wish, cookies);
  },
  'sign-in': async (call, { proof, visitor, view }) => {
    const { ports } = call;
    const proven = await proveMailbox(ports, proof, { ...visitor, purposes: ['sign-in'] });
    const { cookies, ...browser } = await stepBrowser(call);
    const { outcome, wish } = await stepByMail(ports, { ...browser, proven, isAsker: view.isAsker });
    return stepReply(outcome, wish, cookies);
  },
  reset: async (call, { proof, visitor, view }) => {
    const { ports, body, wire } = call;
    const { password: newPassword } = check(v.object({ password: passwordText }), body, 'input_invalid');
    await resetPassword(ports, proof, { ...visitor, newPassword, language: languageOf(wire) });
    return done(call, 'reset', view);
  },
  email: async (call, { proof, visitor, view }) => {
    const { ports, wire, network } = call;
    const proven = await proveMailbox(ports, proof, { ...visitor, purposes: ['email'] });
    const confirmation = { proven, network, language: languageOf(wire) };
    await ports.store.transact((tx) => confirmEmail(ports, tx, confirmation));
    return done(call, 'email', view);
  },
};

async function done(call: ConfirmCall, what: 'email' | 'reset', { ticket }: TicketView): Promise<Reply> {
  const { confirmedPage } = await import('../../pages/mail/confirm.ts');
  return pageReply(confirmedPage({ frame: frameOf(call), done: what, mailbox: ticket.mailbox }), leadingAway);
}

async function visitorOf({ ports, parts, wire, network }: Call): Promise<TicketVisitor> {
  const [session] = await heldSessions(ports, wire, parts.carriers);
  return { asker: browserSecret(wire), accountId: session?.accountId, network };
}

type Named = Pick<ConfirmBody, 'ticket' | 'link'>;

/** Looks at the ticket and changes nothing. Throws `ticket_over`. */
async function look({ ports }: Call, { ticket, link }: Named, visitor: TicketVisitor): Promise<TicketView> {
  const view = await (link === '' ? findTicket(ports, ticket, visitor) : findLinked(ports, link, visitor));
  // An id names a ticket for whoever asked alone.
  if (link === '' && !view.isAsker) throw fail('ticket_over', { detail: { check: 'other-browser' } });
  return view;
}

/** Throws `ticket_over` for what is confirmed elsewhere. */
function purposeOf({ ticket: { purpose } }: TicketView): ConfirmPurpose {
  if (purpose === 'invitation' || purpose === 'email-undo')
    throw fail('ticket_over', { detail: { check: 'ticket-purpose' } });
  return purpose;
}

const proofIn = ({ ticket, link, code, screen }: ConfirmBody): TicketProof =>
  link === '' ? { ticket, code } : { link, screen };

/** Only what still stands brings its form back. */
async function redrawn(call: Call, body: ConfirmBody, failure: ShownFailure): Promise<Page> {
  try {
    return await drawn(call, body, failure);
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return deadEnd(call, failure);
  }
}

/** Where another mail is asked for. */
const pathsAgain: Readonly<Record<ConfirmPurpose, (contents: TicketContents) => string>> = {
  'sign-up': ({ authorization = '', next = '/' }) => onTheWay('/sign-up', { authorization, next }),
  'sign-in': ({ attempt = '' }) => withFields(passwordPath, [['attempt', attempt]]),
  reset: () => '/reset',
  email: () => centrePaths.names,
};

async function drawn(call: Call, { ticket: id, link }: Named, failure?: ShownFailure): Promise<Page> {
  const { ports } = call;
  const view = await look(call, { ticket: id, link }, await visitorOf(call));
  const { ticket, isAsker } = view;
  const purpose = purposeOf(view);
  const hidden: Record<string, string> = link === '' ? { ticket: id } : { link };
  const here = link === '' ? withFields(ticketPath, [['ticket', id]]) : ticketPath;
  const { confirmPage } = await import('../../pages/mail/confirm.ts');
  return confirmPage({
    frame: frameOf(call, { here }),
    purpose,
    mailbox: ticket.mailbox,
    hidden,
    asks: link === '' ? 'code' : isAsker ? undefined : 'screen',
    screenCode: link === '' ? screenCode(ports.vault, ticket) : undefined,
    again: pathsAgain[purpose](ticketContents(ports, ticket)),
    // An address is confirmed from any device where its account is signed in.
    signIn: purpose === 'email' && !isAsker ? signInBefore(here) : undefined,
    passwordMinimum: ports.settings.passwordMinimumLength,
    failure,
  });
}
