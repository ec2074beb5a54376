import type { TotpDraftRecords } from '../../domain/factors/records.ts';
import { bytes, integer, type Sql, text } from '../sql.ts';

/** Secrets that await their first code, in SQL; one slot an account, so that a new one voids the one before. */
export const totpDrafts = (sql: Sql): TotpDraftRecords => ({
  find: async (accountId) => {
    const row = await sql.get('SELECT * FROM totp_drafts WHERE account_id = ?', accountId);
    return (
      row && {
        id: text(row, 'id'),
        accountId,
        sealedSecret: bytes(row, 'sealed_secret'),
        expiresAt: integer(row, 'expires_at'),
      }
    );
  },
  put: async ({ id, accountId, sealedSecret, expiresAt }) => {
    await sql.run(
      `INSERT INTO totp_drafts (account_id, id, sealed_secret, expires_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (account_id) DO UPDATE SET id = excluded.id, sealed_secret = excluded.sealed_secret,
          expires_at = excluded.expires_at`,
      accountId,
      id,
      sealedSecret,
      expiresAt,
    );
  },
  consume: async ({ id, accountId, now }) =>
    (await sql.get(
      'DELETE FROM totp_drafts WHERE account_id = ? AND id = ? AND expires_at > ? RETURNING id',
      accountId,
      id,
      now,
    )) !== undefined,
  collect: (expiredBefore, limit) =>
    sql.run(
      'DELETE FROM totp_drafts WHERE account_id IN (SELECT account_id FROM totp_drafts WHERE expires_at < ? LIMIT ?)',
      expiredBefore,
      limit,
    ),
});
