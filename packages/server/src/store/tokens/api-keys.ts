import type { ApiKeyRecords } from '../../domain/store.ts';
import type { ApiKey } from '../../domain/tokens/api-key.ts';
import { integer, type Sql, type SqlRow, text, words } from '../sql.ts';

/** API keys in SQL. */
export const apiKeys = (sql: Sql): ApiKeyRecords => ({
  find: async (id) => {
    const row = await sql.get(
      `SELECT k.*, a.status, a.name AS account_name, a.roles FROM api_keys k JOIN accounts a ON a.id = k.account_id
        WHERE k.id = ?`,
      id,
    );
    return (
      row && {
        ...apiKey(row),
        accountStatus: text(row, 'status') === 'active' ? 'active' : 'disabled',
        accountName: text(row, 'account_name'),
        roles: words(row, 'roles'),
      }
    );
  },
  list: async (accountId) => {
    const rows = await sql.all('SELECT * FROM api_keys WHERE account_id = ? ORDER BY id DESC', accountId);
    return rows.map(apiKey);
  },
  insert: async (key) => {
    await sql.run(
      `INSERT INTO api_keys (id, account_id, name, hint, scopes, digest, created_at, expires_at, used_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      key.id,
      key.accountId,
      key.name,
      key.hint,
      key.scopes.join(' '),
      key.digest,
      key.createdAt,
      key.expiresAt,
      key.usedAt,
    );
  },
  touch: async (id, usedAt) => {
    await sql.run('UPDATE api_keys SET used_at = ? WHERE id = ? AND used_at < ?', usedAt, id, usedAt);
  },
  delete: async (id, accountId) =>
    (await sql.run('DELETE FROM api_keys WHERE id = ? AND account_id = ?', id, accountId)) === 1,
  collect: (expiredBefore, limit) =>
    sql.run(
      'DELETE FROM api_keys WHERE id IN (SELECT id FROM api_keys WHERE expires_at < ? LIMIT ?)',
      expiredBefore,
      limit,
    ),
});

const apiKey = (row: SqlRow): ApiKey => ({
  id: text(row, 'id'),
  accountId: text(row, 'account_id'),
  name: text(row, 'name'),
  hint: text(row, 'hint'),
  scopes: words(row, 'scopes'),
  digest: text(row, 'digest'),
  createdAt: integer(row, 'created_at'),
  expiresAt: integer(row, 'expires_at'),
  usedAt: integer(row, 'used_at'),
});
