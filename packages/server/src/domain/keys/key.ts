/**
 * Signing keys: next → active → retired, each algorithm for itself. The private half is sealed before it reaches the
 * store.
 */
import type { SigningAlgorithm } from '../settings.ts';

/** Where a key stands in its life. `next` is published and does not sign yet; `retired` only verifies. */
export type KeyState = 'next' | 'active' | 'retired';

/** A signing key as the store keeps it. Times are milliseconds since 1970. */
export interface SigningKeyRecord {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly state: KeyState;
  /** The public half as JWK text (RFC 7517). */
  readonly publicJwk: string;
  /** The private half, PKCS #8, sealed under the master key. */
  readonly sealedPrivate: Uint8Array;
  readonly createdAt: number;
  /** When it began to sign; 0 before. */
  readonly activeAt: number;
  /** When it stopped signing; 0 before. */
  readonly retiredAt: number;
}

/** The purpose under which private halves are sealed. */
export const keySealPurpose = 'signing key';

/** All algorithms that keys can be of. */
export const signingAlgorithms = ['EdDSA', 'ES256', 'RS256'] as const satisfies readonly SigningAlgorithm[];

/** Whether a text names one of them. */
export const isSigningAlgorithm = (text: string): text is SigningAlgorithm =>
  signingAlgorithms.some((algorithm) => algorithm === text);

/** What the store holds was sealed under another master key than the one at hand. */
export class OtherMasterKey extends Error {
  override readonly name = 'OtherMasterKey';

  constructor(kid: string) {
    super(
      `Signing key ${kid} was sealed under another master key. Bring back the master.key, or the setting masterKey, that belongs to this database.`,
    );
  }
}
