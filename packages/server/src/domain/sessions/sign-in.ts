import type { Ports } from '../ports.ts';
import type { SessionCarrier } from '../tokens/carrier.ts';
import { restore } from './attempt-budget.ts';
import { completeSignIn, type PendingSignIn, type SignedIn, type SignInPlan } from './complete-sign-in.ts';
import { endSession } from './end-session.ts';
import { compare, type PasswordClaim } from './prove-password.ts';
import type { Session } from './session.ts';

/** A sign-in by identifier and password. */
export interface SignIn extends PasswordClaim {
  readonly carrier: SessionCarrier;
  readonly clientName: string;
  /** Seconds that the session lives, never longer than the setting says; the setting unless given. */
  readonly lifeSeconds?: number | undefined;
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
      lifeSeconds: claim.lifeSeconds,
      phc: proven.phc,
    });
  });
  if (replaces.length > 0) ports.tally.revoked();
  return started(ports, pending);
}

/**
 * Begins a session for an account that the program itself has proven, by means that are its own affair. Throws
 * `sign_in_refused` for an account that is disabled or gone; `store_unavailable`.
 */
export async function beginSession(ports: Ports, plan: SignInPlan): Promise<SignedIn> {
  return started(ports, await ports.store.transact((tx) => completeSignIn(ports, tx, plan)));
}

async function started(ports: Ports, { session, account, deliver }: PendingSignIn): Promise<SignedIn> {
  ports.tally.signIn('started');
  return { session, account, delivery: await deliver() };
}
