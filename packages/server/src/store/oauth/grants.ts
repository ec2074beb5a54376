import type { Grant } from '../../domain/oauth/grant.ts';
import type { GrantRecords } from '../../domain/oauth/records.ts';
import { integer, type Sql, type SqlRow, text, words } from '../sql.ts';

/** Remembered consents in SQL. */
export const grants = (sql: Sql): GrantRecords => ({
  find: async (accountId, clientId) => {
    const row = await sql.get(
      'SELECT * FROM grants WHERE account_id = ? AND client_id = ?',
      accountId,
      clientId,
    );
    return row && grant(row);
  },
  list: async (accountId) => {
    const rows = await sql.all('SELECT * FROM grants WHERE account_id = ? ORDER BY client_id', accountId);
    return rows.map(grant);
  },
  put: async (entry) => {
    await sql.run(
      `INSERT INTO grants (account_id, client_id, scopes, resources, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (account_id, client_id) DO UPDATE SET scopes = excluded.scopes, resources = excluded.resources,
          updated_at = excluded.updated_at`,
      entry.accountId,
      entry.clientId,
      entry.scopes.join(' '),
      entry.resources.join(' '),
      entry.createdAt,
      entry.updatedAt,
    );
  },
  delete: async (accountId, clientId) =>
    (await sql.run('DELETE FROM grants WHERE account_id = ? AND client_id = ?', accountId, clientId)) === 1,
});

const grant = (row: SqlRow): Grant => ({
  accountId: text(row, 'account_id'),
  clientId: text(row, 'client_id'),
  scopes: words(row, 'scopes'),
  resources: words(row, 'resources'),
  createdAt: integer(row, 'created_at'),
  updatedAt: integer(row, 'updated_at'),
});
