import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { StepView } from './step.ts';

/** The account may give some of what is asked for (RFC 6749 §3.3, §4.1.2.1); no page gives it a role. */
export function permittedSome({ request, scopes }: StepView): undefined {
  if (scopes.length === 0 && request.scopes.length > 0)
    throw new OAuthFault('access_denied', 'The account may not give any of the scopes.', {
      parameter: 'scope',
      check: 'scope-permitted',
    });
}
