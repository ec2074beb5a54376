import type { KeyObject } from 'node:crypto';

/** A token that must be taken, and the key pair that signed it. */
export interface Good {
  readonly text: string;
  readonly algorithm: 'EdDSA' | 'ES256' | 'RS256';
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Makes a forgery; undefined where there is none for the algorithm. */
export type Forge = (good: Good) => string | undefined;
