import { type ClientSecret, secretLives } from '../../domain/clients/client.ts';
import type { ClientSecretRecords } from '../../domain/oauth/records.ts';
import { integer, type Sql, type SqlRow, text } from '../sql.ts';

const findSecret = 'SELECT id, client_id, digest, created_at, expires_at FROM client_secrets WHERE id = ?';

/** Secrets of clients in SQL. */
export const clientSecrets = (sql: Sql): ClientSecretRecords => ({
  find: async (id) => {
    const row = await sql.find(findSecret, id);
    return row && secret(row);
  },
  list: (clientId) => list(sql, clientId),
  rotate: (entry, at) => rotate(sql, entry, at),
  delete: async (id, clientId) =>
    (await sql.run('DELETE FROM client_secrets WHERE id = ? AND client_id = ?', id, clientId)) === 1,
  collect: (expiredBefore, limit) =>
    sql.run(
      `DELETE FROM client_secrets WHERE id IN
        (SELECT id FROM client_secrets WHERE expires_at > 0 AND expires_at < ? LIMIT ?)`,
      expiredBefore,
      limit,
    ),
});

async function list(sql: Sql, clientId: string): Promise<ClientSecret[]> {
  const rows = await sql.all('SELECT * FROM client_secrets WHERE client_id = ? ORDER BY id DESC', clientId);
  return rows.map(secret);
}

async function rotate(
  sql: Sql,
  entry: ClientSecret,
  { now, priorEndsAt }: { now: number; priorEndsAt: number },
): Promise<void> {
  // The row of the client is taken first: of two rotations at once the second sees what the first wrote.
  await sql.run('UPDATE clients SET updated_at = ? WHERE id = ?', entry.createdAt, entry.clientId);
  const [prior, ...older] = (await list(sql, entry.clientId)).filter((one) => secretLives(one, now));
  for (const { id } of older) await sql.run('DELETE FROM client_secrets WHERE id = ?', id);
  if (prior && (prior.expiresAt === 0 || prior.expiresAt > priorEndsAt))
    await sql.run('UPDATE client_secrets SET expires_at = ? WHERE id = ?', priorEndsAt, prior.id);
  await sql.run(
    'INSERT INTO client_secrets (id, client_id, digest, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
    entry.id,
    entry.clientId,
    entry.digest,
    entry.createdAt,
    entry.expiresAt,
  );
}

const secret = (row: SqlRow): ClientSecret => ({
  id: text(row, 'id'),
  clientId: text(row, 'client_id'),
  digest: text(row, 'digest'),
  createdAt: integer(row, 'created_at'),
  expiresAt: integer(row, 'expires_at'),
});
