import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { Client } from '../clients/client.ts';
import type { Ports } from '../ports.ts';

/**
 * The client that a request names (RFC 6749 §4.1.1). Throws `invalid_request` when there is none or it is disabled; that
 * may be told to nobody but the person, since no address of it is proven (§4.1.2.1).
 */
export async function provenClient({ store }: Pick<Ports, 'store'>, clientId: string): Promise<Client> {
  const client = await store.read.clients.find(clientId);
  if (client?.status !== 'active')
    throw new OAuthFault('invalid_request', 'The client is not known.', {
      parameter: 'client_id',
      check: client ? 'client-disabled' : 'client-unknown',
    });
  return client;
}
