import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';

/** Seconds that a guard's clock may lag: the feed names what ended that much longer than its last JWT lives. */
const feedMargin = 60;

/**
 * Has the feed name, from the commit on, what has ended: a session, a client, or a family of a client, whose JWTs must not be
 * accepted any more. Ids are unique among all of them, and the names of keys.
 */
export const tellFeed = (
  { clock, settings }: Pick<Ports, 'clock' | 'settings'>,
  tx: Pick<Transaction, 'revocations'>,
  id: string,
): Promise<void> => append(tx, id, { at: clock.now(), seconds: settings.accessTokenSeconds });

/** Has the feed name a key that was stolen, for so many seconds: whoever has it decides how long its JWTs live. */
export const tellFeedOfKey = (
  tx: Pick<Transaction, 'revocations'>,
  kid: string,
  kept: { readonly at: number; readonly seconds: number },
): Promise<void> => append(tx, kid, kept);

async function append(
  { revocations }: Pick<Transaction, 'revocations'>,
  id: string,
  { at, seconds }: { readonly at: number; readonly seconds: number },
): Promise<void> {
  await revocations.append({ sessionId: id, at, expiresAt: at + (seconds + feedMargin) * 1000 });
}
