/**
 * The sign-out notice: a client is to be told that a session ended (OpenID Connect Back-Channel Logout §2.5). It is
 * written in the transaction of the end and stays until it was delivered or given up.
 */

/** One line of the outbox. Times are milliseconds since 1970. */
export interface SignOutNotice {
  /** UUIDv7; with the number of the attempt it is `jti` of the logout token. */
  readonly id: string;
  readonly clientId: string;
  /** `sid` of the logout token. */
  readonly sessionId: string;
  /** Whose it was; the client is told its own name for the account, `sub`. */
  readonly accountId: string;
  /** How often it was tried. */
  readonly attempts: number;
  /** When it is to be tried next; while a process tries, when another may. */
  readonly nextAt: number;
  readonly createdAt: number;
}

/** Seconds after which a client is told no more: by then its own sessions are over. */
export const noticeSeconds = 24 * 3600;
