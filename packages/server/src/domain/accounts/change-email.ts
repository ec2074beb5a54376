/**
 * Changing the address of an account. It takes effect when the new mailbox is proven; the old one is told, and for a week may
 * take it back: then the old address stands again, every session has ended, and a new password is chosen.
 */
import { appendEvent } from '../events.ts';
import { requireStrongProof } from '../factors/factor-owner.ts';
import { fail } from '../failures.ts';
import { type AskedMail, type MailAsker, payForMail, proofIn } from '../mail/asked-mail.ts';
import { issueTicket, ticketContents } from '../mail/issue-ticket.ts';
import { linkTo } from '../mail/link-to.ts';
import type { MailLanguage } from '../mail/mail.ts';
import { postMail } from '../mail/post-mail.ts';
import { consumeTicket, type ProvenMailbox, proveMailbox } from '../mail/prove-mailbox.ts';
import type { MailTicket } from '../mail/ticket.ts';
import type { Ports } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type { Transaction } from '../store.ts';
import type { Account } from './account.ts';
import { claimMailbox } from './claim-mailbox.ts';
import { parseEmail } from './identifier.ts';
import { replacePassword } from './replace-password.ts';
import { emailRule } from './sign-up.ts';
import { tellKnown } from './sign-up-by-mail.ts';

/** A new address, or the same one to prove it. */
export interface EmailChange extends MailAsker {
  readonly session: Session;
  readonly email: string;
}

/**
 * Asks for the mail that proves the new address. An address that somebody else has proven is answered the same: that shows in
 * its mailbox alone. Throws `proof_too_old`, `proof_too_weak`, `input_invalid`, `mail_off`, `attempts_exhausted` and `store_unavailable`.
 */
export async function askEmailChange(
  ports: Ports,
  { session, email, ...asking }: EmailChange,
): Promise<AskedMail> {
  await requireStrongProof(ports, session);
  const { accountId } = session;
  const wanted = parseEmail(email);
  if (!wanted) throw fail('input_invalid', { fields: [{ field: 'email', message: emailRule }] });
  await payForMail(ports, asking);
  const { language } = asking;
  const to = wanted.canonical;
  return ports.store.transact(async (tx) => {
    const holder = await tx.accounts.findByIdentifier(to);
    const isOthers = holder !== undefined && holder.id !== accountId && holder.emailVerifiedAt > 0;
    const issued = await issueTicket(ports, tx, {
      purpose: 'email',
      mailbox: to,
      accountId,
      asker: asking.asker,
      hollow: isOthers,
      contents: { email: wanted.typed },
    });
    if (isOthers) await tellKnown(ports, tx, { to, language });
    else
      await postMail(ports, tx, {
        kind: 'email-change',
        to,
        language,
        accountId,
        values: proofIn(ports, issued),
      });
    return issued;
  });
}

/**
 * Gives an account the address whose mailbox it has proven, inside the transaction that uses the ticket up. Every other mail
 * about the account is void. Throws `ticket_over`, and `identifier_taken` when another account was faster.
 */
export async function confirmEmail(
  ports: Ports,
  tx: Transaction,
  { proven, network, language }: EmailConfirmation,
): Promise<Account> {
  await consumeTicket(ports, tx, proven);
  const { accountId, mailbox } = proven.ticket;
  const before = await tx.accounts.find(accountId);
  if (before?.status !== 'active') throw fail('ticket_over', { detail: { check: 'account-disabled' } });
  const now = ports.clock.now();
  await setAddress(ports, tx, { proven, network });
  await tx.mailTickets.voidOf(accountId, now + 1);
  const isSame = canonicalOf(before) === mailbox;
  const data = { fields: 'email' };
  const told = { accountId, actor: accountId, network } as const;
  await appendEvent(tx, now, { type: 'email.verified', ...told });
  if (!isSame) await appendEvent(tx, now, { type: 'account.changed', ...told, data });
  if (!isSame && before.emailVerifiedAt > 0)
    await offerUndo(ports, tx, { before, mailbox, network, language });
  return (await tx.accounts.find(accountId)) ?? before;
}

/** A mailbox that was proven, by whom and in which words the old one is told. */
export interface EmailConfirmation {
  readonly proven: ProvenMailbox;
  readonly network: string;
  readonly language: MailLanguage;
}

const canonicalOf = ({ email }: Account): string | undefined =>
  email === undefined ? undefined : parseEmail(email)?.canonical;

/** An account has one address; the proven one takes the place of the one before. */
async function setAddress(
  ports: Ports,
  tx: Transaction,
  { proven, network }: { readonly proven: ProvenMailbox; readonly network: string },
): Promise<void> {
  const { accountId, mailbox } = proven.ticket;
  const now = ports.clock.now();
  const { email: typed = mailbox } = ticketContents(ports, proven.ticket);
  await claimMailbox(ports, tx, { mailbox, accountId, network });
  const identifier = { kind: 'email', typed, canonical: mailbox, verifiedAt: now } as const;
  if (!(await tx.accounts.setIdentifier(accountId, identifier))) throw fail('identifier_taken');
  await tx.accounts.update(accountId, { updatedAt: now });
}

/** Tells the old address, which had been proven: one that never was gets no way in. */
async function offerUndo(
  ports: Ports,
  tx: Transaction,
  {
    before,
    mailbox,
    network,
    language,
  }: { before: Account; mailbox: string; network: string; language: MailLanguage },
): Promise<void> {
  const { id: accountId, email: typed = '' } = before;
  const to = canonicalOf(before);
  if (to === undefined) return;
  const contents = { email: typed };
  const draft = {
    purpose: 'email-undo',
    mailbox: to,
    accountId,
    asker: '',
    hollow: false,
    contents,
  } as const;
  const { link, expiresAt } = await issueTicket(ports, tx, draft);
  const values = {
    at: ports.clock.now(),
    network,
    link: linkTo(ports.settings, undoPath, { link }),
    email: mailbox,
    expiresAt,
  };
  await postMail(ports, tx, { kind: 'email-changed', to, language, accountId, values });
}

/** Where an old address takes a change back. */
export const undoPath = '/undo';

/** Taking a change of address back. */
export interface EmailUndo {
  readonly link: string;
  readonly newPassword: string;
  readonly network: string;
  readonly language: MailLanguage;
}

/**
 * Puts the old address back, with a new password; every session ends, and no later change can be taken back any more. Throws
 * `ticket_over`, `identifier_taken`, the `password_…` failures, `hashing_busy` and `store_unavailable`.
 */
export async function undoEmailChange(ports: Ports, { link, ...undo }: EmailUndo): Promise<void> {
  const { network } = undo;
  const proven = await proveMailbox(
    ports,
    { link, screen: '' },
    { purposes: ['email-undo'], asker: '', network },
  );
  await replacePassword(ports, {
    ...undo,
    accountId: proven.ticket.accountId,
    reason: 'email-restored',
    within: async (tx) => {
      await consumeTicket(ports, tx, proven);
      await setAddress(ports, tx, { proven, network });
      await tellRestored(ports, tx, { ticket: proven.ticket, network });
    },
    undoBefore: proven.ticket.createdAt,
  });
}

const tellRestored = (
  { clock }: Ports,
  tx: Transaction,
  { ticket: { accountId }, network }: { readonly ticket: MailTicket; readonly network: string },
): Promise<void> =>
  appendEvent(tx, clock.now(), { type: 'email.restored', accountId, actor: accountId, network });
