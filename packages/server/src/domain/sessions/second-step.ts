/**
 * The second step of a sign-in on our pages: a factor beside what was proven. What is missing is what `completeSignIn` would say;
 * nothing here lets anybody in.
 */
import { type FactorsMissing, missingOf, standingOf } from '../factors/demand.ts';
import type { FactorDemand, HeldFactors } from '../factors/factor.ts';
import { type GivenFactor, proveFactor } from '../factors/prove-factor.ts';
import { type PasskeyClaim, provePasskey } from '../factors/prove-passkey.ts';
import { amrOf, type Proven } from '../factors/strength.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { SignInAttempt } from './attempt.ts';
import { type StepBrowser, type StepOutcome, stepIn } from './step-in.ts';

/** What an attempt at its second step misses. */
export interface SecondStep {
  readonly missing: FactorsMissing;
  readonly held: HeldFactors;
  readonly demand: FactorDemand;
}

/** What is asked for next. Throws `sign_in_over` when nothing is any more, or the account is gone. */
export async function lookAtSecondStep({ store }: Ports, attempt: SignInAttempt): Promise<SecondStep> {
  const account = await store.read.accounts.find(attempt.accountId);
  if (!account) throw fail('sign_in_over', { detail: { check: 'account-unknown' } });
  const standing = await standingOf(store.read, account);
  // What was demanded when the attempt came here may have been taken away since: then it begins again.
  const missing = missingOf(standing, attempt.amr);
  if (!missing) throw fail('sign_in_over', { detail: { check: 'other-step' } });
  return { missing, ...standing };
}

/** The `amr` of what was proven in this very sign-in, one after the other. */
export const amrWith = (former: string, proven: Proven): string =>
  amrOf([...former.split(' ').map((word) => ({ word })), proven]);

/** A factor that is shown at the second step. */
export interface FactorStep extends StepBrowser {
  readonly attempt: SignInAttempt;
  readonly given: GivenFactor;
  readonly remembers: boolean;
}

/** Takes the second step. Throws `second_factor_refused`, `attempts_exhausted` and what `stepIn` throws. */
export async function stepByFactor(ports: Ports, { given, ...step }: FactorStep): Promise<StepOutcome> {
  const { attempt, network, language } = step;
  const { accountId } = attempt;
  const factor = await proveFactor(ports, { accountId, network, language, given });
  return stepIn(ports, {
    ...step,
    wish: attempt,
    prove: async (tx) => {
      await factor.use(tx);
      return {
        accountId,
        amr: amrWith(attempt.amr, factor),
        phc: attempt.phc === '' ? undefined : attempt.phc,
      };
    },
  });
}

/** A passkey of the account that an attempt has proven in part. */
export interface SecondPasskeyStep extends StepBrowser, Pick<PasskeyClaim, 'ceremony' | 'credential'> {
  readonly attempt: SignInAttempt;
}

/** Takes the second step by a passkey. Throws `ceremony_over`, `passkey_refused`, `attempts_exhausted`, and what `stepIn` throws. */
export async function stepBySecondPasskey(
  ports: Ports,
  { ceremony, credential, ...step }: SecondPasskeyStep,
): Promise<StepOutcome> {
  const { attempt, network, language } = step;
  const { accountId, amr: former, phc } = attempt;
  const claim = { ceremony, credential, boundTo: attempt.id, network, language, accountId };
  const proven = await provePasskey(ports, { ...claim, purpose: 'second-factor' });
  return stepIn(ports, {
    ...step,
    wish: attempt,
    prove: async (tx) => {
      await proven.use(tx);
      return { accountId, amr: amrWith(former, proven), phc: phc === '' ? undefined : phc };
    },
  });
}
