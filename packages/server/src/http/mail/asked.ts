/** How a mail that was asked for looks as JSON, and how its ticket comes back. */
import * as v from 'valibot';
import { isoTime } from '../../base/iso-time.ts';
import { fail } from '../../domain/failures.ts';
import type { AskedMail } from '../../domain/mail/asked-mail.ts';
import type { TicketProof } from '../../domain/mail/prove-mailbox.ts';
import type { Ports } from '../../domain/ports.ts';
import { line } from '../input.ts';
import type { Reply } from '../route.ts';

/** What whoever asked for a mail is told, whether one opens anything or not. */
const askedSchema = v.object({
  ticket: v.string(),
  screen_code: v.string(),
  expires_at: v.pipe(v.string(), v.isoTimestamp()),
});

/** The answer of a row that asks for a mail. */
export const askedAnswer = {
  202: {
    description:
      'A mail is on its way. Keep the ticket; show the screen code to whoever opens the link elsewhere.',
    schema: askedSchema,
  },
} as const;

/** The reply to whoever asked for a mail by program. */
export const askedReply = ({ asker, screenCode, expiresAt }: AskedMail): Reply => ({
  status: 202,
  json: { ticket: asker, screen_code: screenCode, expires_at: isoTime(expiresAt) },
});

const handleText = line(200);

/** The fields by which a program shows the code of a mail. */
export const confirmationEntries = {
  ticket: handleText,
  code: line(40),
};

/** The link of a mail, as it stands in a field. */
export const linkText = handleText;

/** What can go wrong with a ticket and its code. */
export const ticketFailures = ['ticket_over', 'mail_code_refused', 'attempts_exhausted'] as const;

/** What can go wrong where a mail is asked for. */
export const askingFailures = ['mail_off', 'attempts_exhausted'] as const;

/** What a program shows: the ticket that it was given names the row and is its secret. Throws `ticket_over`. */
export function shownTicket(
  { handles }: Pick<Ports, 'handles'>,
  { ticket, code }: { readonly ticket: string; readonly code: string },
): { readonly proof: TicketProof; readonly asker: string } {
  const handle = handles.read('asker', ticket);
  if (!handle) throw fail('ticket_over', { detail: { check: 'handle-forged' } });
  return { proof: { ticket: handle.locator, code }, asker: ticket };
}
