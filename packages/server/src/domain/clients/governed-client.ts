/** A client under somebody's hand: whoever governs it could act by its scopes, and so must hold them. */
import { type Governor, mustHold } from '../accounts/govern.ts';
import { fail } from '../failures.ts';
import { knownScopes } from '../oauth/claims.ts';
import type { OAuthReads } from '../oauth/records.ts';
import type { Client } from './client.ts';

/** Finds a client for whoever may govern it. Throws `not_found` and `privilege_exceeded`. */
export async function governedClient(
  { clients }: Pick<OAuthReads, 'clients'>,
  governor: Governor,
  clientId: string,
): Promise<Client> {
  const client = await clients.find(clientId);
  if (!client) throw fail('not_found', { detail: { client: clientId } });
  mustHoldScopes(governor, client);
  return client;
}

/**
 * Throws `privilege_exceeded` unless the governor holds what the client may ask for; what is known of people is no
 * privilege, since only they give it.
 */
export function mustHoldScopes(governor: Governor, { scopes }: Pick<Client, 'scopes'>): void {
  const known: readonly string[] = knownScopes;
  mustHold(
    governor,
    scopes.filter((scope) => !known.includes(scope)),
  );
}
