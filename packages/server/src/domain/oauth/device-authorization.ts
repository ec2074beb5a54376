/**
 * The device authorization (RFC 8628): a device without a browser waits while a person types its user code elsewhere.
 */
import type { Proof } from './proof.ts';

/** Where it stands. An allowed one leaves with the redemption of its device code. */
export type DeviceStatus = 'pending' | 'allowed' | 'refused';

/** A waiting device, and what was proven as it was allowed. Times are milliseconds since 1970. */
export interface DeviceAuthorization extends Proof {
  /** UUIDv7; the locator inside the device code. */
  readonly id: string;
  /** Of the device code. */
  readonly digest: string;
  /** In its one spelling, `BCDF-GHJK`: what is typed is brought to it first (RFC 8628 §6.1). */
  readonly userCode: string;
  readonly clientId: string;
  /** What it asks for; once it was opened, what of it the person was shown. */
  readonly scopes: readonly string[];
  /** RFC 8707. */
  readonly resources: readonly string[];
  readonly status: DeviceStatus;
  /**
   * The session of whoever opened it first, whose account alone may decide; then of whoever allowed it, which must live
   * when the device code is redeemed. Empty before, and when it is refused.
   */
  readonly sessionId: string;
  /** Seconds that the device has to wait between two questions; grows when it does not (RFC 8628 §3.5). */
  readonly intervalSeconds: number;
  /** When it asked last; 0 before. */
  readonly polledAt: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** When the grant began that the person's word stands in; 0 before. */
  readonly grantedAt: number;
}

/** Seconds that a device waits for its person. */
export const deviceSeconds = 10 * 60;

/** Seconds after its end that a device is told so, and not that it is unknown (RFC 8628 §3.5). */
export const deviceKnownSeconds = 10 * 60;

/** Seconds between two questions at first, and what is added when a device asks too soon (RFC 8628 §3.5). */
export const deviceIntervalSeconds = 5;
