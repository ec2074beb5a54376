import type { Transaction } from '../store.ts';
import type { Proven } from './strength.ts';

/** A second factor that holds, and is still to be used up. */
export interface ProvenFactor extends Proven {
  /**
   * Uses it up inside the transaction of its effect. Throws `second_factor_refused`, or `ceremony_over` and `passkey_refused`
   * for a passkey, when somebody was faster.
   */
  use(tx: Transaction): Promise<void>;
}
