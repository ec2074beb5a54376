/**
 * The refresh family: one row for a chain of refresh tokens, however long the chain grows. It holds digests of
 * the live member, of its direct predecessor, and of the opaque access tokens that these two came with.
 */

/** A refresh family. Digests are 33 bytes in base64url, times milliseconds since 1970. */
export interface Family {
  /** UUIDv7; the locator inside its refresh and access handles. */
  readonly id: string;
  readonly sessionId: string;
  /** Counts rotations, from 0. */
  readonly generation: number;
  /** Digest of the live refresh token. */
  readonly digest: string;
  /** Digest of the direct predecessor; equal to `digest` in generation 0. */
  readonly priorDigest: string;
  /** When the live member replaced its predecessor. */
  readonly rotatedAt: number;
  /** Digest of the opaque access token of this generation; empty when access tokens are JWTs. */
  readonly accessDigest: string;
  readonly accessExpiresAt: number;
  /** The same for the generation before: rotating does not break requests under way. */
  readonly priorAccessDigest: string;
  readonly priorAccessExpiresAt: number;
}
