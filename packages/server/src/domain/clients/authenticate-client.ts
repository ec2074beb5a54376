/**
 * The only way a client is proven: by the one method that was decided for it (RFC 6749 §2.3). It says who asks, and
 * nothing of what they may do.
 */
import { equalText } from '../../base/bytes.ts';
import { checkAssertion } from '../../protocol/oauth/client-assertion.ts';
import {
  type ClientCredential,
  type CredentialPlaces,
  parseClientCredential,
} from '../../protocol/oauth/client-credential.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { isSignedBy } from '../keys/verify-jws.ts';
import { type OneUse, oneUse, useUp } from '../oauth/seen-once.ts';
import type { Ports } from '../ports.ts';
import { spend } from '../sessions/attempt-budget.ts';
import { type Client, secretLives } from './client.ts';

/** What a request shows of its client. */
export interface ClientClaim extends CredentialPlaces {
  readonly network: string;
}

/** A client that was proven. */
export interface ProvenClient {
  readonly client: Client;
  /** To be used up with what the request does. */
  readonly uses: readonly OneUse[];
}

/**
 * Proves the client of a request; one that is registered without a method proves nothing and is taken at its word (RFC
 * 6749 §2.3.2). Throws `invalid_client` for all that does not hold, `attempts_exhausted` when there were too many wrong
 * secrets, and `store_unavailable`.
 */
export async function authenticateClient(ports: Ports, claim: ClientClaim): Promise<Client> {
  const { client, uses } = await proveClient(ports, claim);
  const fault = uses.length === 0 ? undefined : await ports.store.transact((tx) => useUp(tx, uses));
  if (fault) throw fault;
  return client;
}

/** The same, its one-time uses left to the caller's own transaction. */
export async function proveClient(ports: Ports, claim: ClientClaim): Promise<ProvenClient> {
  const credential = parseClientCredential(claim);
  const { method, clientId } = credential;
  const [client, secretHolds] = await Promise.all([
    ports.store.read.clients.find(clientId),
    holdsSecret(ports, credential),
  ]);
  if (!client) throw refused('client-unknown');
  if (client.status !== 'active') throw refused('client-disabled');
  if (client.authentication !== method) throw refused('other-method');
  if (!secretHolds) throw await wrongSecret(ports, client, claim.network);
  return { client, uses: await assertionUses(ports, client, credential) };
}

/** Whether the secret is one of the client; true where the method has none. */
async function holdsSecret(ports: Ports, credential: ClientCredential): Promise<boolean> {
  if (!('secret' in credential)) return true;
  const handle = ports.handles.read('client-secret', credential.secret.reveal());
  const secret = handle && (await ports.store.read.clientSecrets.find(handle.locator));
  return (
    secret !== undefined &&
    secret.clientId === credential.clientId &&
    equalText(secret.digest, handle?.digest ?? '') &&
    secretLives(secret, ports.clock.now())
  );
}

/**
 * Only wrong secrets are paid for, and a right one is heard whatever others have spent: nobody guesses 256 bits, and a
 * stranger must not be able to lock a client out.
 */
async function wrongSecret(ports: Ports, { id }: Client, network: string): Promise<OAuthFault> {
  await spend(ports, [{ key: `client:${id}`, budget: ports.settings.budgets.account }], network);
  return refused('client-secret');
}

async function assertionUses(
  ports: Ports,
  client: Client,
  credential: ClientCredential,
): Promise<readonly OneUse[]> {
  if (!('assertion' in credential)) return [];
  const { assertion } = credential;
  const { jws, keyId } = assertion;
  const { assertionAlgorithm = jws.algorithm } = client;
  if (jws.algorithm !== assertionAlgorithm) throw refused('assertion-algorithm');
  const keys = await ports.clientKeys.find(client, { algorithm: jws.algorithm, keyId });
  if (!keys.some((key) => isSignedBy(key, jws))) throw refused('assertion-signature');
  const used = checkAssertion(assertion, {
    issuer: ports.settings.issuer,
    clientId: client.id,
    now: Math.floor(ports.clock.now() / 1000),
    leeway: 5,
  });
  return [oneUse('assertion', client.id, used)];
}

const refused = (check: string): OAuthFault =>
  new OAuthFault('invalid_client', 'The client is not proven.', { check });
