/**
 * The identity: the promise of another provider that one of its subjects is one of our accounts.
 */

/** A linked outside sign-in. Times are milliseconds since 1970. */
export interface Identity {
  /** UUIDv7. */
  readonly id: string;
  /** Issuer and subject name it together (OpenID Connect Core §2); nothing else does, no address either. */
  readonly issuer: string;
  readonly subject: string;
  readonly accountId: string;
  /** What the provider called them when it was linked; for people to recognise it, proves nothing. */
  readonly label: string;
  readonly createdAt: number;
  /** 0 until it is used; written at most once a minute. */
  readonly usedAt: number;
}
