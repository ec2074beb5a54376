import type { AuthorizationRequest } from '../../protocol/oauth/authorization-request.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { hasFactor } from '../factors/factor.ts';
import { isTwoFactor } from '../factors/strength.ts';
import { acrValues, insistedAcr, isAcr, twoFactorAcr } from '../oauth/acr.ts';
import type { Ports } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import type { Missing, StepView } from './step.ts';

/**
 * Who this is was proven as strongly as the request wants: an essential `acr` (OpenID Connect Core §5.5.1.1) or the value of
 * `acr_values` that it likes best (§3.1.2.1). Whoever has a second factor is asked for it; of whoever has none, a wish alone
 * is no reason to refuse. Throws `unmet_authentication_requirements` where the request insists on what nobody, or this
 * account, can show.
 */
export async function stronglyProven({ request, session, ports }: StepView): Promise<Missing | undefined> {
  const insisted = insistedAcr(request.claims);
  if (insisted.length > 0 && !insisted.some(isAcr)) throw unmet();
  if (!session || isTwoFactor(session.amr) || !wantsTwoFactors(request)) return undefined;
  if (await canShowTwo(ports, session)) return strongerMissing;
  if (insisted.length > 0) throw unmet();
  return undefined;
}

/** Whether a request wants two factors of whoever can show them: then no remembered device stands for one. */
function wantsTwoFactors({ claims, acrValues: liked }: AuthorizationRequest): boolean {
  const insisted = insistedAcr(claims).filter(isAcr);
  const best =
    insisted.length > 0 ? acrValues.findLast((value) => insisted.includes(value)) : liked.find(isAcr);
  return best === twoFactorAcr;
}

const canShowTwo = async ({ store }: Pick<Ports, 'store'>, { accountId }: Session): Promise<boolean> =>
  hasFactor(await store.read.factors.held(accountId));

const strongerMissing: Missing = {
  page: 'sign-in',
  error: 'login_required',
  description: 'The person has to show a second factor.',
};

const unmet = (): OAuthFault =>
  new OAuthFault('unmet_authentication_requirements', 'The sign-in cannot be as strong as that.', {
    parameter: 'claims',
  });
