/**
 * How and when it was proven who this is, as tokens state it. What derives from one authorization response states one proof
 * (RFC 9068 §2.2.1): that of the moment when it was given. Whoever needs a newer one sends a new request (RFC 9470 §4).
 */
import type { SignedInParts } from '../../protocol/oauth/access-token.ts';
import { acrOf } from './acr.ts';

/** A proof that is kept with what was given for it. */
export interface Proof {
  /** Milliseconds since 1970; 0 in rows from before this was kept, and while nothing was given. */
  readonly provenAt: number;
  /** By what (RFC 8176), space-separated; empty likewise. */
  readonly amr: string;
}

/**
 * What the tokens of a row state. Where its time is known and the means are not, they are the session's as long as that was not
 * proven anew; after that nobody knows them, and none are stated.
 */
export const proofOf = ({ provenAt, amr }: Proof, session: Proof): Proof =>
  provenAt === 0 || (amr === '' && provenAt === session.provenAt)
    ? { provenAt: session.provenAt, amr: session.amr }
    : { provenAt, amr };

/** The claims about a proof. */
export const proofParts = (sessionId: string, { provenAt, amr }: Proof): SignedInParts => ({
  sessionId,
  authTime: Math.floor(provenAt / 1000),
  amr: amr === '' ? [] : amr.split(' '),
  acr: acrOf(amr),
});
