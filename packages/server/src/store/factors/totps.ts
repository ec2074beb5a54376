import type { Totp } from '../../domain/factors/factor.ts';
import type { TotpRecords } from '../../domain/factors/records.ts';
import { bytes, integer, type Sql, type SqlRow, text } from '../sql.ts';

/** Authenticators in SQL. One statement takes a step, so that no race takes it twice. */
export const totps = (sql: Sql): TotpRecords => ({
  find: async (accountId) => {
    const row = await sql.get('SELECT * FROM totps WHERE account_id = ?', accountId);
    return row && totp(row);
  },
  put: async ({ id, accountId, sealedSecret, lastStep, createdAt, usedAt }) => {
    await sql.run(
      `INSERT INTO totps (account_id, id, sealed_secret, last_step, created_at, used_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (account_id) DO UPDATE SET id = excluded.id, sealed_secret = excluded.sealed_secret,
          last_step = excluded.last_step, created_at = excluded.created_at, used_at = excluded.used_at`,
      accountId,
      id,
      sealedSecret,
      lastStep,
      createdAt,
      usedAt,
    );
  },
  accept: async ({ id, accountId, step, usedAt }) =>
    (await sql.run(
      'UPDATE totps SET last_step = ?, used_at = ? WHERE account_id = ? AND id = ? AND last_step < ?',
      step,
      usedAt,
      accountId,
      id,
      step,
    )) === 1,
  delete: async (accountId) => (await sql.run('DELETE FROM totps WHERE account_id = ?', accountId)) === 1,
});

const totp = (row: SqlRow): Totp => ({
  id: text(row, 'id'),
  accountId: text(row, 'account_id'),
  sealedSecret: bytes(row, 'sealed_secret'),
  lastStep: integer(row, 'last_step'),
  createdAt: integer(row, 'created_at'),
  usedAt: integer(row, 'used_at'),
});
