import { uuidsFrom } from '../../base/uuid.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import { removeClient } from './govern-clients.ts';

/** Milliseconds for which a client is looked at again, once its time is over. */
const lookedAt = 30 * 24 * 3_600_000;

/**
 * Removes clients that registered themselves and that nobody has let in since; returns how many. Each is looked at for a
 * month after its time, so that this walks through those of a month and never through all. What an operator lets act for
 * itself needs nobody, and stays.
 */
export async function collectUnusedClients(
  { clock, settings }: Pick<Ports, 'clock' | 'settings'>,
  tx: Transaction,
  limit: number,
): Promise<number> {
  const bornBefore = clock.now() - settings.unusedClientSeconds * 1000;
  const range = { from: uuidsFrom(bornBefore - lookedAt), to: uuidsFrom(bornBefore), limit };
  const unused = await tx.clients.listUnused(range);
  const idle = unused.filter(({ grantTypes }) => !grantTypes.includes('client_credentials'));
  for (const client of idle) {
    const governor = { actor: 'system', network: 'unknown' };
    await removeClient({ clock, settings }, tx, { governor, client });
  }
  return idle.length;
}
