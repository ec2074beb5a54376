import type { Passkey } from '../../domain/factors/factor.ts';
import type { PasskeyRecords } from '../../domain/factors/records.ts';
import { bytes, integer, type Sql, type SqlRow, text, words } from '../sql.ts';

/** Passkeys in SQL. The unique index has the last word on whose a credential is. */
export const passkeys = (sql: Sql): PasskeyRecords => ({
  findByCredential: async (credentialId) => {
    const row = await sql.get('SELECT * FROM passkeys WHERE credential_id = ?', credentialId);
    return row && passkey(row);
  },
  list: async (accountId) => {
    const rows = await sql.all('SELECT * FROM passkeys WHERE account_id = ? ORDER BY id', accountId);
    return rows.map(passkey);
  },
  insert: (entry) => insertPasskey(sql, entry),
  use: async ({ id, counter, isBackedUp, usedAt }) =>
    (await sql.run(
      `UPDATE passkeys SET counter = ?, backed_up = ?, used_at = ?
        WHERE id = ? AND (counter < ? OR (counter = 0 AND ? = 0))`,
      counter,
      isBackedUp ? 1 : 0,
      usedAt,
      id,
      counter,
      counter,
    )) === 1,
  rename: async ({ id, accountId, name }) =>
    (await sql.run('UPDATE passkeys SET name = ? WHERE id = ? AND account_id = ?', name, id, accountId)) ===
    1,
  delete: async (id, accountId) =>
    (await sql.run('DELETE FROM passkeys WHERE id = ? AND account_id = ?', id, accountId)) === 1,
  deleteAll: (accountId) => sql.run('DELETE FROM passkeys WHERE account_id = ?', accountId),
});

async function insertPasskey(sql: Sql, entry: Passkey): Promise<boolean> {
  const written = await sql.run(
    `INSERT INTO passkeys (id, account_id, credential_id, public_key, counter, transports, aaguid, backup_eligible,
      backed_up, name, created_at, used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (credential_id) DO NOTHING`,
    entry.id,
    entry.accountId,
    entry.credentialId,
    entry.publicKey,
    entry.counter,
    entry.transports.join(' '),
    entry.aaguid,
    entry.isBackupEligible ? 1 : 0,
    entry.isBackedUp ? 1 : 0,
    entry.name,
    entry.createdAt,
    entry.usedAt,
  );
  return written === 1;
}

const passkey = (row: SqlRow): Passkey => ({
  id: text(row, 'id'),
  accountId: text(row, 'account_id'),
  credentialId: text(row, 'credential_id'),
  publicKey: bytes(row, 'public_key'),
  counter: integer(row, 'counter'),
  transports: words(row, 'transports'),
  aaguid: text(row, 'aaguid'),
  isBackupEligible: integer(row, 'backup_eligible') === 1,
  isBackedUp: integer(row, 'backed_up') === 1,
  name: text(row, 'name'),
  createdAt: integer(row, 'created_at'),
  usedAt: integer(row, 'used_at'),
});
