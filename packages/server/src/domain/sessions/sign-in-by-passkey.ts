import { type PasskeyClaim, provePasskey } from '../factors/prove-passkey.ts';
import { amrOf } from '../factors/strength.ts';
import type { Ports } from '../ports.ts';
import type { SessionCarrier } from '../tokens/carrier.ts';
import type { SignedIn } from './complete-sign-in.ts';
import type { Session } from './session.ts';
import { started, startInPlaceOf } from './sign-in.ts';

/** A sign-in by a passkey alone. */
export interface PasskeySignIn extends Omit<PasskeyClaim, 'purpose' | 'accountId'> {
  readonly carrier: SessionCarrier;
  readonly clientName: string;
  /** Sessions that this one takes the place of. */
  readonly replaces?: readonly Session[] | undefined;
  /** Where one of those is of the same account and carrier, it is proven again instead and goes on. */
  readonly renews?: boolean | undefined;
  /** Keep the account if its owner has closed it. */
  readonly keeps?: boolean | undefined;
}

/**
 * Signs in by a passkey whose authenticator has verified the person, and begins a session. Throws `ceremony_over`,
 * `passkey_refused`, `sign_in_refused` for an account that is disabled, `account_closing`, `attempts_exhausted` and `store_unavailable`.
 */
export async function signInByPasskey(ports: Ports, claim: PasskeySignIn): Promise<SignedIn> {
  const { carrier, clientName, network, language, replaces = [], renews = false } = claim;
  const proven = await provePasskey(ports, { ...claim, purpose: 'sign-in', accountId: '' });
  const { accountId } = proven;
  const closing = claim.keeps ? 'keep' : 'tell';
  const plan = { accountId, carrier, amr: amrOf([proven]), network, language, clientName, closing } as const;
  const pending = await ports.store.transact(async (tx) => {
    await proven.use(tx);
    return startInPlaceOf(ports, tx, { plan, replaces, renews });
  });
  if (replaces.length > 0) ports.tally.revoked();
  return started(ports, pending);
}
