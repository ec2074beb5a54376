import { uuidv7 } from '../../base/uuid.ts';
import type { Session } from '../sessions/session.ts';
import type { Transaction } from '../store.ts';

/**
 * Notes, in the transaction that ends a session, every client of it that wants to be told (OpenID Connect Back-Channel
 * Logout §2.5). `now` is milliseconds since 1970.
 */
export async function noteSignOut(
  tx: Pick<Transaction, 'clients' | 'familyGrants' | 'signOutNotices'>,
  { session, now }: { session: Pick<Session, 'id' | 'accountId'>; now: number },
): Promise<void> {
  const { id: sessionId, accountId } = session;
  for (const clientId of await tx.familyGrants.clientsOfSession(sessionId)) {
    const client = await tx.clients.find(clientId);
    if (client?.status !== 'active' || client.backchannelLogoutUri === undefined) continue;
    const times = { attempts: 0, nextAt: now, createdAt: now };
    await tx.signOutNotices.insert({ id: uuidv7(now), clientId, sessionId, accountId, ...times });
  }
}
