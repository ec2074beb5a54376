/**
 * What an account has allowed clients: listed, and withdrawn.
 */

import type { Client } from '../clients/client.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Grant } from '../oauth/grant.ts';
import type { Ports } from '../ports.ts';
import { tellFeed } from '../tokens/tell-feed.ts';

/** A grant with its client. */
export interface ListedGrant extends Grant {
  readonly client: Client;
}

/** The grants of an account, by client. */
export async function listGrants({ store }: Pick<Ports, 'store'>, accountId: string): Promise<ListedGrant[]> {
  const listed: ListedGrant[] = [];
  for (const grant of await store.read.grants.list(accountId)) {
    const client = await store.read.clients.find(grant.clientId);
    if (client) listed.push({ ...grant, client });
  }
  return listed;
}

/** Who withdraws what. */
export interface Withdrawal {
  readonly accountId: string;
  /** The session that asks. */
  readonly sessionId: string;
  readonly clientId: string;
  readonly network: string;
}

/**
 * Takes back what an account has allowed a client: the client's tokens of this account are refused at once, its JWTs by
 * guards as soon as the feed names them; sessions go on. Throws `not_found` when nothing was allowed.
 */
export async function withdrawGrant(ports: Ports, withdrawal: Withdrawal): Promise<void> {
  const { accountId, sessionId, clientId, network } = withdrawal;
  await ports.store.transact(async (tx) => {
    if (!(await tx.grants.delete(accountId, clientId)))
      throw fail('not_found', { detail: { client: clientId } });
    for (const { id } of await tx.familyGrants.list({ accountId, clientId })) await tellFeed(ports, tx, id);
    const ended = await tx.familyGrants.endAll({ accountId, clientId });
    await appendEvent(tx, ports.clock.now(), {
      type: 'grant.withdrawn',
      accountId,
      sessionId,
      actor: accountId,
      network,
      data: { client: clientId, families: ended },
    });
  });
  ports.tally.revoked();
}
