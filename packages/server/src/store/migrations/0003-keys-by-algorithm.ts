import type { Migration } from './migration.ts';

/** Each algorithm in use has one next and one active signing key of its own. */
export const keysByAlgorithm: Migration = {
  number: 3,
  name: 'keys by algorithm',
  sql: `
DROP INDEX signing_keys_in_use;
CREATE UNIQUE INDEX signing_keys_in_use ON signing_keys (algorithm, state) WHERE state <> 'retired';
`,
};
