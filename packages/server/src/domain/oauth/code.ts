/**
 * The authorization code (RFC 6749 §4.1.2): redeemed once, by the client it was made for, with the verifier and the
 * redirect URI of the request. The family that a redemption begins has the id of its code, so there can be no second one, and
 * when the family ends, the code goes with it.
 */
import type { Proof } from './proof.ts';

/** What a code was given for, and what must come with it. Empty text stands for "not sent". */
export interface CodeDetails {
  readonly redirectUri: string;
  /** Whether the request named it: then the redemption has to (RFC 6749 §4.1.3). */
  readonly redirectUriWasGiven: boolean;
  /** Of method S256 (RFC 7636 §4.2). */
  readonly codeChallenge: string;
  readonly scopes: readonly string[];
  readonly nonce: string;
  /** RFC 8707. */
  readonly resources: readonly string[];
  /** JSON text of the `claims` parameter as it was checked (OpenID Connect Core §5.5). */
  readonly claims: string;
  /** The key that redeems it (RFC 9449 §10). */
  readonly dpopThumbprint: string;
}

/** A code. Times are milliseconds since 1970. */
export interface Code extends CodeDetails, Proof {
  /** UUIDv7; the locator inside the handle. */
  readonly id: string;
  readonly digest: string;
  readonly clientId: string;
  /** The session that stood behind the consent; it must live when the code is redeemed. */
  readonly sessionId: string;
  readonly expiresAt: number;
  /** When the grant began that it rests on; 0 when nobody had to be asked. */
  readonly grantedAt: number;
}

/** Seconds that a code lives. */
export const codeSeconds = 60;

/** Seconds after its end that a code stays known, so that a second redemption is recognised as one. */
export const codeKnownSeconds = 3600;
