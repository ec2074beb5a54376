/**
 * Sending mails: they leave the outbox when the mail server has taken them, and are tried again, ever more seldom, until it
 * has or until they are not worth sending any more. A process that dies between the two sends it again, under the same id.
 */
import { type Attempt, emptyOutbox } from '../empty-outbox.ts';
import { appendEvent } from '../events.ts';
import type { Ports } from '../ports.ts';
import type { Mail } from './mail.ts';
import { openMail, type WaitingMail } from './waiting-mail.ts';

/** Hands a mail to the server; takes well under a minute, and never rejects for a reason of the server's. */
export type SendMail = (mail: Mail, line: Pick<WaitingMail, 'id' | 'createdAt'>) => Promise<Attempt>;

type DeliveryPorts = Pick<Ports, 'clock' | 'report' | 'store' | 'tally' | 'vault'>;

/** Sends what is due; returns whether there may be more of it. Safe to run in several processes at once. */
export const deliverMails = (ports: DeliveryPorts, send: SendMail): Promise<boolean> =>
  emptyOutbox<WaitingMail>(ports, {
    records: (tx) => tx.mails,
    batch: 5,
    claimed: 60_000,
    expiresAt: ({ expiresAt }) => expiresAt,
    attempt: (line) => attempt(ports, line, send),
    ended: async (tx, { kind, accountId, attempts }, { attempt: { outcome, reason = '' }, now }) => {
      ports.tally.mail(outcome === 'done' ? 'sent' : 'failed');
      if (outcome === 'done') return;
      const data = { kind, attempts, reason };
      await appendEvent(tx, now, { type: 'mail.not-sent', accountId, actor: 'system', data });
    },
  });

async function attempt(
  { report, tally, vault }: DeliveryPorts,
  line: WaitingMail,
  send: SendMail,
): Promise<Attempt> {
  const mail = openMail(vault, line);
  if (!mail) return { outcome: 'never', reason: 'another master key has sealed it' };
  const sent = await send(mail, line);
  if (sent.outcome === 'later') {
    tally.mail('deferred');
    report(new Error(`the mail server did not take a mail: ${sent.reason ?? ''}`));
  }
  return sent;
}
