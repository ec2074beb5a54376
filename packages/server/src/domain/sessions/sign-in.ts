import { type GivenFactor, proveFactor } from '../factors/prove-factor.ts';
import { forgetCopied } from '../factors/remembered-device.ts';
import { amrOf } from '../factors/strength.ts';
import { isFailure } from '../failures.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { SessionCarrier } from '../tokens/carrier.ts';
import { type Charge, restore } from './attempt-budget.ts';
import {
  completeProof,
  completeSignIn,
  type PendingSignIn,
  type SignedIn,
  type SignInPlan,
} from './complete-sign-in.ts';
import { endSession } from './end-session.ts';
import { compare, type PasswordClaim, type ProvenPassword } from './prove-password.ts';
import type { Session } from './session.ts';

/** A sign-in by identifier and password. */
export interface SignIn extends PasswordClaim {
  readonly carrier: SessionCarrier;
  readonly clientName: string;
  /** Seconds that the session lives, never longer than the setting says; the setting unless given. */
  readonly lifeSeconds?: number | undefined;
  /** The second factor, where one is shown beside the password. */
  readonly factor?: GivenFactor | undefined;
  /** Of a mail that tells of it; English unless given. */
  readonly language?: MailLanguage | undefined;
  /** What the browser's cookie for an account holds (`deviceCookie`), by which it may be remembered. */
  readonly device?: ((accountId: string) => string | undefined) | undefined;
  /** Remember this browser, now that a second factor is shown. */
  readonly remembers?: boolean | undefined;
  /** Sessions that this one takes the place of: what was planted in a browser ends where somebody signs in. */
  readonly replaces?: readonly Session[] | undefined;
  /**
   * Where one of those is of the same account and carrier, it is proven again instead and goes on, with all that hangs from
   * it: clients that ask for a fresh proof sign nobody out of the others.
   */
  readonly renews?: boolean | undefined;
  /** Keep the account if its owner has closed it. */
  readonly keeps?: boolean | undefined;
}

/**
 * Signs in and begins a session in the carrier that was asked for. Throws `sign_in_refused`, `second_factor_required`,
 * `second_factor_refused`, `factor_enrolment_required`, `account_closing`, `attempts_exhausted`, `hashing_busy`, `password_malformed` and
 * `store_unavailable`.
 */
export async function signIn(ports: Ports, claim: SignIn): Promise<SignedIn> {
  const { replaces = [], network } = claim;
  const proven = await compare(ports, { ...claim, returns: true });
  const accountId = proven.account.id;
  const device = claim.device?.(accountId);
  const first = { accountId, network, charges: proven.charges, device };
  return afterFirst(ports, first, async () => {
    const pending = await begin(ports, claim, { ...proven, device });
    if (replaces.length > 0) ports.tally.revoked();
    return started(ports, pending);
  });
}

/** A first factor that held. */
interface HeldFirst {
  readonly accountId: string;
  readonly network: string;
  readonly charges: readonly Charge[];
  /** What the browser's cookie for the account holds. */
  readonly device: string | undefined;
}

/** Goes on from a first factor that held: whoever meets a second one there has not guessed at the first. */
export async function afterFirst<Outcome>(
  ports: Ports,
  { accountId, network, charges, device }: HeldFirst,
  goOn: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await goOn();
  } catch (thrown) {
    if (isFailure(thrown) && meetsFactors.has(thrown.code)) {
      await ports.store.transact(async (tx) => {
        await restore(tx, charges);
        if (device !== undefined) await forgetCopied(ports, tx, { accountId, network, shown: device });
      });
    }
    throw thrown;
  }
}

/** What a right first factor can meet yet. */
const meetsFactors: ReadonlySet<string> = new Set([
  'second_factor_required',
  'second_factor_refused',
  'factor_enrolment_required',
  'attempts_exhausted',
  'account_closing',
]);

/** Goes on from a password that is right. */
async function begin(
  ports: Ports,
  claim: SignIn,
  { account, phc, charges, device }: ProvenPassword & { readonly device: string | undefined },
): Promise<PendingSignIn> {
  const { replaces = [], renews = false, carrier, network, clientName, lifeSeconds, remembers } = claim;
  const accountId = account.id;
  const { factor: given, language = 'en' } = claim;
  const factor = given && (await proveFactor(ports, { accountId, network, language, given }));
  const amr = amrOf([{ word: 'pwd' }, ...(factor ? [factor] : [])]);
  const closing = claim.keeps ? 'keep' : 'tell';
  const terms = { carrier, network, clientName, lifeSeconds, language, closing } as const;
  const plan = { ...terms, accountId, amr, phc, device, remembers };
  return ports.store.transact(async (tx) => {
    await restore(tx, charges);
    await factor?.use(tx);
    return startInPlaceOf(ports, tx, { plan, replaces, renews });
  });
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
 * `sign_in_refused` for an account that is disabled or gone, `second_factor_required` and `factor_enrolment_required` where
 * `amr` does not say that two factors were proven (`mfa`) and the account is not open without; `store_unavailable`.
 */
export async function beginSession(ports: Ports, plan: SignInPlan): Promise<SignedIn> {
  return started(ports, await ports.store.transact((tx) => completeSignIn(ports, tx, plan)));
}

/** Counts a session that began and packs its carrier, after the commit. */
export async function started(ports: Ports, { session, account, deliver }: PendingSignIn): Promise<SignedIn> {
  ports.tally.signIn('started');
  return { session, account, delivery: await deliver() };
}
