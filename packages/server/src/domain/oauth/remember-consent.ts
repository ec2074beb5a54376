import type { Client } from '../clients/client.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Session } from '../sessions/session.ts';
import type { Transaction } from '../store.ts';
import { covers, type GrantRequest, widened } from './grant.ts';

/** Somebody allowed a client what it asked for. */
export interface Consent {
  readonly client: Client;
  readonly session: Session;
  readonly asked: GrantRequest;
  readonly network: string;
}

/**
 * Remembers it, in the transaction of what it gives. What was allowed before stays allowed: consent adds and takes
 * nothing away. Returns when the grant began. Throws `authorization_over` when account or client were taken away meanwhile.
 */
export async function rememberConsent(tx: Transaction, now: number, consent: Consent): Promise<number> {
  const { client, asked, session, network } = consent;
  const { accountId } = session;
  // Found first: of two consents at once, the second adds to what the first has allowed.
  if (!(await tx.accounts.find(accountId))) throw over('account-unknown');
  if (!(await tx.clients.find(client.id))) throw over('client-unknown');
  const grant = await tx.grants.find(accountId, client.id);
  if (grant && covers(grant, asked)) return grant.createdAt;
  const more = widened(grant, asked);
  const createdAt = grant?.createdAt ?? now;
  await tx.grants.put({
    accountId,
    clientId: client.id,
    ...more,
    createdAt,
    updatedAt: now,
  });
  await appendEvent(tx, now, {
    type: 'grant.given',
    accountId,
    sessionId: session.id,
    actor: accountId,
    network,
    data: { client: client.id, scopes: more.scopes.join(' '), resources: more.resources.join(' ') },
  });
  return createdAt;
}

const over = (check: string): Error => fail('authorization_over', { detail: { check } });
