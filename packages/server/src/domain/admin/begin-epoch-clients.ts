/**
 * The clients' part of a new epoch. What lives for minutes is gone; clients and their secrets stand as they were decided
 * last; consents and linked sign-ins that were taken back since are taken back again.
 */
import type { Client, ClientSecret } from '../clients/client.ts';
import type { Grant } from '../oauth/grant.ts';
import type { Reads, Store, Transaction } from '../store.ts';
import type { Identity } from '../upstream/identity.ts';

/** Rows that one transaction goes through. */
const step = 200;

/** What an account takes back from clients and providers. */
export interface TakenBack {
  /** Grants that are narrower now; without scopes where nothing is left. */
  readonly grants: readonly Grant[];
  readonly identities: readonly Identity[];
}

/** Compares what an account allows and is linked with. Without the replaced database everybody is asked for consent again. */
export async function planTakingBack(
  backup: Reads,
  accountId: string,
  replaced: Reads | undefined,
): Promise<TakenBack> {
  const grants: Grant[] = [];
  for (const grant of await backup.grants.list(accountId)) {
    const later = await replaced?.grants.find(accountId, grant.clientId);
    const kept = narrowed(grant, later);
    if (kept.scopes.length < grant.scopes.length || kept.resources.length < grant.resources.length)
      grants.push(kept);
  }
  if (!replaced) return { grants, identities: [] };
  const linked = new Set((await replaced.identities.list(accountId)).map(({ id }) => id));
  const identities = (await backup.identities.list(accountId)).filter(({ id }) => !linked.has(id));
  return { grants, identities };
}

const narrowed = (grant: Grant, later: Grant | undefined): Grant => ({
  ...grant,
  scopes: grant.scopes.filter((scope) => later?.scopes.includes(scope) ?? false),
  resources: grant.resources.filter((resource) => later?.resources.includes(resource) ?? false),
});

/** Takes it back, inside a transaction. */
export async function takeBack(tx: Transaction, { grants, identities }: TakenBack): Promise<void> {
  for (const grant of grants) {
    if (grant.scopes.length === 0) await tx.grants.delete(grant.accountId, grant.clientId);
    else await tx.grants.put(grant);
  }
  for (const { id, accountId } of identities) await tx.identities.delete(id, accountId);
}

/** What the new epoch did to clients. */
export interface ClientEpoch {
  /** Clients that were disabled or deleted after the backup. */
  readonly clients: number;
  readonly clientSecrets: number;
}

/** Goes through all clients, and removes what was on its way when the backup was made. */
export async function beginClientEpoch(
  store: Store,
  replaced: Reads | undefined,
  now: number,
): Promise<ClientEpoch> {
  await dropPassing(store);
  let clients = 0;
  let clientSecrets = 0;
  let after: string | undefined;
  do {
    const page = await store.read.clients.list({ after, limit: step });
    const plans: ClientPlan[] = [];
    for (const client of page) plans.push(await planFor(store.read, client, replaced));
    await store.transact(async (tx) => {
      for (const plan of plans) await carryOut(tx, plan, now);
    });
    clients += plans.filter(({ from, to }) => from.status === 'active' && to.status !== 'active').length;
    clientSecrets += plans.flatMap(({ ended }) => ended).length;
    after = page.length === step ? page.at(-1)?.id : undefined;
  } while (after !== undefined);
  return { clients, clientSecrets };
}

/** A backup must not revive a code that was redeemed, nor a token that was revoked. */
async function dropPassing(store: Store): Promise<void> {
  const always = Number.MAX_SAFE_INTEGER;
  const nouns = [
    'registrationTokens',
    'authorizations',
    'codes',
    'deviceAuthorizations',
    'clientTokens',
  ] as const;
  for (const noun of nouns) {
    let removed = step;
    while (removed === step) removed = await store.transact((tx) => tx[noun].collect(always, step));
  }
}

/** What becomes of one client; read before the transaction, which may wait for nothing else. */
interface ClientPlan {
  readonly from: Client;
  readonly to: Client;
  readonly manager: string;
  /** Ids of secrets that open nothing any more. */
  readonly ended: readonly string[];
  /** Secrets as they stand in the replaced database, oldest first. */
  readonly secrets: readonly ClientSecret[];
}

async function planFor(backup: Reads, from: Client, replaced: Reads | undefined): Promise<ClientPlan> {
  const mine = (await backup.clientSecrets.list(from.id)).map(({ id }) => id);
  if (!replaced) return { from, to: from, manager: '', ended: mine, secrets: [] };
  const later = await replaced.clients.find(from.id);
  const secrets = later ? (await replaced.clientSecrets.list(from.id)).reverse() : [];
  const kept = new Set(secrets.map(({ id }) => id));
  return {
    from,
    to: later ?? { ...from, status: 'disabled' },
    manager: (await replaced.clients.registrationDigest(from.id)) ?? '',
    ended: mine.filter((id) => !kept.has(id)),
    secrets,
  };
}

async function carryOut(
  tx: Transaction,
  { from, to, manager, secrets }: ClientPlan,
  now: number,
): Promise<void> {
  for (const { id } of await tx.clientSecrets.list(from.id)) await tx.clientSecrets.delete(id, from.id);
  let priorEndsAt = now;
  for (const secret of secrets) {
    await tx.clientSecrets.rotate(secret, { now, priorEndsAt });
    priorEndsAt = secret.expiresAt;
  }
  await tx.clients.update(to);
  await tx.clients.setRegistrationDigest(from.id, manager);
}
