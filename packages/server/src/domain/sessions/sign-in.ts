import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { SessionCarrier } from '../tokens/carrier.ts';
import { restore } from './attempt-budget.ts';
import {
  completeProof,
  completeSignIn,
  type PendingSignIn,
  type SignedIn,
  type SignInPlan,
} from './complete-sign-in.ts';
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
  /**
   * Where one of those is of the same account and carrier, it is proven again instead and goes on, with all that hangs from
   * it: clients that ask for a fresh proof sign nobody out of the others.
   */
  readonly renews?: boolean | undefined;
}

/**
 * Signs in and begins a session in the carrier that was asked for. Throws `sign_in_refused`, `attempts_exhausted`,
 * `hashing_busy`, `password_malformed` and `store_unavailable`.
 */
export async function signIn(ports: Ports, claim: SignIn): Promise<SignedIn> {
  const { replaces = [], renews = false, carrier, network, clientName, lifeSeconds } = claim;
  const { account, phc, charges } = await compare(ports, claim);
  const plan = { accountId: account.id, carrier, amr: 'pwd', network, clientName, lifeSeconds, phc };
  const pending = await ports.store.transact(async (tx) => {
    await restore(tx, charges);
    return startInPlaceOf(ports, tx, { plan, replaces, renews });
  });
  if (replaces.length > 0) ports.tally.revoked();
  return started(ports, pending);
}

/** Begins a session inside a transaction in the place of others, or proves the one of the same account again. */
export async function startInPlaceOf(
  ports: Ports,
  tx: Transaction,
  {
    plan,
    replaces,
    renews,
  }: { readonly plan: SignInPlan; readonly replaces: readonly Session[]; readonly renews: boolean },
): Promise<PendingSignIn> {
  const { accountId, carrier, network } = plan;
  const isOwn = (one: Session): boolean => one.accountId === accountId && one.carrier === carrier.name;
  const own = renews ? replaces.find(isOwn) : undefined;
  const again = own && (await completeProof(ports, tx, { ...plan, session: own }));
  const ending = { by: accountId, reason: 'replaced', network } as const;
  for (const session of replaces)
    if (session.id !== again?.session.id) await endSession(ports, tx, { session, ending });
  return again ?? completeSignIn(ports, tx, plan);
}

/**
 * Begins a session for an account that the program itself has proven, by means that are its own affair. Throws
 * `sign_in_refused` for an account that is disabled or gone; `store_unavailable`.
 */
export async function beginSession(ports: Ports, plan: SignInPlan): Promise<SignedIn> {
  return started(ports, await ports.store.transact((tx) => completeSignIn(ports, tx, plan)));
}

/** Counts a session that began and packs its carrier, after the commit. */
export async function started(ports: Ports, { session, account, deliver }: PendingSignIn): Promise<SignedIn> {
  ports.tally.signIn('started');
  return { session, account, delivery: await deliver() };
}
