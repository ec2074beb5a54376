/**
 * Revocations: the ids of sessions whose JWTs must no longer be accepted, kept until the last such JWT would have
 * expired by itself.
 */

/** One entry of the feed. Times are milliseconds since 1970. */
export interface Revocation {
  /** Grows by one with each entry, in the order of commits. */
  readonly seq: number;
  readonly sessionId: string;
  readonly at: number;
  /** After this no JWT of the session can be alive. */
  readonly expiresAt: number;
}
