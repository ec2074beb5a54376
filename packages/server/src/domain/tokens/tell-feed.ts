import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';

/** Seconds that a guard's clock may lag: the feed names what ended that much longer than its last JWT lives. */
const feedMargin = 60;

/**
 * Has the feed name, from the commit on, what has ended: a session, a client, or a family of a client, whose JWTs must not be
 * accepted any more. Ids are unique among all three.
 */
export async function tellFeed(
  { clock, settings }: Pick<Ports, 'clock' | 'settings'>,
  tx: Pick<Transaction, 'revocations'>,
  id: string,
): Promise<void> {
  const at = clock.now();
  const expiresAt = at + (settings.accessTokenSeconds + feedMargin) * 1000;
  await tx.revocations.append({ sessionId: id, at, expiresAt });
}
