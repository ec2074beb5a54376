/**
 * Governing clients: who makes one, changes it or takes it away. Nobody gives a client what they do not have, nor lays
 * hands on one that may more than they do.
 */
import { isDeepStrictEqual } from 'node:util';
import { uuidv7 } from '../../base/uuid.ts';
import type { Governor } from '../accounts/govern.ts';
import type { EventType } from '../event.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import { tellFeed } from '../tokens/tell-feed.ts';
import type { Client, ClientStatus } from './client.ts';
import {
  type ClientChange,
  type ClientDraft,
  changedDraft,
  type SettledClient,
  settleDraft,
  snakeCase,
} from './client-draft.ts';
import { hasSecret, type IssuedSecret, issueSecret } from './client-secrets.ts';
import { governedClient, mustHoldScopes } from './governed-client.ts';

/** A client that was made or changed, with its secret where it was given one by that. */
export interface GivenClient {
  readonly client: Client;
  readonly secret: IssuedSecret | undefined;
}

/** What a governor may change of a client. */
export type GovernedClientChange = ClientChange & { readonly status?: ClientStatus | undefined };

/** Makes a client. Throws `input_invalid` and `privilege_exceeded`. */
export async function createClient(
  ports: Ports,
  governor: Governor,
  draft: ClientDraft,
): Promise<GivenClient> {
  const settled = await settleDraft(ports, draft);
  mustHoldScopes(governor, settled);
  await ports.keys.publish(settled.idTokenAlgorithm);
  return ports.store.transact((tx) => insertClient(ports, tx, { governor, settled }));
}

/** A client that is made. */
export interface NewClient {
  readonly governor: Who;
  readonly settled: SettledClient;
  /** Id of the registration token that it came by. */
  readonly token?: string | undefined;
}

/** Writes a new client inside a transaction, with a secret if it is to have one. */
export async function insertClient(
  ports: Pick<Ports, 'handles' | 'clock'>,
  tx: Transaction,
  { governor, settled, token }: NewClient,
): Promise<GivenClient> {
  const now = ports.clock.now();
  const client: Client = { ...settled, id: uuidv7(now), status: 'active', createdAt: now, updatedAt: now };
  await tx.clients.insert(client);
  const secret = hasSecret(client)
    ? await issueSecret(ports, tx, { clientId: client.id, priorEndsAt: now })
    : undefined;
  await tellOf(tx, now, {
    type: 'client.created',
    client,
    governor,
    more: token === undefined ? {} : { token },
  });
  return { client, secret };
}

/**
 * Changes a client; from the commit on a disabled one gets and opens nothing. A secret that it needs by the change is
 * made, and those that it does not need any more are gone. Throws `not_found`, `input_invalid` and
 * `privilege_exceeded`; then nothing was changed.
 */
export async function changeClient(
  ports: Ports,
  governor: Governor,
  { clientId, change: { status, ...change } }: { clientId: string; change: GovernedClientChange },
): Promise<GivenClient> {
  for (;;) {
    const before = await governedClient(ports.store.read, governor, clientId);
    const asked = Object.values(change).some((value) => value !== undefined);
    const settled = asked ? await settleDraft(ports, changedDraft(before, change)) : before;
    mustHoldScopes(governor, settled);
    // It says itself where answers go, so nobody may ever be sent there unasked.
    if (before.madeBy === 'registration' && settled.firstParty)
      throw fail('input_invalid', { fields: [stranger] });
    const after = { ...before, ...settled, madeBy: before.madeBy, status: status ?? before.status };
    await ports.keys.publish(after.idTokenAlgorithm);
    const given = await ports.store.transact(async (tx) => {
      // What was settled against is read outside: a list may have been fetched. If it changed meanwhile, once more.
      const current = await tx.clients.find(clientId);
      if (!isDeepStrictEqual(current, before)) return undefined;
      return replaceClient(ports, tx, { governor, before, after });
    });
    if (given) {
      if (after.status === 'disabled') ports.tally.revoked();
      return given;
    }
  }
}

const stranger = { field: 'first_party', message: 'A client that registered itself stays a stranger.' };

/** A client, and what it becomes. */
export interface Replacement {
  readonly governor: Who;
  readonly before: Client;
  readonly after: Client;
}

/** Replaces a client inside a transaction. A secret is made if it needs one now; those that it has no use for go. */
export async function replaceClient(
  ports: Pick<Ports, 'handles' | 'clock' | 'settings'>,
  tx: Transaction,
  { governor, before, after }: Replacement,
): Promise<GivenClient> {
  const changed = changedNames(before, after);
  if (changed.length === 0) return { client: before, secret: undefined };
  const now = ports.clock.now();
  const client = { ...after, updatedAt: now };
  await tx.clients.update(client);
  const clientId = client.id;
  let secret: IssuedSecret | undefined;
  if (hasSecret(before) && !hasSecret(client))
    for (const { id } of await tx.clientSecrets.list(clientId)) await tx.clientSecrets.delete(id, clientId);
  if (hasSecret(client) && !hasSecret(before))
    secret = await issueSecret(ports, tx, { clientId, priorEndsAt: now });
  if (client.status !== before.status) {
    // APIs that ask nobody hear of it too; one that is enabled again they accept once the entry is gone.
    if (client.status === 'disabled') await tellFeed(ports, tx, clientId);
    const type = client.status === 'disabled' ? 'client.disabled' : 'client.enabled';
    await tellOf(tx, now, { type, client, governor });
  }
  const settings = changed.filter((name) => name !== 'status').map(snakeCase);
  if (settings.length > 0)
    await tellOf(tx, now, {
      type: 'client.changed',
      client,
      governor,
      more: { changed: settings.join(' ') },
    });
  return { client, secret };
}

/** Deletes a client with its secrets, grants and tokens. Throws `not_found` and `privilege_exceeded`. */
export async function deleteClient(ports: Ports, governor: Governor, clientId: string): Promise<void> {
  await ports.store.transact(async (tx) => {
    const client = await governedClient(tx, governor, clientId);
    await removeClient(ports, tx, { governor, client });
  });
  ports.tally.revoked();
}

/** Removes a client inside a transaction. */
export async function removeClient(
  ports: Pick<Ports, 'clock' | 'settings'>,
  tx: Transaction,
  { governor, client }: { governor: Who; client: Client },
): Promise<void> {
  if (!(await tx.clients.delete(client.id))) throw fail('not_found', { detail: { client: client.id } });
  await tellFeed(ports, tx, client.id);
  await tellOf(tx, ports.clock.now(), { type: 'client.deleted', client, governor });
}

/** Whose hand it was. */
export type Who = Pick<Governor, 'actor' | 'network'>;

const changedNames = (before: Client, after: Client): string[] => {
  const old = new Map<string, unknown>(Object.entries(before));
  const names = new Set([...old.keys(), ...Object.keys(after)]);
  const now = new Map<string, unknown>(Object.entries(after));
  return [...names].filter((name) => !isDeepStrictEqual(old.get(name), now.get(name))).sort();
};

interface ClientEvent {
  readonly type: EventType;
  readonly client: Client;
  readonly governor: Who;
  readonly more?: Readonly<Record<string, string>>;
}

const tellOf = (
  tx: Transaction,
  now: number,
  { type, client: { id, name }, governor: { actor, network }, more }: ClientEvent,
): Promise<void> =>
  appendEvent(tx, now, {
    type,
    actor,
    network,
    data: { client: id, name, ...more },
  });
