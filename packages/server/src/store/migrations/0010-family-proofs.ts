import type { Migration } from './migration.ts';

/** When it was proven who this is, as a family of a client began: what `auth_time` of its ID tokens says. 0 where nobody knows. */
export const familyProofs: Migration = {
  number: 10,
  name: 'family proofs',
  sql: `
ALTER TABLE family_grants ADD COLUMN proven_at BIGINT NOT NULL DEFAULT 0;
`,
};
