/**
 * What stands beside a refresh family that belongs to a client: what it was given for, and for what its access tokens
 * are good. The family itself is the one of our own carriers, with the same rules (`tokens/family.ts`).
 *
 * Each redemption makes a family, also where no refresh token is given: an opaque access token and the revocation
 * hang from it. A family that a client gives back, or that a second redemption betrays, is deleted: its refresh and
 * opaque access tokens then name nothing and are refused, and the session goes on.
 */
import type { TokenFormat } from '../clients/client.ts';
import type { Proof } from './proof.ts';

/** For what an access token is good. */
export interface AccessTerms {
  readonly scopes: readonly string[];
  /** Its audience (RFC 8707 §2.2); empty for the one of the settings. */
  readonly resources: readonly string[];
  /** The key it is bound to (RFC 9449 §6); empty when it is a Bearer token. */
  readonly dpopThumbprint: string;
}

/**
 * What was granted with a family, and what was proven for it: all its tokens state that, those of a refresh too (RFC 9068
 * §2.2.1, OpenID Connect Core §12.2).
 */
export interface FamilyGrant extends Proof {
  /** The id of the family. */
  readonly id: string;
  /** What a refresh may ask for at most (RFC 6749 §6). */
  readonly scopes: readonly string[];
  /** RFC 8707 §2.2. */
  readonly resources: readonly string[];
  /** JSON text of the `claims` parameter (OpenID Connect Core §5.5); empty when it was not sent. */
  readonly claims: string;
  /** The key that the refresh tokens are bound to (RFC 9449 §5, public clients); empty when to none. */
  readonly dpopThumbprint: string;
  readonly format: TokenFormat;
  /** Of the access token of this generation. */
  readonly access: AccessTerms;
  /** Of the one before, which goes on until it expires. */
  readonly priorAccess: AccessTerms;
}

/** A family of a client, where several are listed. */
export interface ClientFamily extends FamilyGrant {
  readonly clientId: string;
  readonly sessionId: string;
}

/** The digest of a refresh token that was not given: nothing that anybody holds has it. */
export const noRefreshToken = '';
