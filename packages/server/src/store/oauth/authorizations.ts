import type { Authorization } from '../../domain/oauth/authorization.ts';
import type { AuthorizationRecords } from '../../domain/oauth/records.ts';
import { integer, type Sql, type SqlRow, text } from '../sql.ts';

const columns = 'id, digest, client_id, request, pushed, created_at, expires_at';

/** Authorizations in SQL. */
export const authorizations = (sql: Sql): AuthorizationRecords => ({
  find: async (id) => {
    const row = await sql.get(`SELECT ${columns} FROM authorizations WHERE id = ?`, id);
    return row && authorization(row);
  },
  insert: async (entry) => {
    await sql.run(
      `INSERT INTO authorizations (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      entry.id,
      entry.digest,
      entry.clientId,
      entry.request,
      entry.pushed ? 1 : 0,
      entry.createdAt,
      entry.expiresAt,
    );
  },
  consume: async ({ id, digest, now }) => {
    const row = await sql.get(
      `DELETE FROM authorizations WHERE id = ? AND digest = ? AND expires_at > ? RETURNING ${columns}`,
      id,
      digest,
      now,
    );
    return row && authorization(row);
  },
  collect: (expiredBefore, limit) =>
    sql.run(
      'DELETE FROM authorizations WHERE id IN (SELECT id FROM authorizations WHERE expires_at < ? LIMIT ?)',
      expiredBefore,
      limit,
    ),
});

const authorization = (row: SqlRow): Authorization => ({
  id: text(row, 'id'),
  digest: text(row, 'digest'),
  clientId: text(row, 'client_id'),
  request: text(row, 'request'),
  pushed: integer(row, 'pushed') === 1,
  createdAt: integer(row, 'created_at'),
  expiresAt: integer(row, 'expires_at'),
});
