import type { KeyState } from '../../domain/keys/key.ts';
import type { SigningAlgorithm } from '../../domain/settings.ts';
import type { SigningKeyRecords } from '../../domain/store.ts';
import { bytes, integer, type Sql, text } from '../sql.ts';

/** Signing keys in SQL. A unique index allows one next and one active key of each algorithm. */
export const signingKeys = (sql: Sql): SigningKeyRecords => ({
  list: async () => {
    const rows = await sql.all('SELECT * FROM signing_keys ORDER BY created_at, kid');
    return rows.map((row) => ({
      kid: text(row, 'kid'),
      algorithm: text(row, 'algorithm') as SigningAlgorithm,
      state: text(row, 'state') as KeyState,
      publicJwk: text(row, 'public_jwk'),
      sealedPrivate: bytes(row, 'sealed_private'),
      createdAt: integer(row, 'created_at'),
      activeAt: integer(row, 'active_at'),
      retiredAt: integer(row, 'retired_at'),
    }));
  },
  insert: async (key) =>
    (await sql.run(
      `INSERT INTO signing_keys (kid, algorithm, state, public_jwk, sealed_private, created_at, active_at, retired_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      key.kid,
      key.algorithm,
      key.state,
      key.publicJwk,
      key.sealedPrivate,
      key.createdAt,
      key.activeAt,
      key.retiredAt,
    )) === 1,
  move: async ({ kid, from, to, at }) =>
    (await sql.run(
      `UPDATE signing_keys SET state = ?, active_at = CASE WHEN ? = 'active' THEN ? ELSE active_at END,
        retired_at = CASE WHEN ? = 'retired' THEN ? ELSE retired_at END WHERE kid = ? AND state = ?`,
      to,
      to,
      at,
      to,
      at,
      kid,
      from,
    )) === 1,
  deleteRetired: async (retiredBefore) => {
    const rows = await sql.all(
      "DELETE FROM signing_keys WHERE state = 'retired' AND retired_at < ? RETURNING kid",
      retiredBefore,
    );
    return rows.map((row) => text(row, 'kid'));
  },
});
