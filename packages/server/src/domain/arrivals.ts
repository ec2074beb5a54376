/** What the store keeps of people who are on their way in. */
import type { MailTicketReads, MailTicketRecords } from './mail/ticket-records.ts';
import type { AttemptReads, AttemptRecords } from './sessions/attempt-records.ts';

/** What may be read of it outside a transaction. */
export interface ArrivalReads {
  readonly mailTickets: MailTicketReads;
  readonly attempts: AttemptReads;
}

/** What may be done inside a transaction. */
export interface ArrivalTransaction {
  readonly mailTickets: MailTicketRecords;
  readonly attempts: AttemptRecords;
}
