import type { RevocationRecords } from '../../domain/store.ts';
import type { Revocation } from '../../domain/tokens/revocation.ts';
import { integer, type Line, type Sql, text } from '../sql.ts';

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
  append: (entry) => sql.append(feed, entry),
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

const feed: Line<Omit<Revocation, 'seq'>> = {
  name: 'revocations',
  take: async (sql, entries) => {
    const count = entries.length;
    // Too many to be arguments of one call, where a client of everybody's is deleted.
    const moment = entries.reduce((latest, { at }) => Math.max(latest, at), 0);
    const row = await sql.get(takeNumbers, count, moment, count, moment);
    if (!row) throw new Error('the revocation feed has lost its counter');
    const first = integer(row, 'seq') - count + 1;
    return entries.map(({ sessionId, at, expiresAt }, index) => [
      insertRevocation,
      first + index,
      sessionId,
      at,
      expiresAt,
    ]);
  },
};

/**
 * Numbers go with the time, in milliseconds since 1970. A database that has lost its last moments, by a failover to a standby
 * that was behind or by a dump, would give their numbers away once more: whoever has read that far would never hear of those.
 */
const takeNumbers =
  'UPDATE revocation_feed SET seq = CASE WHEN seq + ? > ? THEN seq + ? ELSE ? END WHERE id = 1 RETURNING seq';
const insertRevocation = 'INSERT INTO revocations (seq, session_id, at, expires_at) VALUES (?, ?, ?, ?)';
