import { OAuthFault } from '../../protocol/oauth/error.ts';
import { acrOf } from '../oauth/acr.ts';
import type { StepView } from './step.ts';

/**
 * Who this is was proven as strongly as the request insists on: an essential `acr` (OpenID Connect Core §5.5.1.1). Values
 * that it would merely like are no reason to refuse. Throws `unmet_authentication_requirements`: no page of ours proves
 * more than a session of ours states.
 */
export function stronglyProven({ request }: StepView): undefined {
  const wish = request.claims?.idToken.find(({ name, essential }) => name === 'acr' && essential);
  if (wish && wish.values.length > 0 && !wish.values.includes(acrOf()))
    throw new OAuthFault('unmet_authentication_requirements', 'The sign-in cannot be as strong as that.', {
      parameter: 'claims',
    });
  return undefined;
}
