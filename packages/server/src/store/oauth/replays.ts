import type { ReplayRecords } from '../../domain/oauth/records.ts';
import type { Sql } from '../sql.ts';

/** What was seen once, in SQL. The key has the last word: of two at once one inserts nothing. */
export const replays = (sql: Sql): ReplayRecords => ({
  see: async ({ kind, digest, expiresAt }) =>
    (await sql.run(
      'INSERT INTO replays (key, expires_at) VALUES (?, ?) ON CONFLICT (key) DO NOTHING',
      `${kind}:${digest}`,
      expiresAt,
    )) === 1,
  collect: (expiredBefore, limit) =>
    sql.run(
      'DELETE FROM replays WHERE key IN (SELECT key FROM replays WHERE expires_at < ? LIMIT ?)',
      expiredBefore,
      limit,
    ),
});
