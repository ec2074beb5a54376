/**
 * API keys: long-lived handles with scopes, for programs that act for an account.
 */

/** An API key as its owner may see it: never the key itself. Times are milliseconds since 1970. */
export interface ApiKey {
  /** UUIDv7; the locator inside the handle. */
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** The first letters of the handle, so that its owner recognises it. */
  readonly hint: string;
  /** What it may do: names of scopes, sorted. */
  readonly scopes: readonly string[];
  readonly digest: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** 0 until it is used; written at most once a minute. */
  readonly usedAt: number;
}
