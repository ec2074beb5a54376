/**
 * Revocations: the ids of what has ended and whose JWTs must no longer be accepted, kept until the last such JWT would have
 * expired by itself. Mostly these are sessions; also clients that were disabled or deleted, and families that their client
 * gave back or their person withdrew.
 */

/** One entry of the feed. Times are milliseconds since 1970. */
export interface Revocation {
  /** Grows with each entry, in the order of commits, and is no less than the time of the youngest: none ever comes twice. */
  readonly seq: number;
  /** Of the session; or of the client or family. */
  readonly sessionId: string;
  readonly at: number;
  /** After this no JWT of it can be alive. */
  readonly expiresAt: number;
}
