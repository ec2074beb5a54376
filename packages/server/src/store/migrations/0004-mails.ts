import type { Migration } from './migration.ts';

/** The outbox of mails. It names its account without a foreign key: a farewell outlives the account. */
export const mails: Migration = {
  number: 4,
  name: 'mails',
  sql: `
CREATE TABLE mails (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  account_id TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX mails_by_next ON mails (next_at, id);
CREATE INDEX mails_by_expiry ON mails (expires_at);
`,
};
