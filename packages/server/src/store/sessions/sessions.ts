import type { EndReason, Session } from '../../domain/sessions/session.ts';
import type { SessionRecords, SessionWithAccount } from '../../domain/store.ts';
import { integer, type Sql, type SqlRow, text, words } from '../sql.ts';

/** The columns of a session and its account, for every statement that joins the two as `s` and `a`. */
export const sessionColumns = `s.id, s.account_id, s.carrier, s.amr, s.proven_at, s.created_at, s.seen_at,
  s.expires_at, s.network, s.client_name, s.ended_at, s.ended_by, s.ended_reason, a.status, a.name, a.roles`;

/** A session by its id. Texts of hot statements are made once: they are looked up by every call. */
export const findSession = `SELECT ${sessionColumns}, s.handle_digest FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id = ?`;

/** Sessions in SQL. */
export const sessions = (sql: Sql): SessionRecords => ({
  find: async (id) => {
    const row = await sql.find(findSession, id);
    return row && { ...sessionWithAccount(row), handleDigest: text(row, 'handle_digest') };
  },
  listOpen: async (accountId) => {
    const rows = await sql.all(
      'SELECT * FROM sessions WHERE account_id = ? AND ended_at = 0 ORDER BY id DESC',
      accountId,
    );
    return rows.map(session);
  },
  familiar: async (accountId, network) =>
    (await sql.get(
      'SELECT id FROM sessions WHERE account_id = ? AND network = ? LIMIT 1',
      accountId,
      network,
    )) !== undefined,
  countOpen: async (now) => {
    const row = await sql.get(
      'SELECT COUNT(*) AS n FROM sessions WHERE ended_at = 0 AND expires_at > ?',
      now,
    );
    return row ? integer(row, 'n') : 0;
  },
  insert: (entry, handleDigest) => insertSession(sql, entry, handleDigest),
  touch: async (id, seenAt) => {
    await sql.run('UPDATE sessions SET seen_at = ? WHERE id = ? AND seen_at < ?', seenAt, id, seenAt);
  },
  proveAgain: async (id, { provenAt, amr, handleDigest }) =>
    (await sql.run(
      'UPDATE sessions SET proven_at = ?, seen_at = ?, amr = ?, handle_digest = ? WHERE id = ? AND ended_at = 0',
      provenAt,
      provenAt,
      amr,
      handleDigest,
      id,
    )) === 1,
  restate: async (id, amr) =>
    (await sql.run('UPDATE sessions SET amr = ? WHERE id = ? AND ended_at = 0', amr, id)) === 1,
  end: async (id, { at, by, reason }) =>
    (await sql.run(
      'UPDATE sessions SET ended_at = ?, ended_by = ?, ended_reason = ? WHERE id = ? AND ended_at = 0',
      at,
      by,
      reason,
      id,
    )) === 1,
  collect: (bounds, limit) => collectSessions(sql, bounds, limit),
});

async function insertSession(sql: Sql, entry: Session, handleDigest: string): Promise<void> {
  await sql.run(
    `INSERT INTO sessions (id, account_id, carrier, handle_digest, amr, proven_at, created_at, seen_at, expires_at,
      network, client_name, ended_at, ended_by, ended_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '')`,
    entry.id,
    entry.accountId,
    entry.carrier,
    handleDigest,
    entry.amr,
    entry.provenAt,
    entry.createdAt,
    entry.seenAt,
    entry.expiresAt,
    entry.network,
    entry.clientName,
  );
}

async function collectSessions(
  sql: Sql,
  { endedBefore, seenBefore }: SessionBounds,
  limit: number,
): Promise<number> {
  const gone = `SELECT id FROM sessions WHERE (ended_at > 0 AND ended_at < ?) OR expires_at < ? OR
    (ended_at = 0 AND seen_at < ?) LIMIT ?`;
  await sql.run(
    `DELETE FROM families WHERE session_id IN (${gone})`,
    endedBefore,
    endedBefore,
    seenBefore,
    limit,
  );
  return sql.run(`DELETE FROM sessions WHERE id IN (${gone})`, endedBefore, endedBefore, seenBefore, limit);
}

type SessionBounds = Parameters<SessionRecords['collect']>[0];

/** A joined row as a session with its account. */
export const sessionWithAccount = (row: SqlRow): SessionWithAccount => ({
  ...session(row),
  accountStatus: text(row, 'status') === 'active' ? 'active' : 'disabled',
  accountName: text(row, 'name'),
  roles: words(row, 'roles'),
});

const session = (row: SqlRow): Session => {
  const endedAt = integer(row, 'ended_at');
  return {
    id: text(row, 'id'),
    accountId: text(row, 'account_id'),
    // The column is written from these types alone.
    carrier: text(row, 'carrier'),
    amr: text(row, 'amr'),
    provenAt: integer(row, 'proven_at'),
    createdAt: integer(row, 'created_at'),
    seenAt: integer(row, 'seen_at'),
    expiresAt: integer(row, 'expires_at'),
    network: text(row, 'network'),
    clientName: text(row, 'client_name'),
    ended:
      endedAt === 0
        ? undefined
        : { at: endedAt, by: text(row, 'ended_by'), reason: text(row, 'ended_reason') as EndReason },
  };
};
