/**
 * The token store: which token opens which session. It never sees a token, only the halves of its digest.
 */
import { createHash } from 'node:crypto';
import { openDatabase } from '@doorward/examples-kit';

/** A token in the store. */
export interface StoredToken {
  /** The left half of the digest, by which the token is found. */
  readonly locator: string;
  readonly sessionId: string;
  readonly accountId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The tokens that were handed out and are not over yet. */
export interface TokenStore {
  add(token: StoredToken): void;
  /** The id of the session that a token opens. */
  sessionOf(locator: string): string | undefined;
  /** Forgets the tokens that are over at `now` (milliseconds since 1970); returns the accounts that have none left. */
  forgetExpired(now: number): string[];
  /** How many there are, and when the first of them is over. */
  size(): { count: number; nextEnd: number };
  close(): void;
}

/** Opens or makes a store in a file that only its owner can read. */
export function openTokenStore(file: string): TokenStore {
  const database = openDatabase(
    file,
    `CREATE TABLE IF NOT EXISTS tokens (
      locator TEXT PRIMARY KEY, session_id TEXT NOT NULL, account_id TEXT NOT NULL, expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS tokens_by_end ON tokens (expires_at);
    CREATE INDEX IF NOT EXISTS tokens_by_account ON tokens (account_id)`,
  );
  const insert = database.prepare('INSERT INTO tokens VALUES (?, ?, ?, ?)');
  const find = database.prepare('SELECT session_id FROM tokens WHERE locator = ?');
  const expire = database.prepare('DELETE FROM tokens WHERE expires_at <= ? RETURNING account_id');
  const another = database.prepare('SELECT 1 FROM tokens WHERE account_id = ? LIMIT 1');
  const count = database.prepare('SELECT COUNT(*) AS count, MIN(expires_at) AS next_end FROM tokens');
  return {
    add: ({ locator, sessionId, accountId, expiresAt }) =>
      void insert.run(locator, sessionId, accountId, expiresAt),
    sessionOf: (locator) => find.get(locator)?.['session_id']?.toString(),
    forgetExpired: (now) => {
      const accounts = new Set(expire.all(now).map((row) => String(row['account_id'])));
      return [...accounts].filter((account) => another.get(account) === undefined);
    },
    size: () => {
      const row = count.get();
      return { count: Number(row?.['count']), nextEnd: Number(row?.['next_end']) };
    },
    close: () => database.close(),
  };
}

/** The SHA-256 of a token in two halves of hex: the left one finds the session, the right one proves the token. */
export function digestOf(token: string): { locator: string; proof: string } {
  const digest = createHash('sha256').update(token).digest('hex');
  return { locator: digest.slice(0, 32), proof: digest.slice(32) };
}
