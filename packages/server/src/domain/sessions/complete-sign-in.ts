/**
 * The only constructor of a session. Whoever was proven, by whatever means, comes through here; what every session
 * must obey is decided here and nowhere else.
 */
import { networkOf } from '../../base/network.ts';
import { uuidv7 } from '../../base/uuid.ts';
import { type Account, isClosing } from '../accounts/account.ts';
import { closing, keepAccountWithin } from '../accounts/closing.ts';
import { appendEvent } from '../events.ts';
import { missingOf, standingOf } from '../factors/demand.ts';
import { rememberDevice, useDevice } from '../factors/remembered-device.ts';
import { isTwoFactor } from '../factors/strength.ts';
import { fail } from '../failures.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { CookieValue, Delivery, SessionCarrier, StartedSession } from '../tokens/carrier.ts';
import type { Session } from './session.ts';
import { tellStrangeSignIn } from './tell-sign-in.ts';

/** What a session begins with. */
export interface SignInPlan {
  readonly accountId: string;
  readonly carrier: SessionCarrier;
  /** By what the account was proven (RFC 8176), space-separated; `mfa` among it says that two factors were. */
  readonly amr: string;
  readonly network: string;
  /** What the program calls itself, for the list of devices. */
  readonly clientName: string;
  /** Of a mail that tells of it; English unless given. */
  readonly language?: MailLanguage | undefined;
  /** Seconds that the session lives, never longer than the setting says; the setting unless given. */
  readonly lifeSeconds?: number | undefined;
  /** The password hash that was compared, if one was: it must still be the account's. */
  readonly phc?: string | undefined;
  /** The session that this one goes on for, and that has just ended: it was let in before, and states no more than that one. */
  readonly continues?: Session | undefined;
  /** What a browser's cookie for this account holds (`deviceCookie`): a remembered device stands for a second factor. */
  readonly device?: string | undefined;
  /** Remember the browser, now that two factors were proven. */
  readonly remembers?: boolean | undefined;
  /** What comes of an account that its owner has closed: it is told, or kept; unless given, refused as any disabled one. */
  readonly closing?: 'tell' | 'keep' | undefined;
}

/** A session that began. */
export interface SignedIn {
  readonly session: Session;
  readonly account: Account;
  readonly delivery: Delivery;
}

/** A session that will have begun once the transaction is on disk. */
export interface PendingSignIn {
  readonly session: Session;
  readonly account: Account;
  /** Signs and packs the carrier; call it after the commit. */
  readonly deliver: () => Promise<Delivery>;
}

/**
 * Begins a session inside a transaction. What was proven is looked at again under the lock: an account that was
 * disabled, deleted or given a new password meanwhile gets no session, and none that has a factor, or a role that demands one,
 * without it. Throws `sign_in_refused`, `second_factor_required` and `factor_enrolment_required`; once all of that holds,
 * `account_closing`.
 */
export async function completeSignIn(
  ports: Ports,
  tx: Transaction,
  plan: SignInPlan,
): Promise<PendingSignIn> {
  const now = ports.clock.now();
  const found = await stillProven(tx, plan, plan.closing && now);
  const admitted = await admit(ports, tx, { ...plan, account: found });
  const account = await returned(ports, tx, { ...plan, account: found });
  const { amr, provenAt } = admitted;
  const session: StartedSession = {
    id: uuidv7(now),
    accountId: account.id,
    carrier: plan.carrier.name,
    provenAt,
    amr,
    createdAt: now,
    seenAt: now,
    expiresAt: now + lifeOf(ports, plan) * 1000,
    // An IPv6 host changes its address by the day; its /64 stays, and is what makes it familiar.
    network: networkOf(plan.network),
    clientName: plan.clientName,
    ended: undefined,
    roles: account.roles,
  };
  const { language = 'en', network, clientName } = plan;
  await tellStrangeSignIn(ports, tx, { account, network, clientName, language });
  const deliver = await plan.carrier.issue(ports, tx, session);
  await appendEvent(tx, now, {
    type: 'session.started',
    accountId: account.id,
    sessionId: session.id,
    actor: account.id,
    network: plan.network,
    data: { carrier: plan.carrier.name, amr },
  });
  return { session, account, deliver: withCookies(deliver, admitted.cookies) };
}

