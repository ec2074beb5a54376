/**
 * Invitations: an account that waits for its owner. Whoever gives one can give no more than they have; who opens the mail
 * chooses the name and the password, and the mailbox is proven by that.
 */
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import { requireMail } from '../mail/asked-mail.ts';
import { issueTicket, ticketContents } from '../mail/issue-ticket.ts';
import { linkTo } from '../mail/link-to.ts';
import type { MailLanguage } from '../mail/mail.ts';
import { postMail } from '../mail/post-mail.ts';
import { consumeTicket, proveMailbox } from '../mail/prove-mailbox.ts';
import type { MailTicket } from '../mail/ticket.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { Account } from './account.ts';
import { claimMailbox } from './claim-mailbox.ts';
import { type Governor, mayGive, mustHold } from './govern.ts';
import { parseEmail } from './identifier.ts';
import { emailRule, insertAccount, readyAccount } from './sign-up.ts';

/** An invitation that waits. Times are milliseconds since 1970. */
export interface Invitation {
  readonly id: string;
  /** Canonical. */
  readonly email: string;
  readonly roles: readonly string[];
  /** Who invited. */
  readonly by: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Whom to invite. */
export interface InvitationDraft {
  readonly email: string;
  readonly roles: readonly string[];
  readonly language: MailLanguage;
}

/** Where an invitation is taken. */
export const invitationPath = '/invitation';

/**
 * Invites a mailbox; an earlier invitation of it is void. Throws `mail_off`, `input_invalid`, `privilege_exceeded`,
 * `identifier_taken` when an account has proven the mailbox, and `store_unavailable`.
 */
export async function invite(
  ports: Ports,
  governor: Governor,
  { email, roles, language }: InvitationDraft,
): Promise<Invitation> {
  requireMail(ports);
  const to = parseEmail(email);
  if (!to) throw fail('input_invalid', { fields: [{ field: 'email', message: emailRule }] });
  const { actor, network } = governor;
  return ports.store.transact(async (tx) => {
    const given = await mayGive(tx, governor, roles);
    if (((await tx.accounts.findByIdentifier(to.canonical))?.emailVerifiedAt ?? 0) > 0)
      throw fail('identifier_taken');
    const contents = { email: to.typed, roles: given.join(' '), by: actor };
    const issued = await issueTicket(ports, tx, {
      purpose: 'invitation',
      mailbox: to.canonical,
      accountId: '',
      asker: '',
      hollow: false,
      contents,
    });
    const createdAt = ports.clock.now();
    const data = { invitation: issued.id, roles: given.join(' ') };
    await appendEvent(tx, createdAt, { type: 'invitation.offered', actor, network, data });
    const values = {
      link: linkTo(ports.settings, invitationPath, { link: issued.link }),
      inviter: await nameOfInviter(tx, actor),
      expiresAt: issued.expiresAt,
    };
    await postMail(ports, tx, { kind: 'invitation', to: to.canonical, language, values });
    const { id, expiresAt } = issued;
    return { id, email: to.canonical, roles: given, by: actor, createdAt, expiresAt };
  });
}

/** Empty for the operator. */
async function nameOfInviter(tx: Transaction, actor: string): Promise<string> {
  const account = await tx.accounts.find(actor);
  return account ? account.name || (account.email ?? account.username ?? '') : '';
}

/** The invitations that wait, youngest first. */
export async function listInvitations(ports: Ports, limit: number): Promise<Invitation[]> {
  const now = ports.clock.now();
  const tickets = await ports.store.read.mailTickets.list('invitation', limit);
  return tickets.filter(({ expiresAt }) => expiresAt > now).map((ticket) => invitationIn(ports, ticket));
}

/** What an invitation says. */
function invitationIn(ports: Pick<Ports, 'vault'>, ticket: MailTicket): Invitation {
  const { roles = '', by = '' } = ticketContents(ports, ticket);
  const { id, mailbox: email, createdAt, expiresAt } = ticket;
  return { id, email, roles: roles.split(' ').filter(Boolean), by, createdAt, expiresAt };
}

/** Withdraws an invitation. Throws `not_found`, and `privilege_exceeded` when it gives more than the governor has. */
export async function withdrawInvitation(ports: Ports, governor: Governor, id: string): Promise<void> {
  await ports.store.transact(async (tx) => {
    const ticket = await tx.mailTickets.find(id);
    if (ticket?.purpose !== 'invitation') throw fail('not_found', { detail: { invitation: id } });
    mustHold(governor, await tx.roles.permissions(invitationIn(ports, ticket).roles));
    await tx.mailTickets.delete(id);
    const { actor, network } = governor;
    const data = { invitation: id };
    await appendEvent(tx, ports.clock.now(), { type: 'invitation.withdrawn', actor, network, data });
  });
}

/** What the invited person chooses. */
export interface InvitationTaking {
  readonly link: string;
  readonly name: string;
  readonly password: string;
  readonly network: string;
}

/** An account that will have been made once the transaction is done. */
export interface ReadyInvitation {
  /** Makes the account and uses the invitation up. */
  readonly take: (tx: Transaction) => Promise<Account>;
}

/**
 * Looks at all that can be looked at before the transaction, and hashes the password. Throws `ticket_over`, `input_invalid`,
 * the `password_…` failures and `hashing_busy`; `take` throws `ticket_over` and `identifier_taken`.
 */
export async function takeInvitation(
  ports: Ports,
  { link, name, password, network }: InvitationTaking,
): Promise<ReadyInvitation> {
  const visitor = { purposes: ['invitation'], asker: '', network } as const;
  const proven = await proveMailbox(ports, { link, screen: '' }, visitor);
  const { ticket } = proven;
  const { email = ticket.mailbox } = ticketContents(ports, ticket);
  const { roles } = invitationIn(ports, ticket);
  const ready = await readyAccount(ports, { email, name: name === '' ? undefined : name, password, network });
  const phc = await ports.passwords.hash(ready.password, network);
  return {
    take: async (tx) => {
      await consumeTicket(ports, tx, proven);
      // A role that was deleted meanwhile is given to nobody: the invitation has lost its sense with it.
      for (const role of roles)
        if (!(await tx.roles.find(role)))
          throw fail('ticket_over', { detail: { check: 'role-deleted', role } });
      const { id } = ready.account;
      await claimMailbox(ports, tx, { mailbox: ticket.mailbox, accountId: id, network });
      const now = ports.clock.now();
      const account = { ...ready.account, roles, emailVerifiedAt: now };
      const identifiers = ready.identifiers.map((one) => ({ ...one, verifiedAt: now }));
      await insertAccount(ports, tx, { account, identifiers, phc, actor: id, network });
      const data = { invitation: ticket.id, roles: roles.join(' ') };
      await appendEvent(tx, now, { type: 'invitation.used', accountId: id, actor: id, network, data });
      return account;
    },
  };
}
