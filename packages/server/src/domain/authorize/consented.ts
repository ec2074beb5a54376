import type { Client } from '../clients/client.ts';
import { covers } from '../oauth/grant.ts';
import type { Missing, StepView } from './step.ts';

/**
 * The account allows what is asked for (OpenID Connect Core §3.1.2.4), now or since before, `offline_access` with it
 * (§11). A client of the operator's own needs no consent unless it asks for one.
 */
export function consented({ client, request, scopes, grant, acts }: StepView): Missing | undefined {
  const asked = request.prompts.includes('consent');
  const isAllowed =
    acts.consented ||
    (!asked &&
      (client.firstParty || (!mayBeAnother(client, request) && covers(grant, { ...request, scopes }))));
  return isAllowed
    ? undefined
    : { page: 'consent', error: 'consent_required', description: 'The person has to consent.' };
}

/**
 * Whether another program of the same machine could have asked in the client's name: what was allowed before then proves
 * nothing (RFC 8252 §8.6).
 */
const mayBeAnother = (
  { application, authentication }: Client,
  { redirectUri }: { readonly redirectUri: string },
): boolean => application === 'native' && authentication === 'none' && !redirectUri.startsWith('https:');
