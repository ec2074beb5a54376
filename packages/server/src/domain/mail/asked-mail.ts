/**
 * Asking for a mail by naming a mailbox. Whether there is an account behind it shows nowhere but in the mailbox: the answer is
 * the same, after the same work, and a mail leaves in any case.
 */
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { mailCharge, spend } from '../sessions/attempt-budget.ts';
import type { IssuedTicket } from './issue-ticket.ts';
import { linkTo } from './link-to.ts';
import type { MailLanguage } from './mail.ts';

/** Who asks for a mail. */
export interface MailAsker {
  /** The secret of the browser; a program is given one with the answer. */
  readonly asker: string | undefined;
  readonly network: string;
  readonly language: MailLanguage;
}

/** What whoever asked is told. */
export interface AskedMail extends Pick<IssuedTicket, 'id' | 'asker' | 'screenCode' | 'expiresAt'> {}

/** Throws `mail_off` where no mail can be sent. */
export function requireMail({ mail }: Pick<Ports, 'mail'>): void {
  if (mail === 'off') throw fail('mail_off', { detail: { check: 'mail-off' } });
}

/** Pays for a mail that a network asks for. Throws `mail_off` and `attempts_exhausted`. */
export async function payForMail(ports: Ports, { network }: Pick<MailAsker, 'network'>): Promise<void> {
  requireMail(ports);
  await spend(ports, [mailCharge(ports, network)], network);
}

/** Where the link of a ticket leads. */
export const ticketPath = '/confirm';

/** What a mail carries of a ticket. */
export const proofIn = (
  { settings }: Pick<Ports, 'settings'>,
  { link, code, expiresAt }: IssuedTicket,
): { readonly link: string; readonly code: string; readonly expiresAt: number } => ({
  link: linkTo(settings, ticketPath, { link }),
  code,
  expiresAt,
});
