import type { Migration } from './migration.ts';

/** Sign-ins on our pages, on their way from step to step. */
export const attempts: Migration = {
  number: 7,
  name: 'sign-in attempts',
  sql: `
CREATE TABLE attempts (
  id TEXT NOT NULL PRIMARY KEY,
  browser TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  account_id TEXT NOT NULL,
  amr TEXT NOT NULL,
  phc TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX attempts_of_account ON attempts (account_id);
CREATE INDEX attempts_by_expiry ON attempts (expires_at);
`,
};
