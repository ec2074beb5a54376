/**
 * Who is calling, once it is proven: the one thing that every kind of credential becomes.
 */

/** The kinds of credential that a guard accepts; each can be switched on and off. */
export type CarrierName = 'cookie' | 'opaque' | 'jwt' | 'jwt-cookie' | 'api-key' | 'basic';

/** The caller. Frozen all the way down: a cached principal is shared by the requests of its token. */
export interface Principal {
  /** The account's id for life; `sub` inside tokens. */
  readonly accountId: string;
  /** The session that the credential carries (`sid`); API keys and Basic have none. */
  readonly sessionId: string | undefined;
  readonly carrier: CarrierName;
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

/** The caller by a JWT, which always carries a session and always ends. */
export interface TokenPrincipal extends Principal {
  readonly sessionId: string;
  readonly expiresAt: number;
}
