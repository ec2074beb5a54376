import { type Client, corsOriginsOf } from '../../domain/clients/client.ts';
import type { ClientRecords } from '../../domain/oauth/records.ts';
import { integer, type Sql, type SqlRow, text } from '../sql.ts';
import { readSettings, writeSettings } from './client-settings.ts';

const findClient =
  'SELECT id, name, status, settings, registration_digest, created_at, updated_at FROM clients WHERE id = ?';

const deletions = [
  'DELETE FROM client_origins WHERE client_id = ?',
  'DELETE FROM client_secrets WHERE client_id = ?',
  'DELETE FROM grants WHERE client_id = ?',
  "DELETE FROM families WHERE client_id = ? AND client_id <> ''",
  'DELETE FROM session_clients WHERE client_id = ?',
];

/** Clients in SQL. */
export const clients = (sql: Sql): ClientRecords => {
  // A remembered row is the same object each time: its settings are read once.
  const read = new WeakMap<SqlRow, Client>();
  return {
    find: async (id) => {
      const row = await sql.find(findClient, id);
      if (!row) return undefined;
      const known = read.get(row) ?? client(row);
      read.set(row, known);
      return known;
    },
    list: async ({ after, limit }) => {
      const rows = await sql.all(
        'SELECT * FROM clients WHERE id > ? ORDER BY id LIMIT ?',
        after ?? '',
        limit,
      );
      return rows.map(client);
    },
    originHeld: async (origin) =>
      (await sql.get(
        `SELECT o.client_id FROM client_origins o JOIN clients c ON c.id = o.client_id
          WHERE o.origin = ? AND c.status = 'active' LIMIT 1`,
        origin,
      )) !== undefined,
    signedBy: async (algorithm) =>
      (await sql.get('SELECT id FROM clients WHERE id_token_algorithm = ? LIMIT 1', algorithm)) !== undefined,
    registrationDigest: async (id) => {
      const row = await sql.find(findClient, id);
      return row && text(row, 'registration_digest');
    },
    listUnused: async (range) => (await unusedRows(sql, range)).map(client),
    insert: (entry) => insertClient(sql, entry),
    update: (entry) => updateClient(sql, entry),
    setRegistrationDigest: async (id, digest) => {
      await sql.run('UPDATE clients SET registration_digest = ? WHERE id = ?', digest, id);
    },
    delete: async (id) => {
      for (const deletion of deletions) await sql.run(deletion, id);
      return (await sql.run('DELETE FROM clients WHERE id = ?', id)) === 1;
    },
  };
};

const unusedRows = (
  sql: Sql,
  { from, to, limit }: { from: string; to: string; limit: number },
): Promise<SqlRow[]> =>
  sql.all(
    `SELECT * FROM clients c WHERE c.id >= ? AND c.id < ? AND c.registration_digest <> ''
        AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.client_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM families f WHERE f.client_id = c.id AND f.client_id <> '')
        AND NOT EXISTS (SELECT 1 FROM session_clients s WHERE s.client_id = c.id)
      ORDER BY c.id LIMIT ?`,
    from,
    to,
    limit,
  );

async function insertClient(sql: Sql, entry: Client): Promise<void> {
  await sql.run(
    `INSERT INTO clients (id, name, status, settings, id_token_algorithm, registration_digest, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, '', ?, ?)`,
    entry.id,
    entry.name,
    entry.status,
    writeSettings(entry),
    entry.idTokenAlgorithm,
    entry.createdAt,
    entry.updatedAt,
  );
  await insertOrigins(sql, entry);
}

async function updateClient(sql: Sql, entry: Client): Promise<boolean> {
  const changed = await sql.run(
    'UPDATE clients SET name = ?, status = ?, settings = ?, id_token_algorithm = ?, updated_at = ? WHERE id = ?',
    entry.name,
    entry.status,
    writeSettings(entry),
    entry.idTokenAlgorithm,
    entry.updatedAt,
    entry.id,
  );
  if (changed !== 1) return false;
  await sql.run('DELETE FROM client_origins WHERE client_id = ?', entry.id);
  await insertOrigins(sql, entry);
  return true;
}

async function insertOrigins(sql: Sql, entry: Client): Promise<void> {
  for (const origin of corsOriginsOf(entry))
    await sql.run('INSERT INTO client_origins (origin, client_id) VALUES (?, ?)', origin, entry.id);
}

const client = (row: SqlRow): Client => ({
  ...readSettings(text(row, 'settings')),
  id: text(row, 'id'),
  name: text(row, 'name'),
  status: text(row, 'status') === 'active' ? 'active' : 'disabled',
  createdAt: integer(row, 'created_at'),
  updatedAt: integer(row, 'updated_at'),
});
