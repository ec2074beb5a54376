import type { Migration } from './migration.ts';

/** Proofs of mailboxes that were asked for, and which addresses were proven. No foreign key: most are nobody's yet. */
export const mailTickets: Migration = {
  number: 5,
  name: 'mail tickets',
  sql: `
ALTER TABLE identifiers ADD COLUMN verified_at BIGINT NOT NULL DEFAULT 0;
CREATE TABLE mail_tickets (
  id TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  purpose TEXT NOT NULL,
  mailbox TEXT NOT NULL,
  account_id TEXT NOT NULL,
  asker TEXT NOT NULL,
  hollow BIGINT NOT NULL,
  contents BYTEA NOT NULL,
  guesses BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mail_tickets_of_mailbox ON mail_tickets (purpose, mailbox);
CREATE INDEX mail_tickets_of_account ON mail_tickets (account_id);
CREATE INDEX mail_tickets_by_expiry ON mail_tickets (expires_at);
`,
};
