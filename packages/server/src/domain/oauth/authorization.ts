/**
 * The authorization: a request of a client that was checked and waits, for the person to sign in and consent, or for
 * the browser that brings its name after it was pushed (RFC 9126).
 */

/** A waiting request. Times are milliseconds since 1970. */
export interface Authorization {
  /** UUIDv7; the locator inside its handle. */
  readonly id: string;
  readonly digest: string;
  readonly clientId: string;
  /** JSON text of the request as it was checked. */
  readonly request: string;
  /** Came from the client itself (RFC 9126), not through a browser. */
  readonly pushed: boolean;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Seconds that a pushed request waits for its browser (RFC 9126 §2.2). */
export const pushedSeconds = 60;

/** Seconds that a request waits for the person. */
export const authorizationSeconds = 30 * 60;
