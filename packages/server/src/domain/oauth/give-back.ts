/**
 * Revocation (RFC 7009): a client gives a token back. Of a family all tokens go together, and the session goes on: others
 * may hang from it.
 */
import { equalText } from '../../base/bytes.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { Client } from '../clients/client.ts';
import { appendEvent } from '../events.ts';
import type { Ports } from '../ports.ts';
import type { FamilyWithSession, Transaction } from '../store.ts';
import type { Handle } from '../tokens/handle.ts';
import { tellFeed } from '../tokens/tell-feed.ts';
import { isRefused, proveClientAccess } from './client-access-token.ts';

/** A token that its client gives back. */
export interface GivenBack {
  readonly client: Client;
  readonly token: string;
  readonly network: string;
}

/**
 * Revokes a token of a client. Resolves likewise for what is no live token (RFC 7009 §2.2). Throws `invalid_grant` for a
 * token of another client (§2.1), `unsupported_token_type` for a signed token that a client holds for itself: nothing
 * stands behind it that could end (§2.2.1).
 */
export async function giveBack(ports: Ports, given: GivenBack): Promise<void> {
  const { handles, store } = ports;
  const { client, token } = given;
  const member = handles.read('refresh', token) ?? handles.read('access', token);
  if (member) {
    await store.transact((tx) => endFamilyOf(ports, tx, { given, member }));
    return ports.tally.revoked();
  }
  const own = handles.read('client-token', token);
  if (own) return store.transact((tx) => deleteOwn(tx, client, own));
  if (token.startsWith('dw_')) return;
  const verdict = await proveClientAccess(ports, token);
  if (isRefused(verdict)) return;
  if (verdict.client.id !== client.id) throw otherClient();
  const { familyId } = verdict;
  if (familyId === '')
    throw new OAuthFault('unsupported_token_type', 'A signed token of the client itself ends by its time.');
  await store.transact(async (tx) => {
    const family = await tx.families.find(familyId);
    if (family) await endFamily(ports, tx, { given, family });
  });
  ports.tally.revoked();
}

async function endFamilyOf(
  ports: Ports,
  tx: Transaction,
  { given, member }: { given: GivenBack; member: Handle },
): Promise<void> {
  const family = await tx.families.find(member.locator);
  if (!family) return;
  const members = [family.digest, family.priorDigest, family.accessDigest, family.priorAccessDigest];
  if (!members.some((digest) => equalText(digest, member.digest))) return;
  if (family.clientId !== given.client.id) throw otherClient();
  await endFamily(ports, tx, { given, family });
}

async function endFamily(
  ports: Ports,
  tx: Transaction,
  { given, family }: { given: GivenBack; family: FamilyWithSession },
): Promise<void> {
  const { id, clientId, session } = family;
  if (!(await tx.familyGrants.end(id))) return;
  await tellFeed(ports, tx, id);
  await appendEvent(tx, ports.clock.now(), {
    type: 'family.ended',
    accountId: session.accountId,
    sessionId: session.id,
    actor: clientId,
    network: given.network,
    data: { client: clientId, reason: 'given-back' },
  });
}

async function deleteOwn(tx: Transaction, client: Client, handle: Handle): Promise<void> {
  const token = await tx.clientTokens.find(handle.locator);
  if (!token || !equalText(token.digest, handle.digest)) return;
  if (!(await tx.clientTokens.delete(token.id, client.id))) throw otherClient();
}

const otherClient = (): OAuthFault =>
  new OAuthFault('invalid_grant', 'The token belongs to another client.', { check: 'other-client' });
