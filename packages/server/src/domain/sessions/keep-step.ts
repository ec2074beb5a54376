/** The last step of a sign-in on our pages to an account that its owner has closed: keeping it. */
import { isClosing } from '../accounts/account.ts';
import { missingOf, standingOf } from '../factors/demand.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { SignInAttempt } from './attempt.ts';
import { type StepBrowser, type StepOutcome, stepIn } from './step-in.ts';

/**
 * When the account of an attempt is deleted; milliseconds since 1970. Throws `sign_in_over` when it is not closing, or was not
 * proven in full.
 */
export async function lookAtKeeping(
  { store, clock }: Ports,
  { accountId, amr }: SignInAttempt,
  { remembered }: { readonly remembered: boolean },
): Promise<number> {
  const account = await store.read.accounts.find(accountId);
  if (!account || !isClosing(account, clock.now()))
    throw fail('sign_in_over', { detail: { check: 'other-step' } });
  // A remembered device may stand for the factor; whether it does is looked at when the account is kept.
  const isMissing = missingOf(await standingOf(store.read, account), amr) !== undefined;
  if (isMissing && !remembered) throw fail('sign_in_over', { detail: { check: 'other-step' } });
  return account.deletesAt;
}

/** Keeps the account and goes on. Throws what `lookAtKeeping` and `stepIn` throw. */
export async function stepByKeeping(
  ports: Ports,
  { attempt, ...browser }: StepBrowser & { readonly attempt: SignInAttempt },
): Promise<StepOutcome> {
  const { accountId, amr, phc } = attempt;
  await lookAtKeeping(ports, attempt, { remembered: browser.device(accountId) !== undefined });
  const prove = async () => ({ accountId, amr, phc: phc === '' ? undefined : phc });
  return stepIn(ports, { ...browser, attempt, wish: attempt, prove, keeps: true });
}
