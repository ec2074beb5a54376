/**
 * What a bench and the process it measures say to each other.
 */

/** What a process is asked to serve. */
export type Ask =
  | { readonly serve: 'hello' }
  | {
      readonly serve: 'doorward';
      readonly dataFolder: string;
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
