import type { RevocationRecords } from '../../domain/store.ts';
import { integer, type Sql, text } from '../sql.ts';

/**
 * The revocation feed in SQL. The counter row is taken first: entries become visible in the order of their
 * numbers, also where transactions commit side by side.
 */
export const revocations = (sql: Sql): RevocationRecords => ({
  list: async (after, limit) => {
    const rows = await sql.all(
      'SELECT seq, session_id, at, expires_at FROM revocations WHERE seq > ? ORDER BY seq LIMIT ?',
      after,
      limit,
    );
    return rows.map((row) => ({
      seq: integer(row, 'seq'),
      sessionId: text(row, 'session_id'),
      at: integer(row, 'at'),
      expiresAt: integer(row, 'expires_at'),
    }));
  },
  bounds: async () => {
    const row = await sql.get('SELECT seq, collected FROM revocation_feed WHERE id = 1');
    return row
      ? { last: integer(row, 'seq'), collected: integer(row, 'collected') }
      : { last: 0, collected: 0 };
  },
  append: async ({ sessionId, at, expiresAt }) => {
    const row = await sql.get('UPDATE revocation_feed SET seq = seq + 1 WHERE id = 1 RETURNING seq');
    if (!row) throw new Error('the revocation feed has lost its counter');
    await sql.run(
      'INSERT INTO revocations (seq, session_id, at, expires_at) VALUES (?, ?, ?, ?)',
      integer(row, 'seq'),
      sessionId,
      at,
      expiresAt,
    );
  },
  collect: async (expiredBefore, limit) => {
    const rows = await sql.all(
      `DELETE FROM revocations WHERE seq IN (SELECT seq FROM revocations WHERE expires_at < ? ORDER BY expires_at, seq LIMIT ?)
        RETURNING seq`,
      expiredBefore,
      limit,
    );
    const youngest = Math.max(0, ...rows.map((row) => integer(row, 'seq')));
    await sql.run(
      'UPDATE revocation_feed SET collected = ? WHERE id = 1 AND collected < ?',
      youngest,
      youngest,
    );
    return rows.length;
  },
});