/**
 * Notes inside a transaction that the account of a session was proven again, as a sign-in would; the session goes on with
 * all that hangs from it, under a new credential. Undefined when it ended meanwhile, or its carrier cannot do so. Throws as
 * `completeSignIn`.
 */
export async function completeProof(
  ports: Ports,
  tx: Transaction,
  { session: held, ...plan }: SignInPlan & { readonly session: Session },
): Promise<PendingSignIn | undefined> {
  const now = ports.clock.now();
  const account = await stillProven(tx, plan);
  // Whoever is asked again is asked for everything: a remembered device would stand for the same as before, for ever.
  const { amr, cookies } = await admit(ports, tx, { ...plan, account, device: undefined });
  const session = { ...held, provenAt: now, seenAt: now, amr, roles: account.roles };
  const deliver = await plan.carrier.renew?.(ports, tx, session);
  if (!deliver) return undefined;
  await appendEvent(tx, now, {
    type: 'session.proven',
    accountId: account.id,
    sessionId: session.id,
    actor: account.id,
    network: plan.network,
    data: { carrier: plan.carrier.name, amr },
  });
  return { session, account, deliver: withCookies(deliver, cookies) };
}

/** What a session begins with once it is let in. */
interface Admitted {
  readonly amr: string;
  /** Milliseconds since 1970. */
  readonly provenAt: number;
  readonly cookies: readonly CookieValue[];
}

/** The door: throws `second_factor_required` and `factor_enrolment_required`. */
async function admit(
  ports: Ports,
  tx: Transaction,
  plan: SignInPlan & { readonly account: Account },
): Promise<Admitted> {
  const { account, amr, network, clientName, continues, device, remembers = false } = plan;
  const provenAt = ports.clock.now();
  const standing = await standingOf(tx, account);
  const accountId = account.id;
  const missing = missingOf(standing, amr);
  if (!missing) {
    const keeps = remembers && isTwoFactor(amr);
    const cookie = keeps && (await rememberDevice(ports, tx, { accountId, network, clientName }));
    return { amr, provenAt, cookies: cookie ? [cookie] : [] };
  }
  if (continues) return { amr: continues.amr, provenAt: continues.provenAt, cookies: [] };
  // A passkey that a role demands is shown each time.
  const mayStand = missing === 'second_factor_required' && standing.demand !== 'passkey';
  const cookie =
    mayStand && device !== undefined && (await useDevice(ports, tx, { accountId, network, shown: device }));
  if (cookie) return { amr, provenAt, cookies: [cookie] };
  const check = missing === 'factor_enrolment_required' ? 'factor-missing' : 'second-factor';
  throw fail(missing, { detail: { check, account: accountId, demand: standing.demand, amr } });
}

const withCookies =
  (deliver: () => Promise<Delivery>, cookies: readonly CookieValue[]) => async (): Promise<Delivery> => {
    const delivery = await deliver();
    return cookies.length === 0 ? delivery : { ...delivery, cookies: [...delivery.cookies, ...cookies] };
  };

/** The account, active from now on if it was closing and is kept. Throws `account_closing`. */
async function returned(
  ports: Ports,
  tx: Transaction,
  plan: SignInPlan & { readonly account: Account },
): Promise<Account> {
  const { account, network, language = 'en' } = plan;
  if (account.status === 'active') return account;
  if (plan.closing !== 'keep') throw closing(account);
  return keepAccountWithin(ports, tx, { account, actor: account.id, network, language });
}

/** Finds the account under its lock; one that is closing only where a moment is given, to which it is not deleted yet. */
async function stillProven(
  tx: Transaction,
  { accountId, phc }: SignInPlan,
  returnsAt?: number,
): Promise<Account> {
  const account = await tx.accounts.find(accountId);
  const returns = account && returnsAt !== undefined && isClosing(account, returnsAt);
  if (!account || (account.status !== 'active' && !returns)) {
    throw fail('sign_in_refused', { detail: { check: 'account-disabled', account: accountId } });
  }
  if (phc !== undefined && (await tx.accounts.password(account.id))?.phc !== phc) {
    throw fail('sign_in_refused', { detail: { check: 'password-changed-meanwhile', account: account.id } });
  }
  return account;
}

const lifeOf = ({ settings }: Ports, { lifeSeconds = Number.POSITIVE_INFINITY }: SignInPlan): number =>
  Math.min(settings.sessionAbsoluteSeconds, lifeSeconds);
