/**
 * The outside providers that people may sign in with. What they say is proven behind this port; what it is good for is
 * decided in front of it.
 */

/** A provider as people see it. */
export interface Provider {
  /** Stands in addresses. */
  readonly name: string;
  /** Stands on buttons. */
  readonly title: string;
}

/** What binds an answer to the request that it answers; known to this browser and to us. */
export interface AttemptSecrets {
  /** RFC 6749 §10.12. */
  readonly state: string;
  /** OpenID Connect Core §3.1.2.1. */
  readonly nonce: string;
  /** RFC 7636 §4.1. */
  readonly verifier: string;
}

/** Whom a provider has proven. */
export interface OutsideAccount {
  /** Issuer and subject name them together, for ever; nothing else does. */
  readonly issuer: string;
  readonly subject: string;
  /** Empty when the provider does not tell. */
  readonly name: string;
  /** Undefined unless the provider says that the mailbox is theirs. */
  readonly email: string | undefined;
  /** What they call themselves there; proves nothing. */
  readonly label: string;
}

/** The way to the providers. Both verbs throw `not_found` for a provider that is not configured. */
export interface Upstream {
  readonly providers: readonly Provider[];
  /** Whether identities of an issuer can still be signed in with. */
  trusts(issuer: string): boolean;
  /** The address at which the provider asks its person. Throws `provider_unavailable`. */
  addressOf(provider: string, secrets: AttemptSecrets): Promise<string>;
  /**
   * Trades the answer that a browser has brought, for whom it proves (OpenID Connect Core §3.1.2.7, §3.1.3). Throws
   * `provider_unavailable`, and `provider_refused` for an answer that does not hold.
   */
  redeem(
    provider: string,
    answer: ReadonlyMap<string, string>,
    secrets: AttemptSecrets,
  ): Promise<OutsideAccount>;
}
