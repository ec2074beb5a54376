import { equalText } from '../../base/bytes.ts';
import { appendEvent } from '../events.ts';
import type { Ports } from '../ports.ts';
import { endSession } from '../sessions/end-session.ts';
import type { Session } from '../sessions/session.ts';
import type { Transaction } from '../store.ts';
import { proveAccessToken } from './access-token.ts';
import type { Handle } from './handle.ts';

/**
 * Revokes by holding a token (RFC 7009 §2.1): a token of a session, whatever its carrier, ends that session with all
 * its carriers; an API key ends itself. Resolves likewise for what is no live token of ours, so that nothing can be
 * probed (§2.2), and for a token of a client, which revokes it at the endpoint of OAuth and ends no session.
 */
export async function revokeToken(
  ports: Ports,
  { token, network }: { token: string; network: string },
): Promise<void> {
  const key = ports.handles.read('api-key', token);
  if (key) return revokeKey(ports, key, network);
  const find = await finder(ports, token);
  if (!find) return;
  await ports.store.transact(async (tx) => {
    const session = await find(tx);
    if (!session) return;
    await endSession(ports, tx, { session, ending: { by: session.accountId, reason: 'sign-out', network } });
  });
  ports.tally.revoked();
}

type Find = (tx: Transaction) => Promise<Session | undefined>;

/** How to find the session that a token carries; undefined when this server did not make it. */
async function finder(ports: Ports, token: string): Promise<Find | undefined> {
  const { handles } = ports;
  const member = handles.read('refresh', token) ?? handles.read('access', token);
  if (member) return (tx) => sessionOfMember(tx, member);
  const cookie = handles.read('session', token);
  if (cookie) return (tx) => sessionOfCookie(tx, cookie);
  const claims = await proveAccessToken(ports, token);
  return 'check' in claims || 'client_id' in claims ? undefined : (tx) => tx.sessions.find(claims.sid);
}

async function sessionOfMember(tx: Transaction, handle: Handle): Promise<Session | undefined> {
  const family = await tx.families.find(handle.locator);
  if (!family || family.clientId !== '') return undefined;
  const members = [family.digest, family.priorDigest, family.accessDigest, family.priorAccessDigest];
  return members.some((digest) => equalText(digest, handle.digest)) ? family.session : undefined;
}

async function sessionOfCookie(tx: Transaction, handle: Handle): Promise<Session | undefined> {
  const session = await tx.sessions.find(handle.locator);
  return session && equalText(session.handleDigest, handle.digest) ? session : undefined;
}

async function revokeKey({ store, clock }: Ports, handle: Handle, network: string): Promise<void> {
  await store.transact(async (tx) => {
    const key = await tx.apiKeys.find(handle.locator);
    if (!key || !equalText(key.digest, handle.digest)) return;
    const { id, accountId } = key;
    await tx.apiKeys.delete(id, accountId);
    const data = { api_key: id };
    await appendEvent(tx, clock.now(), { type: 'api-key.ended', accountId, actor: accountId, network, data });
  });
}
