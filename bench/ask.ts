/**
 * What a bench and the process it measures say to each other.
 */

/** What a process is asked to serve. */
export type Ask =
  | { readonly serve: 'hello'; readonly with: 'hono' | 'node:http' }
  | {
      readonly serve: 'doorward';
      readonly dataFolder: string;
      /** The address of a Postgres database; in the folder unless given. */
      readonly databaseUrl?: string;
      /** `no` behind a pooler in transaction mode. */
      readonly databasePrepared?: 'yes' | 'no';
      /** Accounts and sessions to put into the store first. */
      readonly accounts: number;
      readonly sessions: number;
    };

/** Tokens of seeded sessions, by carrier. */
export interface Served {
  readonly port: number;
  readonly cookies: readonly string[];
  readonly access: readonly string[];
  readonly refreshOpaque: readonly string[];
  readonly refreshJwt: readonly string[];
}

/** An authorization server for clients, ours or another. */
export interface AskOAuth {
  /** Codes to make for each of the two clients. */
  readonly codes: number;
  /** For ours alone. */
  readonly dataFolder: string;
}

/** A client of it that proves itself by its secret, and codes that people have given it. */
export interface ServedClient {
  /** The `Authorization` header. */
  readonly authorization: string;
  readonly codes: readonly string[];
}

/** An authorization server with its two clients, by the format of the access tokens they get. */
export interface ServedOAuth {
  readonly port: number;
  readonly tokenPath: string;
  readonly introspectionPath: string;
  readonly signed: ServedClient;
  readonly opaque: ServedClient;
}

/** A flood of sign-ins on a server of ours. */
export interface AskFlood {
  readonly port: number;
  /** Who try passwords at once. */
  readonly strangers: number;
}

/** What better-auth is asked to serve. */
export interface AskBetterAuth {
  readonly dataFolder: string;
  /** Of the account that signs in. */
  readonly email: string;
  readonly password: string;
  /** Sessions to begin first, each of an account of its own. */
  readonly sessions: number;
}

/** What it serves. */
export interface ServedBetterAuth {
  readonly port: number;
  /** What it calls itself. */
  readonly origin: string;
  readonly cookies: readonly string[];
}
