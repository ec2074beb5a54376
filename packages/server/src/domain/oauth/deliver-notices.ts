/**
 * Telling clients that a session has ended (OpenID Connect Back-Channel Logout §2.5): notices leave the outbox when
 * their client has taken them, and are tried again, ever more seldom, until it has.
 */
import { logoutTokenClaims } from '../../protocol/oauth/logout-token.ts';
import { type Attempt, emptyOutbox } from '../empty-outbox.ts';
import { appendEvent } from '../events.ts';
import type { Ports } from '../ports.ts';
import { signClaims } from './sign-claims.ts';
import { noticeSeconds, type SignOutNotice } from './sign-out-notice.ts';
import { subjectOf } from './subject.ts';

/** Seconds that a client has to answer. */
const patience = 5;

type DeliveryPorts = Pick<Ports, 'clock' | 'keys' | 'outgoing' | 'settings' | 'store' | 'vault'>;

/** Sends what is due; returns whether there may be more of it. Safe to run in several processes at once. */
export const deliverNotices = (ports: DeliveryPorts): Promise<boolean> =>
  emptyOutbox<SignOutNotice>(ports, {
    records: (tx) => tx.signOutNotices,
    batch: 20,
    claimed: 60_000,
    expiresAt: ({ createdAt }) => createdAt + noticeSeconds * 1000,
    attempt: (notice) => tell(ports, notice),
    ended: async (tx, { sessionId, accountId, clientId, attempts }, { attempt, now }) => {
      if (attempt.outcome === 'done') return;
      const data = { client: clientId, attempts };
      await appendEvent(tx, now, { type: 'sign-out.not-told', accountId, sessionId, actor: 'system', data });
    },
  });

/** Done also when the client does not want to hear of it any more. */
async function tell(ports: DeliveryPorts, notice: SignOutNotice): Promise<Attempt> {
  const { clock, outgoing, settings, store } = ports;
  const client = await store.read.clients.find(notice.clientId);
  if (client?.status !== 'active' || client.backchannelLogoutUri === undefined) return { outcome: 'done' };
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
  return { outcome: sent.ok ? 'done' : 'later' };
}
