/**
 * Who is calling, once it is proven: the one thing that every kind of credential becomes.
 */

/** The kinds of credential that a guard accepts; each can be switched on and off. */
export type CarrierName = 'cookie' | 'opaque' | 'jwt' | 'jwt-cookie' | 'api-key' | 'basic';

/** The caller. Frozen all the way down: a cached principal is shared by the requests of its token. */
export interface Principal {
  /** The account's id for life; `sub` inside tokens. Of a client that acts for itself, its own id: nobody else has it. */
  readonly accountId: string;
  /** The session that the credential carries (`sid`); API keys, Basic and clients that act for themselves have none. */
  readonly sessionId: string | undefined;
  readonly carrier: CarrierName;
  /** The client that holds the token (RFC 9068 §2.2); undefined where people hold their own credential. */
  readonly clientId: string | undefined;
  readonly roles: readonly string[];
  /** What it may: the permissions of its roles, within an API key's scopes. */
  readonly scopes: readonly string[];
  /** When it was last proven who this is, in seconds since 1970 (`auth_time`). */
  readonly provenAt: number;
  /** By what it was proven (RFC 8176). */
  readonly amr: readonly string[];
  /** When the credential ends, in seconds since 1970, where that is known. */
  readonly expiresAt: number | undefined;
}

/** The caller by a JWT, which always ends. */
export interface TokenPrincipal extends Principal {
  readonly expiresAt: number;
  /** All tokens that a client has of one sign-in, as the feed names them; undefined where there are none. */
  readonly familyId: string | undefined;
}
