import { proofIn } from '../mail/asked-mail.ts';
import { issueTicket } from '../mail/issue-ticket.ts';
import type { MailLanguage } from '../mail/mail.ts';
import { postMail } from '../mail/post-mail.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { Identifier } from './account.ts';

/** Whose address is still to be proven. */
export interface UnprovenAddress {
  readonly accountId: string;
  /** Undefined for an account without one. */
  readonly email: Identifier | undefined;
  readonly language: MailLanguage;
}

/** Asks an account that was just made to prove its address; nothing waits for that. Where no mail can be sent, nobody is asked. */
export async function askFirstProof(
  ports: Ports,
  tx: Transaction,
  { accountId, email, language }: UnprovenAddress,
): Promise<void> {
  if (ports.mail === 'off' || !email) return;
  const { typed, canonical: to } = email;
  const values = proofIn(
    ports,
    await issueTicket(ports, tx, {
      purpose: 'email',
      mailbox: to,
      accountId,
      asker: undefined,
      hollow: false,
      contents: { email: typed },
    }),
  );
  await postMail(ports, tx, { kind: 'sign-up', to, language, accountId, values });
}
