import { type DeviceAuthorization, deviceIntervalSeconds } from '../../domain/oauth/device-authorization.ts';
import type { DeviceAuthorizationRecords } from '../../domain/oauth/records.ts';
import { integer, type Sql, type SqlRow, text, words } from '../sql.ts';

const columns = `id, digest, user_code, client_id, scopes, resources, status, session_id, interval_seconds, polled_at,
  created_at, expires_at, granted_at, proven_at, amr`;

/** Device authorizations in SQL. */
export const deviceAuthorizations = (sql: Sql): DeviceAuthorizationRecords => ({
  find: async (id) => found(await sql.get(`SELECT ${columns} FROM device_authorizations WHERE id = ?`, id)),
  findByUserCode: async (userCode) =>
    found(await sql.get(`SELECT ${columns} FROM device_authorizations WHERE user_code = ?`, userCode)),
  insert: (device) => insert(sql, device),
  open: async ({ id, sessionId, scopes, now }) =>
    (await sql.run(
      `UPDATE device_authorizations SET session_id = ?, scopes = ?
        WHERE id = ? AND session_id = '' AND status = 'pending' AND expires_at > ?`,
      sessionId,
      scopes.join(' '),
      id,
      now,
    )) === 1,
  decide: async ({ id, status, sessionId, grantedAt, provenAt, amr, now }) =>
    (await sql.run(
      `UPDATE device_authorizations SET status = ?, session_id = ?, granted_at = ?, proven_at = ?, amr = ?
        WHERE id = ? AND status = 'pending' AND expires_at > ?`,
      status,
      sessionId,
      grantedAt,
      provenAt,
      amr,
      id,
      now,
    )) === 1,
  poll: (id, now) => poll(sql, id, now),
  consume: async ({ id, digest, now }) =>
    found(
      await sql.get(
        `DELETE FROM device_authorizations WHERE id = ? AND digest = ? AND status = 'allowed' AND expires_at > ?
          RETURNING ${columns}`,
        id,
        digest,
        now,
      ),
    ),
  collect: (expiredBefore, limit) =>
    sql.run(
      `DELETE FROM device_authorizations WHERE id IN
        (SELECT id FROM device_authorizations WHERE expires_at < ? LIMIT ?)`,
      expiredBefore,
      limit,
    ),
});

const insert = async (sql: Sql, device: DeviceAuthorization): Promise<boolean> =>
  (await sql.run(
    `INSERT INTO device_authorizations (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (user_code) DO NOTHING`,
    device.id,
    device.digest,
    device.userCode,
    device.clientId,
    device.scopes.join(' '),
    device.resources.join(' '),
    device.status,
    device.sessionId,
    device.intervalSeconds,
    device.polledAt,
    device.createdAt,
    device.expiresAt,
    device.grantedAt,
    device.provenAt,
    device.amr,
  )) === 1;

async function poll(sql: Sql, id: string, now: number): Promise<boolean> {
  const inTime = await sql.run(
    'UPDATE device_authorizations SET polled_at = ? WHERE id = ? AND polled_at + interval_seconds * 1000 <= ?',
    now,
    id,
    now,
  );
  if (inTime === 1) return true;
  await sql.run(
    'UPDATE device_authorizations SET polled_at = ?, interval_seconds = interval_seconds + ? WHERE id = ?',
    now,
    deviceIntervalSeconds,
    id,
  );
  return false;
}

const found = (row: SqlRow | undefined): DeviceAuthorization | undefined =>
  row && {
    id: text(row, 'id'),
    digest: text(row, 'digest'),
    userCode: text(row, 'user_code'),
    clientId: text(row, 'client_id'),
    scopes: words(row, 'scopes'),
    resources: words(row, 'resources'),
    status: statusOf(text(row, 'status')),
    sessionId: text(row, 'session_id'),
    intervalSeconds: integer(row, 'interval_seconds'),
    polledAt: integer(row, 'polled_at'),
    createdAt: integer(row, 'created_at'),
    expiresAt: integer(row, 'expires_at'),
    grantedAt: integer(row, 'granted_at'),
    provenAt: integer(row, 'proven_at'),
    amr: text(row, 'amr'),
  };

const statusOf = (status: string): DeviceAuthorization['status'] =>
  status === 'pending' || status === 'allowed' ? status : 'refused';
