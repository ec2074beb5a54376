/** The outbox of mails, as the store keeps it. */
import type { OutboxRecords } from '../outbox.ts';
import type { WaitingMail } from './waiting-mail.ts';

/** Reading mails. */
export interface MailReads {
  /** Youngest first, before the one of an id where that is given. */
  latest(range: { limit: number; before?: string | undefined }): Promise<WaitingMail[]>;
  find(id: string): Promise<WaitingMail | undefined>;
  /** How many are still to be sent. */
  countWaiting(): Promise<number>;
}

/** Mails. */
export interface MailRecords extends MailReads, OutboxRecords<WaitingMail> {
  /** Empties the outbox: what a backup holds of it was sent long ago. */
  clear(): Promise<number>;
}
