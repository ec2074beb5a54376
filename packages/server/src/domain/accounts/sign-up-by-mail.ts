/**
 * Signing up with a mailbox that is proven first. Nothing is made before the proof: the account waits in the ticket, its
 * password hashed, and whoever asks learns nothing of who has an account already.
 */

import { fail } from '../failures.ts';
import { type AskedMail, type MailAsker, payForMail, proofIn } from '../mail/asked-mail.ts';
import { issueTicket, ticketContents } from '../mail/issue-ticket.ts';
import { linkTo } from '../mail/link-to.ts';
import { postMail } from '../mail/post-mail.ts';
import { consumeTicket, type ProvenMailbox } from '../mail/prove-mailbox.ts';
import type { Ports } from '../ports.ts';
import { signUpCharge, spend } from '../sessions/attempt-budget.ts';
import type { Transaction } from '../store.ts';
import type { Account } from './account.ts';
import { claimMailbox } from './claim-mailbox.ts';
import { parseEmail, parseUsername } from './identifier.ts';
import {
  type AccountDraft,
  emailRule,
  insertAccount,
  newAccount,
  readyAccount,
  requireSignUp,
} from './sign-up.ts';

/** An account that waits for its mailbox to be proven. */
export interface AskedAccount extends AccountDraft, MailAsker {
  /** Where the way leads on once it is. */
  readonly way?: { readonly authorization: string; readonly next: string } | undefined;
}

/**
 * Asks for the mail that proves the mailbox of a new account. Throws `sign_up_closed`, `invitation_required`, `attempts_exhausted`, `input_invalid`, the `password_…`
 * failures, `identifier_taken` for a username, `mail_off`, `hashing_busy` and `store_unavailable`.
 */
export async function askSignUp(ports: Ports, draft: AskedAccount): Promise<AskedMail> {
  requireSignUp(ports);
  const { network, language } = draft;
  const email = parseEmail(draft.email ?? '');
  if (!email) throw fail('input_invalid', { fields: [{ field: 'email', message: emailRule }] });
  const { account, identifiers, password } = await readyAccount(ports, draft);
  await spend(ports, [signUpCharge(ports, network)], network);
  await payForMail(ports, draft);
  const phc = await ports.passwords.hash(password, network);
  const username = identifiers.find(({ kind }) => kind === 'username')?.canonical;
  const to = email.canonical;
  return ports.store.transact(async (tx) => {
    if (username !== undefined && (await tx.accounts.findByIdentifier(username)))
      throw fail('identifier_taken');
    // Who wrote the address down and never proved it does not count: the proof takes it from them.
    const isKnown = ((await tx.accounts.findByIdentifier(to))?.emailVerifiedAt ?? 0) > 0;
    const issued = await issueTicket(ports, tx, {
      purpose: 'sign-up',
      mailbox: to,
      accountId: '',
      asker: draft.asker,
      hollow: isKnown,
      contents: {
        email: email.typed,
        username: account.username ?? '',
        name: account.name,
        phc,
        ...draft.way,
      },
    });
    if (isKnown) await tellKnown(ports, tx, { to, language });
    else await postMail(ports, tx, { kind: 'sign-up', to, language, values: proofIn(ports, issued) });
    return issued;
  });
}

/** Tells a mailbox that it has an account already. */
export const tellKnown = (
  ports: Ports,
  tx: Transaction,
  { to, language }: Pick<MailAsker, 'language'> & { readonly to: string },
): Promise<void> =>
  postMail(ports, tx, {
    kind: 'account-exists',
    to,
    language,
    values: { link: linkTo(ports.settings, '/sign-in'), resetLink: linkTo(ports.settings, '/reset') },
  });

/**
 * Makes the account that a proven ticket holds, inside the transaction that uses the ticket up. Throws `ticket_over`, and
 * `identifier_taken` when somebody else was faster.
 */
export async function confirmSignUp(
  ports: Ports,
  tx: Transaction,
  { proven, network }: { readonly proven: ProvenMailbox; readonly network: string },
): Promise<Account> {
  await consumeTicket(ports, tx, proven);
  const { email: typed = '', username = '', name = '', phc = '' } = ticketContents(ports, proven.ticket);
  const account = newAccount(ports, { email: typed, username: username === '' ? undefined : username, name });
  const { mailbox } = proven.ticket;
  await claimMailbox(ports, tx, { mailbox, accountId: account.id, network });
  const verifiedAt = ports.clock.now();
  const named = parseUsername(username);
  const identifiers = [
    { kind: 'email', typed, canonical: mailbox, verifiedAt } as const,
    ...(named ? [named] : []),
  ];
  return insertAccount(ports, tx, {
    account: { ...account, emailVerifiedAt: verifiedAt },
    identifiers,
    phc,
    actor: account.id,
    network,
  });
}
