import type { RegistrationTokenRecords } from '../../domain/oauth/records.ts';
import { integer, type Sql, text } from '../sql.ts';

/** Registration tokens in SQL. */
export const registrationTokens = (sql: Sql): RegistrationTokenRecords => ({
  find: async (id) => {
    const row = await sql.get('SELECT * FROM registration_tokens WHERE id = ?', id);
    return (
      row && {
        id: text(row, 'id'),
        digest: text(row, 'digest'),
        uses: integer(row, 'uses'),
        createdAt: integer(row, 'created_at'),
        expiresAt: integer(row, 'expires_at'),
      }
    );
  },
  insert: async ({ id, digest, uses, createdAt, expiresAt }) => {
    await sql.run(
      'INSERT INTO registration_tokens (id, digest, uses, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
      id,
      digest,
      uses,
      createdAt,
      expiresAt,
    );
  },
  consume: async ({ id, digest, now }) =>
    (await sql.run(
      `UPDATE registration_tokens SET uses = uses - 1
        WHERE id = ? AND digest = ? AND uses > 0 AND expires_at > ?`,
      id,
      digest,
      now,
    )) === 1,
  delete: async (id) => (await sql.run('DELETE FROM registration_tokens WHERE id = ?', id)) === 1,
  collect: (expiredBefore, limit) =>
    sql.run(
      `DELETE FROM registration_tokens WHERE id IN
        (SELECT id FROM registration_tokens WHERE expires_at < ? LIMIT ?)`,
      expiredBefore,
      limit,
    ),
});
