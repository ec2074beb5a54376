/**
 * The client token: an opaque access token that a client got for itself (RFC 6749 §4.4). No session stands behind it.
 */
import type { AccessTerms } from './family-grant.ts';

/** An opaque access token of `client_credentials`. Times are milliseconds since 1970. */
export interface ClientToken extends AccessTerms {
  /** UUIDv7; the locator inside the handle. */
  readonly id: string;
  readonly digest: string;
  readonly clientId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}
