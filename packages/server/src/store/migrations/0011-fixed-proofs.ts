import type { Migration } from './migration.ts';

/**
 * When and by what it was proven who this is, as a client was answered: kept with what was given, whatever the session proves
 * later. 0 and empty where nobody knows.
 */
export const fixedProofs: Migration = {
  number: 11,
  name: 'fixed proofs',
  sql: `
ALTER TABLE codes ADD COLUMN proven_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE codes ADD COLUMN amr TEXT NOT NULL DEFAULT '';
ALTER TABLE device_authorizations ADD COLUMN proven_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device_authorizations ADD COLUMN amr TEXT NOT NULL DEFAULT '';
ALTER TABLE family_grants ADD COLUMN amr TEXT NOT NULL DEFAULT '';
`,
};
