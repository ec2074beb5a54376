import type { IdentityRecords } from '../../domain/oauth/records.ts';
import type { Identity } from '../../domain/upstream/identity.ts';
import { integer, type Sql, type SqlRow, text } from '../sql.ts';

/** Linked outside sign-ins in SQL. */
export const identities = (sql: Sql): IdentityRecords => ({
  find: async (issuer, subject) => {
    const row = await sql.get('SELECT * FROM identities WHERE issuer = ? AND subject = ?', issuer, subject);
    return row && identity(row);
  },
  list: async (accountId) => {
    const rows = await sql.all('SELECT * FROM identities WHERE account_id = ? ORDER BY id', accountId);
    return rows.map(identity);
  },
  insert: async (entry) =>
    (await sql.run(
      `INSERT INTO identities (id, issuer, subject, account_id, label, created_at, used_at) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (issuer, subject) DO NOTHING`,
      entry.id,
      entry.issuer,
      entry.subject,
      entry.accountId,
      entry.label,
      entry.createdAt,
      entry.usedAt,
    )) === 1,
  touch: async (id, usedAt) => {
    await sql.run('UPDATE identities SET used_at = ? WHERE id = ? AND used_at < ?', usedAt, id, usedAt);
  },
  delete: async (id, accountId) =>
    (await sql.run('DELETE FROM identities WHERE id = ? AND account_id = ?', id, accountId)) === 1,
});

const identity = (row: SqlRow): Identity => ({
  id: text(row, 'id'),
  issuer: text(row, 'issuer'),
  subject: text(row, 'subject'),
  accountId: text(row, 'account_id'),
  label: text(row, 'label'),
  createdAt: integer(row, 'created_at'),
  usedAt: integer(row, 'used_at'),
});
