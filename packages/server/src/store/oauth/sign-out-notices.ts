import type { SignOutNoticeRecords } from '../../domain/oauth/records.ts';
import type { SignOutNotice } from '../../domain/oauth/sign-out-notice.ts';
import { integer, type Sql, type SqlRow, text } from '../sql.ts';

const columns = 'id, client_id, session_id, account_id, attempts, next_at, created_at';

/** The outbox of sign-out notices in SQL. */
export const signOutNotices = (sql: Sql): SignOutNoticeRecords => ({
  insert: async (entry) => {
    await sql.run(
      `INSERT INTO sign_out_notices (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      entry.id,
      entry.clientId,
      entry.sessionId,
      entry.accountId,
      entry.attempts,
      entry.nextAt,
      entry.createdAt,
    );
  },
  claim: async ({ now, until, limit }) => {
    // The second condition is asked again of a row that another claim held meanwhile.
    const rows = await sql.all(
      `UPDATE sign_out_notices SET attempts = attempts + 1, next_at = ? WHERE id IN
        (SELECT id FROM sign_out_notices WHERE next_at <= ? ORDER BY next_at, id LIMIT ?) AND next_at <= ?
        RETURNING ${columns}`,
      until,
      now,
      limit,
      now,
    );
    return rows.map(notice).sort((one, other) => (one.id < other.id ? -1 : 1));
  },
  defer: async (id, nextAt) => {
    await sql.run('UPDATE sign_out_notices SET next_at = ? WHERE id = ?', nextAt, id);
  },
  delete: async (id) => (await sql.run('DELETE FROM sign_out_notices WHERE id = ?', id)) === 1,
  collect: (createdBefore, limit) =>
    sql.run(
      'DELETE FROM sign_out_notices WHERE id IN (SELECT id FROM sign_out_notices WHERE created_at < ? LIMIT ?)',
      createdBefore,
      limit,
    ),
});

const notice = (row: SqlRow): SignOutNotice => ({
  id: text(row, 'id'),
  clientId: text(row, 'client_id'),
  sessionId: text(row, 'session_id'),
  accountId: text(row, 'account_id'),
  attempts: integer(row, 'attempts'),
  nextAt: integer(row, 'next_at'),
  createdAt: integer(row, 'created_at'),
});
