/**
 * The refresh family: one row for a chain of refresh tokens, however long the chain grows. It holds digests of
 * the live member, of its direct predecessor, and of the opaque access tokens that these two came with.
 */

import { equalText } from '../../base/bytes.ts';

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

/** Milliseconds that the clocks of two processes may differ. */
export const clockDifference = 600_000;

/** What a member that was presented is. */
export interface Standing {
  /** The live one, the one before it while that is still answered, or an older one: then somebody else has it too. */
  readonly is: 'live' | 'replaced' | 'old';
  /** Whether it is the direct predecessor. */
  readonly isPredecessor: boolean;
  /** Milliseconds since the live one took its place. */
  readonly sinceRotation: number;
}

/** Judges a member by its digest at `now`, milliseconds since 1970. The predecessor is answered for `windowSeconds`. */
export function standingOf(
  family: Pick<Family, 'digest' | 'priorDigest' | 'rotatedAt'>,
  { digest, now, windowSeconds }: { digest: string; now: number; windowSeconds: number },
): Standing {
  const sinceRotation = now - family.rotatedAt;
  const isPredecessor = equalText(family.priorDigest, digest);
  if (equalText(family.digest, digest)) return { is: 'live', isPredecessor, sinceRotation };
  // A rotation in the future is by a process whose clock is ahead; further ahead, our clock was set back, and that must
  // not hold the window open.
  const isInWindow = sinceRotation > -clockDifference && sinceRotation < windowSeconds * 1000;
  return { is: isPredecessor && isInWindow ? 'replaced' : 'old', isPredecessor, sinceRotation };
}
