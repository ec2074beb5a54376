/**
 * Telling clients that a session has ended (OpenID Connect Back-Channel Logout §2.5): notices leave the outbox when
 * their client has taken them, and are tried again, ever more seldom, until it has.
 */
import { logoutTokenClaims } from '../../protocol/oauth/logout-token.ts';
import { appendEvent } from '../events.ts';
import type { Ports } from '../ports.ts';
import { signClaims } from './sign-claims.ts';
import { noticeSeconds, type SignOutNotice } from './sign-out-notice.ts';
import { subjectOf } from './subject.ts';

/** Notices that are sent at the same time. */
const batch = 20;
/** Seconds that a client has to answer. */
const patience = 5;
/** Milliseconds that a claimed notice is left to whoever claimed it; well over the patience. */
const claimed = 60_000;
/** Milliseconds before the second attempt; twice as long before each further one, up to an hour. */
const firstWait = 5000;
const longestWait = 3_600_000;

type DeliveryPorts = Pick<Ports, 'clock' | 'keys' | 'outgoing' | 'settings' | 'store' | 'vault'>;

/** Sends what is due; returns whether there may be more of it. Safe to run in several processes at once. */
export async function deliverNotices(ports: DeliveryPorts): Promise<boolean> {
  const now = ports.clock.now();
  const due = await ports.store.transact((tx) =>
    tx.signOutNotices.claim({ now, until: now + claimed, limit: batch }),
  );
  await Promise.all(due.map((notice) => deliver(ports, notice)));
  return due.length === batch;
}

async function deliver(ports: DeliveryPorts, notice: SignOutNotice): Promise<void> {
  const { store, clock } = ports;
  const isDone = await tell(ports, notice);
  const now = clock.now();
  const nextAt = now + Math.min(firstWait * 2 ** (notice.attempts - 1), longestWait);
  const isLate = nextAt >= notice.createdAt + noticeSeconds * 1000;
  await store.transact(async (tx) => {
    if (!isDone && !isLate) return tx.signOutNotices.defer(notice.id, nextAt);
    if (!(await tx.signOutNotices.delete(notice.id)) || isDone) return;
    const { sessionId, accountId, clientId, attempts } = notice;
    const data = { client: clientId, attempts };
    await appendEvent(tx, now, { type: 'sign-out.not-told', accountId, sessionId, actor: 'system', data });
  });
}

/** Whether nothing is left to tell: the client has taken it, or does not want to hear of it any more. */
async function tell(ports: DeliveryPorts, notice: SignOutNotice): Promise<boolean> {
  const { clock, outgoing, settings, store } = ports;
  const client = await store.read.clients.find(notice.clientId);
  if (client?.status !== 'active' || client.backchannelLogoutUri === undefined) return true;
  const token = await signClaims(ports, {
    type: 'logout+jwt',
    algorithm: client.idTokenAlgorithm,
    claims: logoutTokenClaims({
      issuer: settings.issuer,
      clientId: client.id,
      subject: subjectOf(ports, client, notice.accountId),
      sessionId: notice.sessionId,
      // A client that took it and whose answer was lost would refuse the same token again.
      tokenId: `${notice.id}.${notice.attempts}`,
      issuedAt: Math.floor(clock.now() / 1000),
    }),
  });
  const sent = await outgoing.post(
    client.backchannelLogoutUri,
    { logout_token: token },
    { seconds: patience },
  );
  return sent.ok;
}
