import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import { linkTo } from '../mail/link-to.ts';
import type { MailLanguage } from '../mail/mail.ts';
import { postMail } from '../mail/post-mail.ts';
import type { Ports } from '../ports.ts';
import { endAllSessions } from '../sessions/end-session.ts';
import type { Transaction } from '../store.ts';
import { type Account, isOwned } from './account.ts';
import { parseEmail } from './identifier.ts';
import { checkNewPassword, preparePassword } from './password-policy.ts';
import { passwordPolicy } from './sign-up.ts';

/** A new password for whoever has proven a mailbox. */
export interface NewPassword {
  readonly accountId: string;
  readonly newPassword: string;
  readonly network: string;
  readonly language: MailLanguage;
  readonly reason: 'reset' | 'email-restored';
  /** What else happens in the same transaction, first: the proof is used up. */
  readonly within: (tx: Transaction) => Promise<void>;
  /** Ways to take a change of address back that stay: those from before this moment. */
  readonly undoBefore: number;
}

/**
 * Sets a password without asking for the old one. Every session ends, with its families; every other mail about the account
 * is void, no browser is remembered any more, and its mailbox is told. Nobody is signed in, and an account that its owner has closed stays closed. Throws `ticket_over` for an account that is disabled or gone, the
 * `password_…` failures, `hashing_busy` and what `within` throws.
 */
export async function replacePassword(ports: Ports, input: NewPassword): Promise<void> {
  const { store, passwords, clock } = ports;
  const { accountId, network, within, undoBefore, reason } = input;
  const password = await acceptable(ports, input);
  const phc = await passwords.hash(password, network);
  await store.transact(async (tx) => {
    const now = clock.now();
    await within(tx);
    const account = await tx.accounts.find(accountId);
    if (!account || !isOwned(account, now))
      throw fail('ticket_over', { detail: { check: 'account-disabled' } });
    await tx.accounts.setPassword({ accountId, phc, changedAt: now });
    await endAllSessions(ports, tx, {
      accountId,
      ending: { by: accountId, reason: 'password-changed', network },
    });
    await tx.mailTickets.voidOf(accountId, undoBefore);
    await tx.rememberedDevices.deleteAll(accountId);
    const data = { reason };
    await appendEvent(tx, now, { type: 'password.reset', accountId, actor: accountId, network, data });
    await tellPasswordChanged(ports, tx, { account, ...input });
  });
  ports.tally.revoked();
}

async function acceptable(ports: Ports, { accountId, newPassword }: NewPassword): Promise<string> {
  const account = await ports.store.read.accounts.find(accountId);
  if (!account) throw fail('ticket_over', { detail: { check: 'account-unknown' } });
  const password = preparePassword(newPassword);
  const context = [account.email, account.username, account.name].filter((word) => word !== undefined);
  await checkNewPassword(passwordPolicy(ports), { password, context });
  return password;
}

/** Tells the proven mailbox of an account that its password is another one now. */
export async function tellPasswordChanged(
  ports: Ports,
  tx: Transaction,
  { account, network, language }: { account: Account; network: string; language: MailLanguage },
): Promise<void> {
  const to = provenMailbox(account);
  if (to === undefined) return;
  const values = { at: ports.clock.now(), network, link: linkTo(ports.settings, '/reset') };
  await postMail(ports, tx, { kind: 'password-changed', to, language, accountId: account.id, values });
}

/** The mailbox of an account in its canonical form; undefined unless it was proven. */
export const provenMailbox = ({ email, emailVerifiedAt }: Account): string | undefined =>
  email === undefined || emailVerifiedAt === 0 ? undefined : parseEmail(email)?.canonical;
