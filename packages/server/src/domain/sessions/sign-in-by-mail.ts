/**
 * Signing in by mail: the mailbox is a first factor, for an account that has proven it. It never stands for a second one.
 */
import { isOwned } from '../accounts/account.ts';
import { parseEmail } from '../accounts/identifier.ts';
import { provenMailbox } from '../accounts/replace-password.ts';
import { emailRule } from '../accounts/sign-up.ts';
import { fail } from '../failures.ts';
import { type AskedMail, type MailAsker, payForMail, proofIn } from '../mail/asked-mail.ts';
import { issueTicket, ticketContents } from '../mail/issue-ticket.ts';
import { linkTo } from '../mail/link-to.ts';
import { postMail } from '../mail/post-mail.ts';
import { consumeTicket, type ProvenMailbox } from '../mail/prove-mailbox.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { FirstProof } from './attempt.ts';

/** Whose mailbox is to sign in. */
export interface MailSignIn extends MailAsker {
  readonly email: string;
  /** The attempt that waits for it; empty where none does. */
  readonly attempt: string;
}

/** Whether anybody signs in by mail here. */
export const maySignInByMail = ({ mail, settings }: Pick<Ports, 'mail' | 'settings'>): boolean =>
  mail !== 'off' && settings.mailSignIn === 'on';

/**
 * Asks for the mail by which somebody signs in. Throws `mail_off`, `input_invalid`, `attempts_exhausted` and
 * `store_unavailable`.
 */
export async function askMailSignIn(
  ports: Ports,
  { email, attempt, ...asking }: MailSignIn,
): Promise<AskedMail> {
  if (!maySignInByMail(ports)) throw fail('mail_off', { detail: { check: 'mail-sign-in-off' } });
  const to = parseEmail(email)?.canonical;
  if (to === undefined) throw fail('input_invalid', { fields: [{ field: 'email', message: emailRule }] });
  await payForMail(ports, asking);
  const { language } = asking;
  return ports.store.transact(async (tx) => {
    const account = await tx.accounts.findByIdentifier(to);
    const isOpen =
      account !== undefined && isOwned(account, ports.clock.now()) && account.emailVerifiedAt > 0;
    const accountId = isOpen ? account.id : '';
    const issued = await issueTicket(ports, tx, {
      purpose: 'sign-in',
      mailbox: to,
      accountId,
      asker: asking.asker,
      hollow: !isOpen,
      contents: { attempt },
    });
    if (isOpen)
      await postMail(ports, tx, { kind: 'sign-in', to, language, accountId, values: proofIn(ports, issued) });
    else {
      const values = { link: linkTo(ports.settings, '/sign-up') };
      await postMail(ports, tx, { kind: 'no-account', to, language, values });
    }
    return issued;
  });
}

/** The attempt that a ticket belongs to; empty where it belongs to none. */
export const attemptOf = (ports: Pick<Ports, 'vault'>, { ticket }: ProvenMailbox): string =>
  ticketContents(ports, ticket)['attempt'] ?? '';

/** Uses a proven ticket up inside a transaction; says whom it proves. Throws `ticket_over`. */
export async function useMailProof(
  ports: Ports,
  tx: Transaction,
  proven: ProvenMailbox,
): Promise<FirstProof> {
  await consumeTicket(ports, tx, proven);
  const { accountId, mailbox } = proven.ticket;
  const account = await tx.accounts.find(accountId);
  if (!account || provenMailbox(account) !== mailbox)
    throw fail('ticket_over', { detail: { check: 'mailbox-moved' } });
  return { accountId, amr: 'mail' };
}
