/**
 * Stepping in: what happens once a step of an attempt has proven something. Either that is enough and a session begins, or the
 * attempt stands at its second step. Whether it is enough is decided by `completeSignIn` alone.
 */
import { forgetCopied } from '../factors/remembered-device.ts';
import { isFailure } from '../failures.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import { sessionCarriers } from '../tokens/session-carriers.ts';
import {
  type AttemptWish,
  beginAttempt,
  consumeAttempt,
  type FirstProof,
  moveOn,
  type SignInAttempt,
} from './attempt.ts';
import type { SignedIn } from './complete-sign-in.ts';
import type { Session } from './session.ts';
import { started, startInPlaceOf } from './sign-in.ts';

/** The browser in which somebody steps in. */
export interface StepBrowser {
  /** Its secret. */
  readonly browser: string;
  readonly network: string;
  /** Of a mail that tells of it. */
  readonly language: MailLanguage;
  /** Sessions of this browser: one of the same account is proven again, the others end. */
  readonly replaces: readonly Session[];
  /** What its cookie for an account holds, by which it may be remembered. */
  readonly device: (accountId: string) => string | undefined;
}

/** A step that has proven something. */
export interface Step extends StepBrowser {
  /** The attempt that it belongs to; undefined where somebody arrives by a mail that was asked for elsewhere. */
  readonly attempt: SignInAttempt | undefined;
  /** Where the way leads on if there is no attempt yet. */
  readonly wish: AttemptWish;
  /** Uses up what was shown, inside the transaction; says what it proves. Called again where more is missing. */
  readonly prove: (tx: Transaction) => Promise<FirstProof>;
  /** Remember this browser, now that a second factor is shown. */
  readonly remembers?: boolean | undefined;
  /** Keep the account if its owner has closed it. */
  readonly keeps?: boolean | undefined;
}

/** What came of a step: a session, or an attempt that stands at the second step. */
export type StepOutcome =
  | { readonly signedIn: SignedIn }
  | {
      readonly signedIn: undefined;
      readonly attemptId: string;
      /** What is missing: another factor, or the word to keep an account that its owner has closed. */
      readonly missing: 'factor' | 'keeping';
    };

/**
 * Takes a step. Throws `sign_in_over` when the attempt has moved or is over, `sign_in_refused` for an account that is disabled,
 * what `prove` throws, and `store_unavailable`.
 */
export async function stepIn(ports: Ports, step: Step): Promise<StepOutcome> {
  try {
    return { signedIn: await begin(ports, step) };
  } catch (thrown) {
    if (!isFailure(thrown) || !isMore(thrown.code)) throw thrown;
    const missing = thrown.code === 'account_closing' ? 'keeping' : 'factor';
    return { signedIn: undefined, attemptId: await waitForMore(ports, step), missing };
  }
}

/** What `completeSignIn` says where a factor is missing, or the word to keep the account. */
const isMore = (code: string): boolean =>
  code === 'second_factor_required' || code === 'factor_enrolment_required' || code === 'account_closing';

async function begin(
  ports: Ports,
  { attempt, prove, network, language, replaces, device, remembers, keeps }: Step,
): Promise<SignedIn> {
  const carrier = sessionCarriers.cookie;
  const pending = await ports.store.transact(async (tx) => {
    const proof = await prove(tx);
    if (attempt) await consumeAttempt(ports, tx, attempt);
    const shown = device(proof.accountId);
    const closing = keeps ? 'keep' : 'tell';
    const terms = { carrier, network, clientName: '', language, device: shown, remembers, closing } as const;
    const plan = { ...proof, ...terms };
    return startInPlaceOf(ports, tx, { plan, replaces, renews: true });
  });
  if (replaces.length > 0) ports.tally.revoked();
  return started(ports, pending);
}

const waitForMore = (
  ports: Ports,
  { attempt, wish, prove, browser, network, device }: Step,
): Promise<string> =>
  ports.store.transact(async (tx) => {
    const proof = await prove(tx);
    const { accountId } = proof;
    const shown = device(accountId);
    if (shown !== undefined) await forgetCopied(ports, tx, { accountId, network, shown });
    if (!attempt) return beginAttempt(ports, tx, { browser, wish, proof });
    await moveOn(ports, tx, { attempt, proof });
    return attempt.id;
  });
