import type { ClientTokenRecords } from '../../domain/oauth/records.ts';
import { integer, type Sql, text, words } from '../sql.ts';

const columns = 'id, digest, client_id, scopes, resources, dpop_thumbprint, created_at, expires_at';
const findToken = `SELECT ${columns} FROM client_tokens WHERE id = ?`;
const insertToken = `INSERT INTO client_tokens (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

/** Client tokens in SQL. */
export const clientTokens = (sql: Sql): ClientTokenRecords => ({
  find: async (id) => {
    const row = await sql.find(findToken, id);
    return (
      row && {
        id: text(row, 'id'),
        digest: text(row, 'digest'),
        clientId: text(row, 'client_id'),
        scopes: words(row, 'scopes'),
        resources: words(row, 'resources'),
        dpopThumbprint: text(row, 'dpop_thumbprint'),
        createdAt: integer(row, 'created_at'),
        expiresAt: integer(row, 'expires_at'),
      }
    );
  },
  insert: async (token) => {
    await sql.run(
      insertToken,
      token.id,
      token.digest,
      token.clientId,
      token.scopes.join(' '),
      token.resources.join(' '),
      token.dpopThumbprint,
      token.createdAt,
      token.expiresAt,
    );
  },
  delete: async (id, clientId) =>
    (await sql.run('DELETE FROM client_tokens WHERE id = ? AND client_id = ?', id, clientId)) === 1,
  collect: (expiredBefore, limit) =>
    sql.run(
      'DELETE FROM client_tokens WHERE id IN (SELECT id FROM client_tokens WHERE expires_at < ? LIMIT ?)',
      expiredBefore,
      limit,
    ),
});
