/** Mail tickets at the storage port. */
import type { Presented } from '../oauth/records.ts';
import type { MailTicket, TicketPurpose } from './ticket.ts';

/** Reading mail tickets. */
export interface MailTicketReads {
  find(id: string): Promise<MailTicket | undefined>;
  /** Of one purpose, youngest first; expired ones too. */
  list(purpose: TicketPurpose, limit: number): Promise<MailTicket[]>;
}

/** Mail tickets. */
export interface MailTicketRecords extends MailTicketReads {
  /** Takes the place of the ticket of the same purpose and mailbox. */
  issue(ticket: MailTicket): Promise<void>;
  /** Takes one guess in one statement; returns how many are left, or undefined when there was none to take. */
  guess(id: string, now: number): Promise<number | undefined>;
  /** Takes the ticket out if it is this one and its time is not over. */
  consume(presented: Presented): Promise<MailTicket | undefined>;
  delete(id: string): Promise<boolean>;
  /** Removes what is about an account, but for ways to take a change of address back from before a moment. */
  voidOf(accountId: string, undoBefore: number): Promise<number>;
  /** Removes all of them; returns how many. */
  clear(): Promise<number>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}
