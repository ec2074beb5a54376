import type { Migration } from './migration.ts';

/** When an account that its owner has closed is deleted; 0 for never. */
export const deletionGrace: Migration = {
  number: 8,
  name: 'deletion grace',
  sql: `
ALTER TABLE accounts ADD COLUMN deletes_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX accounts_by_deletion ON accounts (deletes_at) WHERE deletes_at > 0;
`,
};
