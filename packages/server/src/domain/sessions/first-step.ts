/** The first step of a sign-in on our pages: who it is said to be, then a password or a mailbox that proves it. */

import { type PasskeyClaim, provePasskey } from '../factors/prove-passkey.ts';
import { amrOf } from '../factors/strength.ts';
import type { ProvenMailbox } from '../mail/prove-mailbox.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import {
  type AttemptWish,
  beginAttempt,
  type FirstProof,
  findAttempt,
  type SignInAttempt,
} from './attempt.ts';
import { attemptCharge, restore, spend } from './attempt-budget.ts';
import { compare } from './prove-password.ts';
import { attemptOf, useMailProof } from './sign-in-by-mail.ts';
import { type StepBrowser, type StepOutcome, stepIn } from './step-in.ts';

/** Begins an attempt of somebody; whoever that is, it goes on the same. Returns its id. Throws `attempts_exhausted`. */
export async function identify(
  ports: Ports,
  { browser, network, wish }: { browser: string; network: string; wish: AttemptWish },
): Promise<string> {
  await spend(ports, [attemptCharge(ports, network)], network);
  return ports.store.transact((tx) => beginAttempt(ports, tx, { browser, wish }));
}

/** A password for whom an attempt names; without an attempt, for whom the wish names. */
export interface PasswordStep extends StepBrowser {
  readonly attempt: SignInAttempt | undefined;
  readonly wish: AttemptWish;
  readonly password: string;
}

/**
 * Takes the first step by a password. Throws `sign_in_refused`, `attempts_exhausted`, `hashing_busy`, `password_malformed` and
 * what `stepIn` throws.
 */
export async function stepByPassword(
  ports: Ports,
  { password, ...step }: PasswordStep,
): Promise<StepOutcome> {
  const { identifier } = step.wish;
  const claim = { identifier, password, network: step.network, returns: true };
  const { account, phc, charges } = await compare(ports, claim);
  return stepIn(ports, {
    ...step,
    prove: async (tx) => {
      await restore(tx, charges);
      return { accountId: account.id, amr: 'pwd', phc };
    },
  });
}

/** A passkey that a page has asked for. */
export interface PasskeyStep extends StepBrowser, Pick<PasskeyClaim, 'ceremony' | 'credential'> {
  readonly wish: AttemptWish;
}

/** Takes the first step by a passkey alone. Throws `ceremony_over`, `passkey_refused`, `attempts_exhausted`, and what `stepIn` throws. */
export async function stepByPasskey(
  ports: Ports,
  { ceremony, credential, ...step }: PasskeyStep,
): Promise<StepOutcome> {
  const { browser: boundTo, network, language } = step;
  const claim = { ceremony, credential, boundTo, network, language, accountId: '' };
  const proven = await provePasskey(ports, { ...claim, purpose: 'sign-in' });
  return stepIn(ports, {
    ...step,
    attempt: undefined,
    prove: async (tx) => {
      await proven.use(tx);
      return { accountId: proven.accountId, amr: amrOf([proven]) };
    },
  });
}

/** A mailbox that was proven for a sign-in. */
export interface MailStep extends StepBrowser {
  readonly proven: ProvenMailbox;
  /** Whether the browser is the one that asked for the mail: the way goes on there alone. */
  readonly isAsker: boolean;
}

/** What came of a mail, and the attempt that it belonged to in this browser. */
export interface MailStepOutcome {
  readonly outcome: StepOutcome;
  readonly wish: AttemptWish;
}

/** Nobody waits for whoever opens a mail elsewhere. */
const fresh: AttemptWish = { identifier: '', authorization: '', next: '/' };

/**
 * Takes the first step by a mail. In another browser than the one that asked a sign-in of its own begins. Throws `ticket_over`,
 * `sign_in_over` and what `stepIn` throws.
 */
export async function stepByMail(
  ports: Ports,
  { proven, isAsker, ...browser }: MailStep,
): Promise<MailStepOutcome> {
  const id = isAsker ? attemptOf(ports, proven) : '';
  const attempt = id === '' ? undefined : await findAttempt(ports, id, { ...browser, step: 'first' });
  const wish = attempt ?? fresh;
  const prove = (tx: Transaction): Promise<FirstProof> => useMailProof(ports, tx, proven);
  return { outcome: await stepIn(ports, { ...browser, attempt, wish, prove }), wish };
}
