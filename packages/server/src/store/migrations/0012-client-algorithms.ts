import type { Migration } from './migration.ts';

/**
 * By which algorithm the ID tokens of a client are signed, to be found without reading the settings of all. The settings decide:
 * empty where a program of before has written.
 */
export const clientAlgorithms: Migration = {
  number: 12,
  name: 'client algorithms',
  sql: `
ALTER TABLE clients ADD COLUMN id_token_algorithm TEXT NOT NULL DEFAULT '';
UPDATE clients SET id_token_algorithm = CASE
  WHEN settings LIKE '%"idTokenAlgorithm":"RS256"%' THEN 'RS256'
  WHEN settings LIKE '%"idTokenAlgorithm":"ES256"%' THEN 'ES256'
  WHEN settings LIKE '%"idTokenAlgorithm":"EdDSA"%' THEN 'EdDSA'
  ELSE '' END;
CREATE INDEX clients_by_algorithm ON clients (id_token_algorithm);
`,
};
