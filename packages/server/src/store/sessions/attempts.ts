import type { AttemptRecords, AttemptRow } from '../../domain/sessions/attempt-records.ts';
import { bytes, integer, type Sql, type SqlRow, text } from '../sql.ts';

const columns = 'id, browser, sealed, account_id, amr, phc, created_at, expires_at';

/** Sign-in attempts in SQL. */
export const attempts = (sql: Sql): AttemptRecords => ({
  find: async (id) => {
    const row = await sql.get(`SELECT ${columns} FROM attempts WHERE id = ?`, id);
    return row && attempt(row);
  },
  insert: async (entry) => {
    await sql.run(
      `INSERT INTO attempts (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.id,
      entry.browser,
      entry.sealed,
      entry.accountId,
      entry.amr,
      entry.phc,
      entry.createdAt,
      entry.expiresAt,
    );
  },
  prove: async (from, to) =>
    (await sql.run(
      `UPDATE attempts SET account_id = ?, amr = ?, phc = ?
        WHERE id = ? AND account_id = ? AND amr = ? AND expires_at > ?`,
      to.accountId,
      to.amr,
      to.phc,
      from.id,
      from.accountId,
      from.amr,
      to.now,
    )) === 1,
  consume: async ({ id, accountId, amr, now }) =>
    (await sql.run(
      'DELETE FROM attempts WHERE id = ? AND account_id = ? AND amr = ? AND expires_at > ?',
      id,
      accountId,
      amr,
      now,
    )) === 1,
  clear: () => sql.run('DELETE FROM attempts'),
  collect: (expiredBefore, limit) =>
    sql.run(
      'DELETE FROM attempts WHERE id IN (SELECT id FROM attempts WHERE expires_at < ? LIMIT ?)',
      expiredBefore,
      limit,
    ),
});

const attempt = (row: SqlRow): AttemptRow => ({
  id: text(row, 'id'),
  browser: text(row, 'browser'),
  sealed: bytes(row, 'sealed'),
  accountId: text(row, 'account_id'),
  amr: text(row, 'amr'),
  phc: text(row, 'phc'),
  createdAt: integer(row, 'created_at'),
  expiresAt: integer(row, 'expires_at'),
});
