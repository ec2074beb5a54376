import type { RememberedDevice } from '../../domain/factors/factor.ts';
import type { RememberedDeviceRecords } from '../../domain/factors/records.ts';
import { integer, type Sql, type SqlRow, text } from '../sql.ts';

/** Browsers that are remembered, in SQL. */
export const rememberedDevices = (sql: Sql): RememberedDeviceRecords => ({
  find: async (id) => {
    const row = await sql.get('SELECT * FROM remembered_devices WHERE id = ?', id);
    return row && device(row);
  },
  list: async (accountId) => {
    const rows = await sql.all(
      'SELECT * FROM remembered_devices WHERE account_id = ? ORDER BY id DESC',
      accountId,
    );
    return rows.map(device);
  },
  insert: async ({ id, accountId, digest, network, clientName, createdAt, usedAt, expiresAt }) => {
    await sql.run(
      `INSERT INTO remembered_devices (id, account_id, digest, network, client_name, created_at, used_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      accountId,
      digest,
      network,
      clientName,
      createdAt,
      usedAt,
      expiresAt,
    );
  },
  rotate: async ({ id, accountId, digest, now }, to) =>
    (await sql.run(
      `UPDATE remembered_devices SET digest = ?, network = ?, used_at = ?
        WHERE id = ? AND account_id = ? AND digest = ? AND expires_at > ?`,
      to.digest,
      to.network,
      now,
      id,
      accountId,
      digest,
      now,
    )) === 1,
  delete: async (id, accountId) =>
    (await sql.run('DELETE FROM remembered_devices WHERE id = ? AND account_id = ?', id, accountId)) === 1,
  deleteAll: (accountId) => sql.run('DELETE FROM remembered_devices WHERE account_id = ?', accountId),
  collect: (expiredBefore, limit) =>
    sql.run(
      'DELETE FROM remembered_devices WHERE id IN (SELECT id FROM remembered_devices WHERE expires_at < ? LIMIT ?)',
      expiredBefore,
      limit,
    ),
});

const device = (row: SqlRow): RememberedDevice => ({
  id: text(row, 'id'),
  accountId: text(row, 'account_id'),
  digest: text(row, 'digest'),
  network: text(row, 'network'),
  clientName: text(row, 'client_name'),
  createdAt: integer(row, 'created_at'),
  usedAt: integer(row, 'used_at'),
  expiresAt: integer(row, 'expires_at'),
});
