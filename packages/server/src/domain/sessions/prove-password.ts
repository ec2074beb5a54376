/**
 * Proving an account by identifier and password: the guess is paid for, then the hash is compared, and an unknown
 * account costs and answers the same as a wrong password.
 */
import { networkOf } from '../../base/network.ts';
import { type Account, isClosing } from '../accounts/account.ts';
import { parseIdentifier } from '../accounts/identifier.ts';
import { preparePassword } from '../accounts/password-policy.ts';
import type { Verification } from '../accounts/passwords.ts';
import { appendEvent } from '../events.ts';
import { fail, isFailure } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { type Charge, guessCharges, restore, sessionCharges, spend } from './attempt-budget.ts';
import type { Session } from './session.ts';

/** A claim to be somebody. */
export interface PasswordClaim {
  /** E-mail address or username, as typed. */
  readonly identifier: string;
  readonly password: string;
  readonly network: string;
  /** Whether one that its owner has closed is proven as well, for a door that offers to keep it. */
  readonly returns?: boolean | undefined;
}

/** A claim that held. */
export interface ProvenPassword {
  readonly account: Account;
  /** The hash that was compared; it must still be there when a session begins. */
  readonly phc: string;
  /** To be restored with what comes of it. */
  readonly charges: readonly Charge[];
}

/**
 * Proves a claim. Throws `sign_in_refused` for an unknown or disabled account and for a wrong password alike,
 * `attempts_exhausted`, `hashing_busy` and `store_unavailable`.
 */
export async function provePassword(ports: Ports, claim: PasswordClaim): Promise<ProvenPassword> {
  const { store } = ports;
  const proven = await compare(ports, claim);
  await store.transact((tx) => restore(tx, proven.charges));
  return proven;
}

/** The same, the charges left to the caller's own transaction. */
export async function compare(ports: Ports, claim: PasswordClaim): Promise<ProvenPassword> {
  const { store } = ports;
  const identifier = parseIdentifier(claim.identifier)?.canonical;
  const account =
    identifier === undefined ? undefined : await store.read.accounts.findByIdentifier(identifier);
  // Nobody is looked up as somebody is: who waits for the answer is not to learn from the searches that it took.
  const accountId = account?.id ?? nobody;
  const record = await store.read.accounts.password(accountId);
  const familiar = await store.read.sessions.familiar(accountId, networkOf(claim.network));
  const charges = guessCharges(ports, {
    accountId: account?.id,
    identifier: identifier ?? claim.identifier,
    network: claim.network,
    familiar,
  });
  const password = preparePassword(claim.password);
  const verdict = await judgeGuess(ports, { charges, phc: record?.phc, password, network: claim.network });
  if (!account || !record || !verdict.matches || !mayProve(ports, account, claim)) {
    throw await refused(ports, claim, account);
  }
  const phc = verdict.outdated
    ? await rehash(ports, { accountId: account.id, from: record.phc, password, claim })
    : record.phc;
  return { account, phc, charges };
}

/** An id that no account has (RFC 9562 §5.9). */
const nobody = '00000000-0000-0000-0000-000000000000';

const mayProve = ({ clock }: Ports, account: Account, { returns = false }: PasswordClaim): boolean =>
  account.status === 'active' || (returns && isClosing(account, clock.now()));

/** A guess with what it is charged to. */
export interface PaidGuess {
  readonly charges: readonly Charge[];
  /** The hash of the account; undefined when there is none. */
  readonly phc: string | undefined;
  /** Prepared. */
  readonly password: string;
  readonly network: string;
}

/**
 * Pays for a guess, then looks at it. Where the queue is full nothing is written: an overload is no time to wait for the disk
 * twice for nothing. A guess that it turned away only then was not looked at and is given back, or an overload would lock out
 * whoever tries again. Throws `attempts_exhausted`, `hashing_busy` and `store_unavailable`.
 */
async function judgeGuess(
  ports: Ports,
  { charges, phc, password, network }: PaidGuess,
): Promise<Verification> {
  ports.passwords.admit(network);
  await spend(ports, charges, network);
  try {
    return await ports.passwords.verify(phc, password, network);
  } catch (thrown) {
    if (isFailure(thrown) && thrown.code === 'hashing_busy')
      await ports.store.transact((tx) => restore(tx, charges));
    throw thrown;
  }
}

/** A guess at the password of one's own account, from a session. */
export interface CurrentPassword {
  readonly session: Session;
  readonly currentPassword: string;
  readonly network: string;
}

/**
 * Proves the password of a session's own account, the charges left to the caller's transaction. Throws
 * `current_password_wrong`, `attempts_exhausted`, `hashing_busy`, `password_malformed` and `store_unavailable`.
 */
export async function proveCurrent(
  ports: Ports,
  { session, currentPassword, network }: CurrentPassword,
): Promise<Omit<ProvenPassword, 'account'>> {
  const { accountId } = session;
  const charges = sessionCharges(ports, { sessionId: session.id, network });
  const phc = (await ports.store.read.accounts.password(accountId))?.phc;
  const password = preparePassword(currentPassword);
  const { matches } = await judgeGuess(ports, { charges, phc, password, network });
  if (phc === undefined || !matches)
    throw fail('current_password_wrong', { detail: { check: 'password', account: accountId } });
  return { phc, charges };
}

async function refused(ports: Ports, claim: PasswordClaim, account: Account | undefined): Promise<Error> {
  const { store, clock, tally } = ports;
  tally.signIn('refused');
  const check = account ? (mayProve(ports, account, claim) ? 'password' : 'account-disabled') : 'identifier';
  await store.transact((tx) =>
    appendEvent(tx, clock.now(), {
      type: 'sign-in.refused',
      accountId: account?.id,
      actor: 'stranger',
      network: claim.network,
      data: { check },
    }),
  );
  return fail('sign_in_refused', { detail: { check, account: account?.id } });
}

/** Hashes anew with today's parameters; conditional on the old hash, so that a change meanwhile wins. */
async function rehash(
  { store, passwords }: Ports,
  {
    accountId,
    from,
    password,
    claim,
  }: { accountId: string; from: string; password: string; claim: PasswordClaim },
): Promise<string> {
  const to = await passwords.hash(password, claim.network);
  const replaced = await store.transact((tx) => tx.accounts.replaceHash(accountId, from, to));
  if (replaced) return to;
  // Another sign-in renewed it first, or the password was changed: what stands there now decides.
  const record = await store.read.accounts.password(accountId);
  const { matches } = await passwords.verify(record?.phc, password, claim.network);
  return record && matches ? record.phc : from;
}
