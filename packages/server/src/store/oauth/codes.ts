import type { Code } from '../../domain/oauth/code.ts';
import type { CodeRecords } from '../../domain/oauth/records.ts';
import { integer, type Sql, type SqlRow, text, words } from '../sql.ts';

const columns = `id, digest, client_id, session_id, redirect_uri, redirect_uri_given, code_challenge, scopes, nonce, resources,
  claims, dpop_thumbprint, expires_at, granted_at, proven_at, amr`;

const findCode = `SELECT ${columns} FROM codes WHERE id = ?`;

const insertCode = `INSERT INTO codes (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Authorization codes in SQL. */
export const codes = (sql: Sql): CodeRecords => ({
  find: async (id) => {
    const row = await sql.get(findCode, id);
    return row && code(row);
  },
  insert: async (entry) => {
    await sql.run(
      insertCode,
      entry.id,
      entry.digest,
      entry.clientId,
      entry.sessionId,
      entry.redirectUri,
      entry.redirectUriWasGiven ? 1 : 0,
      entry.codeChallenge,
      entry.scopes.join(' '),
      entry.nonce,
      entry.resources.join(' '),
      entry.claims,
      entry.dpopThumbprint,
      entry.expiresAt,
      entry.grantedAt,
      entry.provenAt,
      entry.amr,
    );
  },
  collect: (expiredBefore, limit) =>
    sql.run(
      'DELETE FROM codes WHERE id IN (SELECT id FROM codes WHERE expires_at < ? LIMIT ?)',
      expiredBefore,
      limit,
    ),
});

const code = (row: SqlRow): Code => ({
  id: text(row, 'id'),
  digest: text(row, 'digest'),
  clientId: text(row, 'client_id'),
  sessionId: text(row, 'session_id'),
  redirectUri: text(row, 'redirect_uri'),
  redirectUriWasGiven: integer(row, 'redirect_uri_given') === 1,
  codeChallenge: text(row, 'code_challenge'),
  scopes: words(row, 'scopes'),
  nonce: text(row, 'nonce'),
  resources: words(row, 'resources'),
  claims: text(row, 'claims'),
  dpopThumbprint: text(row, 'dpop_thumbprint'),
  expiresAt: integer(row, 'expires_at'),
  grantedAt: integer(row, 'granted_at'),
  provenAt: integer(row, 'proven_at'),
  amr: text(row, 'amr'),
});
