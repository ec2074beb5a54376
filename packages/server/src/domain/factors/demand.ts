/**
 * What an account must show to be let in: by the factors that it has, and by what its roles demand. `completeSignIn` asks
 * this; so does whoever wants to know what to ask a person for.
 */
import type { Account } from '../accounts/account.ts';
import type { Reads } from '../store.ts';
import { type FactorDemand, type HeldFactors, hasFactor } from './factor.ts';
import { isByPasskey, isTwoFactor } from './strength.ts';

/** How an account stands. */
export interface FactorStanding {
  readonly held: HeldFactors;
  /** Of the strictest of its roles. */
  readonly demand: FactorDemand;
}

/** What is missing: another proof, or a factor that the account does not have yet. */
export type FactorsMissing = 'second_factor_required' | 'factor_enrolment_required';

/** Reads how an account stands. */
export async function standingOf(
  { factors, roles }: Pick<Reads, 'factors' | 'roles'>,
  account: Pick<Account, 'id' | 'roles'>,
): Promise<FactorStanding> {
  const held = await factors.held(account.id);
  return { held, demand: account.roles.length === 0 ? 'nothing' : await roles.demand(account.roles) };
}

/** Whether more than a password is asked of the account. */
export const asksMore = ({ held, demand }: FactorStanding): boolean =>
  hasFactor(held) || demand !== 'nothing';

/** Whether a proof by `amr` is as strong as a demand. */
export const meetsDemand = (demand: FactorDemand, amr: string): boolean =>
  demand === 'nothing' || (demand === 'passkey' ? isByPasskey(amr) : isTwoFactor(amr));

/**
 * What is missing after a proof by `amr`; undefined when nothing is. A factor that the account has is always asked for before
 * another one may be enrolled.
 */
export function missingOf({ held, demand }: FactorStanding, amr: string): FactorsMissing | undefined {
  const has = hasFactor(held);
  const isTwo = isTwoFactor(amr);
  if (!isTwo && has) return 'second_factor_required';
  if (meetsDemand(demand, amr)) return undefined;
  if (demand === 'second-factor') return 'factor_enrolment_required';
  return held.passkeys > 0 ? 'second_factor_required' : 'factor_enrolment_required';
}
