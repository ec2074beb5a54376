/**
 * The carrier of this system: a cookie that holds a random UUID and nothing else. All there is to know is in Doorward's
 * session; a table says which session a UUID stands for. It holds the digest of the UUID, not the UUID: whoever reads
 * the file cannot sign in with it.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { SessionCarrier } from 'doorward';

/** The carrier, and the forgetting that is left to whoever ends a session. */
export interface UuidCookies {
  readonly carrier: SessionCarrier;
  forgetSession(sessionId: string): void;
  /** Forgets all sessions of an account. */
  forgetAccount(accountId: string): void;
}

/** Opens the table for cookies of one name. */
export function openUuidCookies(database: DatabaseSync, cookieName: string): UuidCookies {
  database.exec(table);
  const add = database.prepare('INSERT INTO cookies VALUES (?, ?, ?, ?)');
  const find = database.prepare('SELECT session_id FROM cookies WHERE digest = ?');
  const removeExpired = database.prepare('DELETE FROM cookies WHERE expires_at <= ?');
  const removeSession = database.prepare('DELETE FROM cookies WHERE session_id = ?');
  const removeAccount = database.prepare('DELETE FROM cookies WHERE account_id = ?');
  const carrier: SessionCarrier = {
    name: 'uuid-cookie',
    ambient: true,
    issue: async ({ clock }, tx, session) => {
      await tx.sessions.insert(session, '');
      // Runs when the session is on the disk. The UUID is, too, before anybody hears of it.
      return async () => {
        const uuid = randomUUID();
        const { id, accountId, createdAt, expiresAt } = session;
        removeExpired.run(clock.now());
        add.run(digestOf(uuid), id, accountId, expiresAt);
        const maxAge = Math.round((expiresAt - createdAt) / 1000);
        return { cookies: [{ name: cookieName, value: uuid, maxAge, sameSite: 'Lax' }], tokens: undefined };
      };
    },
    find: (wire) => wire.cookie(cookieName),
    check: async ({ store, clock }, uuid) => {
      const sessionId = find.get(digestOf(uuid))?.['session_id'];
      const session = sessionId ? await store.read.sessions.find(String(sessionId)) : undefined;
      if (!session || session.ended || session.accountStatus !== 'active')
        return { refused: { check: 'session-unknown' } };
      if (clock.now() >= session.expiresAt) return { refused: { check: 'session-expired' } };
      const { accountId, accountName, roles, provenAt, amr } = session;
      return { accountId, accountName, roles, session, scopes: undefined, provenAt, amr };
    },
  };
  return {
    carrier,
    forgetSession: (sessionId) => void removeSession.run(sessionId),
    forgetAccount: (accountId) => void removeAccount.run(accountId),
  };
}

const table = `
  CREATE TABLE IF NOT EXISTS cookies (
    digest TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS cookies_of_session ON cookies (session_id);
  CREATE INDEX IF NOT EXISTS cookies_of_account ON cookies (account_id);
  CREATE INDEX IF NOT EXISTS cookies_by_end ON cookies (expires_at)`;

const digestOf = (uuid: string): string => createHash('sha256').update(uuid).digest('hex');
