import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';

/**
 * Frees an address for whoever has just proven that they read it, inside the transaction that gives it to them. Who wrote it
 * down first and never proved it loses it, and every mail about that account is void: nobody waits in front of a mailbox
 * for its owner to come. Throws `identifier_taken` when another account has proven it.
 */
export async function claimMailbox(
  { clock }: Pick<Ports, 'clock'>,
  tx: Transaction,
  { mailbox, accountId, network }: { mailbox: string; accountId: string; network: string },
): Promise<void> {
  const holder = await tx.accounts.findByIdentifier(mailbox);
  if (!holder || holder.id === accountId) return;
  if (!(await tx.accounts.takeUnverified(mailbox)))
    throw fail('identifier_taken', { detail: { check: 'mailbox-proven' } });
  const now = clock.now();
  await tx.accounts.update(holder.id, { updatedAt: now });
  await tx.mailTickets.voidOf(holder.id, now + 1);
  const data = { mailbox: 'proven by another' };
  await appendEvent(tx, now, { type: 'email.lost', accountId: holder.id, actor: 'system', network, data });
}
