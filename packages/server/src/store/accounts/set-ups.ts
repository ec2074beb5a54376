import type { SetUpRecords } from '../../domain/store.ts';
import type { Sql } from '../sql.ts';

/** Set-up links in SQL; one slot, so that a new link voids the one before. */
export const setUps = (sql: Sql): SetUpRecords => ({
  offer: async ({ id, digest, expiresAt }) => {
    await sql.run(
      `INSERT INTO set_ups (slot, id, digest, expires_at) VALUES (1, ?, ?, ?)
        ON CONFLICT (slot) DO UPDATE SET id = excluded.id, digest = excluded.digest, expires_at = excluded.expires_at`,
      id,
      digest,
      expiresAt,
    );
  },
  consume: async ({ id, digest, now }) =>
    (await sql.get(
      'DELETE FROM set_ups WHERE id = ? AND digest = ? AND expires_at > ? RETURNING id',
      id,
      digest,
      now,
    )) !== undefined,
});
