/**
 * Signing in as whom an outside provider has proven. Only issuer and subject find an account; an address never does, or
 * whoever has a mailbox at one place would have an account at another.
 */
import { askFirstProof } from '../accounts/first-proof.ts';
import { parseEmail } from '../accounts/identifier.ts';
import { addIdentity } from '../accounts/identities.ts';
import { newAccount, requireSignUp } from '../accounts/sign-up.ts';
import { appendEvent } from '../events.ts';
import { fail, isFailure } from '../failures.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { SessionCarrier } from '../tokens/carrier.ts';
import type { OutsideAccount } from '../upstream/upstream.ts';
import { type AttemptWish, beginAttempt } from './attempt.ts';
import { signUpCharge, spend } from './attempt-budget.ts';
import type { PendingSignIn, SignedIn } from './complete-sign-in.ts';
import type { Session } from './session.ts';
import { seenStep } from './session.ts';
import { started, startInPlaceOf } from './sign-in.ts';
import type { StepOutcome } from './step-in.ts';

/** A sign-in by an identity that was proven just now. */
export interface IdentitySignIn {
  readonly outside: OutsideAccount;
  readonly carrier: SessionCarrier;
  readonly network: string;
  /** Of the mail that asks a new account to prove its address. */
  readonly language: MailLanguage;
  /** Sessions of this browser: one of the same account is proven again, the others end. */
  readonly replaces: readonly Session[];
  /** The secret of the browser, and where its way leads on if the account is to be kept first. */
  readonly browser: string;
  readonly wish: AttemptWish;
}

/** How it was proven: elsewhere. RFC 8176 has no word for that; what the provider itself looked at is not ours to state. */
const amr = 'fed';

/**
 * Begins a session for the account of an identity, or proves it again. An identity of nobody makes an account where strangers
 * may; whoever has closed theirs is asked first. Throws `sign_up_closed`, `invitation_required`, `attempts_exhausted`, `sign_in_refused` for an account that is disabled, and
 * `store_unavailable`.
 */
export async function signInByIdentity(ports: Ports, claim: IdentitySignIn): Promise<StepOutcome> {
  try {
    return { signedIn: await begun(ports, claim) };
  } catch (thrown) {
    if (!isFailure(thrown) || thrown.code !== 'account_closing') throw thrown;
    return { signedIn: undefined, attemptId: await askToKeep(ports, claim), missing: 'keeping' };
  }
}

const askToKeep = (ports: Ports, { outside, browser, wish }: IdentitySignIn): Promise<string> =>
  ports.store.transact(async (tx) => {
    const accountId = await accountOf(ports, tx, outside);
    if (accountId === undefined) throw fail('sign_in_refused', { detail: { check: 'account-deleted' } });
    return beginAttempt(ports, tx, { browser, wish, proof: { accountId, amr } });
  });

async function begun(ports: Ports, claim: IdentitySignIn): Promise<SignedIn> {
  const { outside, carrier, network, replaces } = claim;
  const { store } = ports;
  if (!(await store.read.identities.find(outside.issuer, outside.subject))) {
    requireSignUp(ports);
    await spend(ports, [signUpCharge(ports, network)], network);
  }
  const begin = (): Promise<PendingSignIn> =>
    store.transact(async (tx) => {
      const accountId = (await accountOf(ports, tx, outside)) ?? (await makeAccount(ports, tx, claim));
      const plan = { accountId, carrier, amr, network, clientName: '', closing: 'tell' } as const;
      return startInPlaceOf(ports, tx, { plan, replaces, renews: true });
    });
  // Of two first sign-ins at once, the second finds the account that the first has made.
  const pending = await begin().catch((thrown: unknown) => {
    if (isFailure(thrown) && thrown.code === 'identity_taken') return begin();
    throw thrown;
  });
  if (replaces.length > 0) ports.tally.revoked();
  return started(ports, pending);
}

async function accountOf(
  { clock }: Ports,
  tx: Transaction,
  { issuer, subject }: OutsideAccount,
): Promise<string | undefined> {
  const identity = await tx.identities.find(issuer, subject);
  const now = clock.now();
  if (identity && now - identity.usedAt >= seenStep) await tx.identities.touch(identity.id, now);
  return identity?.accountId;
}

async function makeAccount(
  ports: Ports,
  tx: Transaction,
  { outside, network, language }: IdentitySignIn,
): Promise<string> {
  requireSignUp(ports);
  const now = ports.clock.now();
  const email = outside.email === undefined ? undefined : parseEmail(outside.email);
  const account = newAccount(ports, { name: outside.name, email: email?.typed });
  const accountId = account.id;
  // An address that another account has stays there, and this one does without: whose it is was never proven to us. What a
  // provider says of it is no such proof: the account is asked for one as any other.
  if (await tx.accounts.insert(account, email ? [email] : []))
    await askFirstProof(ports, tx, { accountId, email, language });
  else await tx.accounts.insert({ ...account, email: undefined }, []);
  await appendEvent(tx, now, { type: 'account.created', accountId, actor: accountId, network });
  await addIdentity(ports, tx, { accountId, outside, network });
  return accountId;
}
