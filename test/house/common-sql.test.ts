import { expect, test } from 'vitest';
import { commonSql } from './rules/common-sql.ts';
import { breaches, breachesIn } from './tree.ts';

test('SQL outside of the drivers keeps to what Postgres, SQLite, CockroachDB and YugabyteDB have', () => {
  expect(breaches(commonSql, 'src')).toEqual([]);
});

test.each([
  ["'LISTEN doorward'"],
  ["'SELECT pg_total_relation_size(1)'"],
  ["'SELECT id FROM sessions WHERE id = ? FOR UPDATE'"],
  ['`CREATE TABLE a (id SERIAL)`'],
  ['`CREATE TABLE a (id BIGINT, at TIMESTAMPTZ)`'],
  ["'SELECT id::text FROM sessions'"],
  ["'SELECT ctid FROM sessions'"],
  ["'CREATE TRIGGER a'"],
])('the rule notices %s', (text) => {
  const code = `export const statement = ${text};`;
  expect(breachesIn(commonSql, 'packages/server/src/store/sessions/a.ts', code)).toHaveLength(1);
  expect(breachesIn(commonSql, 'packages/server/src/store/postgres/a.ts', code)).toEqual([]);
});
