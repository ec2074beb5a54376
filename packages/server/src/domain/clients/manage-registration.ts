/** Clients that manage their own registration (RFC 7592), by the one token that they were given with it. */
import { equalText } from '../../base/bytes.ts';
import type { Secret } from '../../base/secret.ts';
import { readClientChange } from '../../protocol/oauth/client-information.ts';
import { parseClientMetadata } from '../../protocol/oauth/client-metadata.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { JsonObject } from '../../protocol/oauth/jws.ts';
import { badMember } from '../../protocol/oauth/metadata-reader.ts';
import { fail } from '../failures.ts';
import type { OAuthReads } from '../oauth/records.ts';
import type { Ports } from '../ports.ts';
import { type Client, secretLives } from './client.ts';
import { type GivenClient, removeClient, replaceClient } from './govern-clients.ts';
import { onItsPlatform, registrationRules, requireRegistration, settleMetadata } from './register.ts';
import { proveSector } from './sector.ts';

/** Somebody says that they are a client which manages itself. */
export interface ManagementClaim {
  readonly clientId: string;
  /** The management token that was shown. */
  readonly token: string | undefined;
  readonly network: string;
}

/** The client as it is (RFC 7592 §2.1). Throws `not_found`, `credentials_missing` and `invalid_token`. */
export const readRegistration = (ports: Ports, claim: ManagementClaim): Promise<Client> =>
  provenClient(ports, ports.store.read, claim);

/**
 * Replaces what the client has said of itself (RFC 7592 §2.2). Throws what `readRegistration` throws,
 * `invalid_redirect_uri` and `invalid_client_metadata`.
 */
export async function replaceRegistration(
  ports: Ports,
  claim: ManagementClaim,
  members: JsonObject,
): Promise<GivenClient> {
  const read = (client: Client) =>
    parseClientMetadata(onItsPlatform(members), registrationRules(ports, client));
  const known = await provenClient(ports, ports.store.read, claim);
  const secret = readClientChange(members, known.id);
  if (secret && !(await isOwnSecret(ports, known, secret))) throw badMember('client_secret');
  const said = read(known);
  await proveSector(ports, said);
  await ports.keys.publish(said.idTokenAlgorithm);
  return ports.store.transact(async (tx) => {
    // Once more: what an operator has decided meanwhile stands.
    const before = await provenClient(ports, tx, claim);
    const after = { ...before, ...settleMetadata(ports, read(before), before) };
    const governor = { actor: before.id, network: claim.network };
    return replaceClient(ports, tx, { governor, before, after });
  });
}

/** Takes the client away with all its tokens (RFC 7592 §2.3). Throws what `readRegistration` throws. */
export async function endRegistration(ports: Ports, claim: ManagementClaim): Promise<void> {
  await ports.store.transact(async (tx) => {
    const client = await provenClient(ports, tx, claim);
    await removeClient(ports, tx, { governor: { actor: client.id, network: claim.network }, client });
  });
}

async function provenClient(
  ports: Pick<Ports, 'handles' | 'settings'>,
  { clients }: Pick<OAuthReads, 'clients'>,
  { clientId, token }: ManagementClaim,
): Promise<Client> {
  requireRegistration(ports);
  if (token === undefined) throw fail('credentials_missing', { detail: { check: 'no-credential' } });
  const handle = ports.handles.read('registration', token);
  const digest = handle && (await clients.registrationDigest(handle.locator));
  const client = handle && (await clients.find(handle.locator));
  if (!client || !digest || !equalText(digest, handle.digest)) throw refused('management-token');
  if (client.id !== clientId) throw refused('other-client');
  if (client.status !== 'active') throw refused('client-disabled');
  return client;
}

async function isOwnSecret(
  { handles, store, clock }: Ports,
  client: Client,
  shown: Secret,
): Promise<boolean> {
  const handle = handles.read('client-secret', shown.reveal());
  const secret = handle && (await store.read.clientSecrets.find(handle.locator));
  return (
    secret !== undefined &&
    secret.clientId === client.id &&
    equalText(secret.digest, handle?.digest ?? '') &&
    secretLives(secret, clock.now())
  );
}

const refused = (check: string): OAuthFault =>
  new OAuthFault('invalid_token', 'The token does not manage this client.', { check });
