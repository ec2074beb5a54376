/**
 * Choosing a new password by the mailbox. It proves the mailbox and nothing more: nobody is signed in by it, and whoever has a
 * second factor is asked for it as ever.
 */
import { fail } from '../failures.ts';
import { type AskedMail, type MailAsker, payForMail, proofIn } from '../mail/asked-mail.ts';
import { issueTicket } from '../mail/issue-ticket.ts';
import { linkTo } from '../mail/link-to.ts';
import type { MailLanguage } from '../mail/mail.ts';
import { postMail } from '../mail/post-mail.ts';
import { consumeTicket, proveMailbox, type TicketProof, type TicketVisitor } from '../mail/prove-mailbox.ts';
import type { Ports } from '../ports.ts';
import { isOwned } from './account.ts';
import { parseEmail } from './identifier.ts';
import { checkNewPassword, preparePassword } from './password-policy.ts';
import { provenMailbox, replacePassword } from './replace-password.ts';
import { emailRule, passwordPolicy } from './sign-up.ts';

/** The address whose account is to get a new password. */
export interface ResetWish extends MailAsker {
  readonly email: string;
}

/**
 * Asks for the mail that proves a mailbox for a new password. Throws `input_invalid`, `mail_off`, `attempts_exhausted` and
 * `store_unavailable`.
 */
export async function askReset(ports: Ports, { email, ...asking }: ResetWish): Promise<AskedMail> {
  const to = parseEmail(email)?.canonical;
  if (to === undefined) throw fail('input_invalid', { fields: [{ field: 'email', message: emailRule }] });
  await payForMail(ports, asking);
  const { language } = asking;
  return ports.store.transact(async (tx) => {
    const account = await tx.accounts.findByIdentifier(to);
    // Whoever has closed theirs and forgot the password is not to lose it by that: signing in afterwards offers to keep it.
    const isOpen =
      account !== undefined && isOwned(account, ports.clock.now()) && account.emailVerifiedAt > 0;
    const issued = await issueTicket(ports, tx, {
      purpose: 'reset',
      mailbox: to,
      accountId: isOpen ? account.id : '',
      asker: asking.asker,
      hollow: !isOpen,
      contents: {},
    });
    if (isOpen) {
      const values = proofIn(ports, issued);
      await postMail(ports, tx, { kind: 'password-reset', to, language, accountId: account.id, values });
    } else {
      const values = { link: linkTo(ports.settings, '/sign-up') };
      await postMail(ports, tx, { kind: 'no-account', to, language, values });
    }
    return issued;
  });
}

/** A new password with the proof of the mailbox. */
export interface PasswordReset extends TicketVisitor {
  readonly newPassword: string;
  readonly language: MailLanguage;
}

/**
 * Sets the new password; every session ends. Throws `ticket_over`, `mail_code_refused`, `screen_code_refused`,
 * `attempts_exhausted`, the `password_…` failures, `hashing_busy` and `store_unavailable`.
 */
export async function resetPassword(
  ports: Ports,
  proof: TicketProof,
  { newPassword, language, ...visitor }: PasswordReset,
): Promise<void> {
  // What is wrong with the password alone is told before a guess is spent; it says nothing of the account.
  await checkNewPassword(passwordPolicy(ports), { password: preparePassword(newPassword), context: [] });
  const proven = await proveMailbox(ports, proof, { ...visitor, purposes: ['reset'] });
  const { accountId, mailbox } = proven.ticket;
  const { network } = visitor;
  await replacePassword(ports, {
    accountId,
    newPassword,
    network,
    language,
    reason: 'reset',
    undoBefore: ports.clock.now() + 1,
    within: async (tx) => {
      await consumeTicket(ports, tx, proven);
      const account = await tx.accounts.find(accountId);
      if (!account || provenMailbox(account) !== mailbox)
        throw fail('ticket_over', { detail: { check: 'mailbox-moved' } });
    },
  });
}
