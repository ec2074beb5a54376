/**
 * The registration token: by which somebody whom the operator has invited may register clients. RFC 7591 §3 calls it the
 * initial access token.
 */

/** A registration token, as the store keeps it. Times are milliseconds since 1970. */
export interface RegistrationToken {
  /** UUIDv7; the locator inside the handle. */
  readonly id: string;
  readonly digest: string;
  /** How many clients may still be registered. */
  readonly uses: number;
  readonly createdAt: number;
  readonly expiresAt: number;
}
