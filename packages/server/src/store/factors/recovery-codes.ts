import type { RecoveryCodeRecords } from '../../domain/factors/records.ts';
import { type Sql, text } from '../sql.ts';

/** Recovery codes in SQL. */
export const recoveryCodes = (sql: Sql): RecoveryCodeRecords => ({
  has: async (accountId, digest) =>
    (await sql.get(
      'SELECT digest FROM recovery_codes WHERE account_id = ? AND digest = ?',
      accountId,
      digest,
    )) !== undefined,
  list: async (accountId) => {
    const rows = await sql.all(
      'SELECT digest FROM recovery_codes WHERE account_id = ? ORDER BY digest',
      accountId,
    );
    return rows.map((row) => text(row, 'digest'));
  },
  replace: async (accountId, { digests, createdAt }) => {
    await sql.run('DELETE FROM recovery_codes WHERE account_id = ?', accountId);
    for (const digest of digests)
      await sql.run(
        'INSERT INTO recovery_codes (account_id, digest, created_at) VALUES (?, ?, ?)',
        accountId,
        digest,
        createdAt,
      );
  },
  consume: async (accountId, digest) =>
    (await sql.get(
      'DELETE FROM recovery_codes WHERE account_id = ? AND digest = ? RETURNING digest',
      accountId,
      digest,
    )) !== undefined,
});
