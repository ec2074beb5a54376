import type { Ports } from '../ports.ts';
import { restore } from './attempt-budget.ts';
import { completeSignIn, type SignedIn } from './complete-sign-in.ts';
import { endSession } from './end-session.ts';
import { compare, type PasswordClaim } from './prove-password.ts';
import type { Session, SessionCarrier } from './session.ts';

/** A sign-in by identifier and password. */
export interface SignIn extends PasswordClaim {
  readonly carrier: SessionCarrier;
  readonly clientName: string;
  /** Sessions that this one takes the place of: what was planted in a browser ends where somebody signs in. */
  readonly replaces?: readonly Session[] | undefined;
}

/**
 * Signs in and begins a session in the carrier that was asked for. Throws `sign_in_refused`, `attempts_exhausted`,
 * `hashing_busy`, `password_malformed` and `store_unavailable`.
 */
export async function signIn(ports: Ports, claim: SignIn): Promise<SignedIn> {
  const { replaces = [] } = claim;
  const proven = await compare(ports, claim);
  const pending = await ports.store.transact(async (tx) => {
    await restore(tx, proven.charges);
    const ending = { by: proven.account.id, reason: 'replaced', network: claim.network } as const;
    for (const session of replaces) await endSession(ports, tx, { session, ending });
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
  if (replaces.length > 0) ports.tally.revoked();
  return { session: pending.session, account: pending.account, delivery: await pending.deliver() };
}
