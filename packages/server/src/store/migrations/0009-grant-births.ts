import type { Migration } from './migration.ts';

/** When the grant began that a code or an allowed device rests on; 0 for none: what was withdrawn since gives nothing. */
export const grantBirths: Migration = {
  number: 9,
  name: 'grant births',
  sql: `
ALTER TABLE codes ADD COLUMN granted_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE device_authorizations ADD COLUMN granted_at BIGINT NOT NULL DEFAULT 0;
`,
};
