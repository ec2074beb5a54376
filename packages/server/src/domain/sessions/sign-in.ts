import type { Ports } from '../ports.ts';
import { restore } from './attempt-budget.ts';
import { completeSignIn, type SignedIn } from './complete-sign-in.ts';
import { compare, type PasswordClaim } from './prove-password.ts';
import type { SessionCarrier } from './session.ts';

/** A sign-in by identifier and password. */
export interface SignIn extends PasswordClaim {
  readonly carrier: SessionCarrier;
  readonly clientName: string;
}

/**
 * Signs in and begins a session in the carrier that was asked for. Throws `sign_in_refused`, `attempts_exhausted`,
 * `hashing_busy`, `password_malformed` and `store_unavailable`.
 */
export async function signIn(ports: Ports, claim: SignIn): Promise<SignedIn> {
  const proven = await compare(ports, claim);
  const pending = await ports.store.transact(async (tx) => {
    await restore(tx, proven.charges);
    return completeSignIn(ports, tx, {
      accountId: proven.account.id,
      carrier: claim.carrier,
      amr: 'pwd',
      network: claim.network,
      clientName: claim.clientName,
      phc: proven.phc,
    });
  });
  ports.tally.signIn('started');
  return { session: pending.session, account: pending.account, delivery: await pending.deliver() };
}
