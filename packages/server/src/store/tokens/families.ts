import type { AccessWithSession, FamilyRecords, FamilyWithSession } from '../../domain/store.ts';
import type { Family } from '../../domain/tokens/family.ts';
import { findSession, sessionColumns, sessionWithAccount } from '../sessions/sessions.ts';
import { integer, type Sql, type SqlRow, type SqlValue, text } from '../sql.ts';

// Made once: they are looked up by every call.
const findFamily = `SELECT ${sessionColumns}, f.id AS family_id, f.client_id, f.generation, f.digest, f.prior_digest,
  f.rotated_at, f.access_digest, f.access_expires_at, f.prior_access_digest, f.prior_access_expires_at
  FROM families f JOIN sessions s ON s.id = f.session_id JOIN accounts a ON a.id = s.account_id WHERE f.id = ?`;

const findAccess = `SELECT session_id, client_id, access_digest, access_expires_at, prior_access_digest,
  prior_access_expires_at FROM families WHERE id = ?`;

/** What every family is inserted with, whoever it belongs to, in the order of `familyValues`. */
export const familyColumns = `id, session_id, generation, digest, prior_digest, rotated_at, access_digest, access_expires_at,
  prior_access_digest, prior_access_expires_at`;

/** The values of those columns. */
export const familyValues = (family: Family): SqlValue[] => [
  family.id,
  family.sessionId,
  family.generation,
  family.digest,
  family.priorDigest,
  family.rotatedAt,
  family.accessDigest,
  family.accessExpiresAt,
  family.priorAccessDigest,
  family.priorAccessExpiresAt,
];

const insertFamily = `INSERT INTO families (${familyColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Refresh families in SQL. Those that are inserted here belong to our own carriers, as the column says unless told. */
export const families = (sql: Sql): FamilyRecords => ({
  find: async (id) => {
    const row = await sql.get(findFamily, id);
    return row && familyWithSession(row);
  },
  findAccess: async (id) => {
    const rows = await sql.follow(findAccess, id, { column: 'session_id', sql: findSession });
    return rows && { ...access(rows[0]), session: sessionWithAccount(rows[1]) };
  },
  insert: async (family) => {
    await sql.run(insertFamily, ...familyValues(family));
  },
  rotate: async (from, to) =>
    (await sql.run(
      `UPDATE families SET generation = generation + 1, prior_digest = digest, digest = ?, rotated_at = ?,
        prior_access_digest = access_digest, prior_access_expires_at = access_expires_at, access_digest = ?,
        access_expires_at = ? WHERE id = ? AND generation = ? AND digest = ?`,
      to.digest,
      to.rotatedAt,
      to.accessDigest,
      to.accessExpiresAt,
      from.id,
      from.generation,
      from.digest,
    )) === 1,
});

const familyWithSession = (row: SqlRow): FamilyWithSession => ({
  id: text(row, 'family_id'),
  sessionId: text(row, 'id'),
  generation: integer(row, 'generation'),
  digest: text(row, 'digest'),
  priorDigest: text(row, 'prior_digest'),
  rotatedAt: integer(row, 'rotated_at'),
  ...access(row),
  session: sessionWithAccount(row),
});

const access = (row: SqlRow): Omit<AccessWithSession, 'session'> => ({
  clientId: text(row, 'client_id'),
  accessDigest: text(row, 'access_digest'),
  accessExpiresAt: integer(row, 'access_expires_at'),
  priorAccessDigest: text(row, 'prior_access_digest'),
  priorAccessExpiresAt: integer(row, 'prior_access_expires_at'),
});
