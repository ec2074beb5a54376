/**
 * The users of the API: one row each, under the id of their Doorward account, which keeps their password. Every change
 * is one statement: it happens whole or not at all, however many callers come at once.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

/** A user as callers see it. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  /** ISO 8601, UTC. */
  readonly created_at: string;
  readonly updated_at: string;
}

/** The names of a user; null where none is given. */
export type Names = Pick<User, 'first_name' | 'last_name'>;

/** A user to be. */
export interface NewUser extends Names {
  readonly id: string;
  readonly email: string;
  /** Whether anybody vouches for it. Nobody can for the first user; everybody else needs it. */
  readonly vouched: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The table. */
export interface Users {
  /** The first user of all becomes the administrator. Undefined when it is not the first and nobody vouches for it. */
  add(user: NewUser): User | undefined;
  find(id: string): User | undefined;
  /** Oldest first. */
  list(): User[];
  count(): number;
  /** Replaces the names that are given, at `now` (milliseconds since 1970). */
  rename(id: string, change: Names & { now: number }): User | undefined;
  remove(id: string): boolean;
  isAdministrator(id: string): boolean;
}

/** Opens the table. */
export function openUsers(database: DatabaseSync): Users {
  database.exec(table);
  const add = database.prepare(insertion);
  const find = database.prepare('SELECT * FROM users WHERE id = ?');
  const list = database.prepare('SELECT * FROM users ORDER BY id');
  const count = database.prepare('SELECT COUNT(*) AS users FROM users');
  const rename = database.prepare(renaming);
  const remove = database.prepare('DELETE FROM users WHERE id = ?');
  return {
    add: (user) => userOf(add.get({ ...user, vouched: user.vouched ? 1 : 0 })),
    find: (id) => userOf(find.get(id)),
    list: () => list.all().flatMap((row) => userOf(row) ?? []),
    count: () => Number(count.get()?.['users']),
    rename: (id, change) => userOf(rename.get({ id, ...change })),
    remove: (id) => remove.run(id).changes === 1,
    isAdministrator: (id) => find.get(id)?.['administrator'] === 1,
  };
}

const table = `
  CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    administrator INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS one_administrator ON users (administrator) WHERE administrator = 1`;

/** Who is the first is decided where it is written: of two that come at once, one statement runs before the other. */
const insertion = `
  INSERT INTO users
  SELECT :id, :email, :first_name, :last_name, NOT EXISTS (SELECT 1 FROM users), :now, :now
  WHERE :vouched OR NOT EXISTS (SELECT 1 FROM users)
  RETURNING *`;

const renaming = `
  UPDATE users
  SET first_name = COALESCE(:first_name, first_name), last_name = COALESCE(:last_name, last_name), updated_at = :now
  WHERE id = :id
  RETURNING *`;

function userOf(row: Record<string, SQLOutputValue> | undefined): User | undefined {
  if (!row) return undefined;
  const text = (column: string): string | null => (row[column] === null ? null : String(row[column]));
  const time = (column: string): string => new Date(Number(row[column])).toISOString();
  return {
    id: String(row['id']),
    email: String(row['email']),
    first_name: text('first_name'),
    last_name: text('last_name'),
    created_at: time('created_at'),
    updated_at: time('updated_at'),
  };
}
