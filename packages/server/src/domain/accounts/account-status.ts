/**
 * Disabling, enabling and deleting accounts. From the commit on nothing of the account is accepted anywhere.
 */
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { endAllSessions } from '../sessions/end-session.ts';
import type { Transaction } from '../store.ts';
import type { AccountStatus } from './account.ts';

/** Who acts on which account. */
export interface AccountAct {
  readonly accountId: string;
  readonly actor: string;
  readonly network: string;
}

/** Sets the status inside a transaction; disabling ends every session, and either way nothing is deleted after a time of grace. Throws `not_found`. */
export async function setStatusWithin(
  ports: Pick<Ports, 'clock' | 'settings'>,
  tx: Transaction,
  { accountId, status, actor, network }: AccountAct & { readonly status: AccountStatus },
): Promise<void> {
  const now = ports.clock.now();
  const before = await tx.accounts.find(accountId);
  if (!before) throw fail('not_found', { detail: { account: accountId } });
  // Of one that its owner has closed either says who decides from now on.
  if (before.status === status && before.deletesAt === 0) return;
  await tx.accounts.update(accountId, { status, deletesAt: 0, updatedAt: now });
  if (status === 'disabled') {
    await endAllSessions(ports, tx, {
      accountId,
      ending: { by: actor, reason: 'account-disabled', network },
    });
  }
  const opened = before.deletesAt > 0 ? 'account.kept' : 'account.enabled';
  const type = status === 'disabled' ? 'account.disabled' : opened;
  await appendEvent(tx, now, { type, accountId, actor, network });
}

/** Deletes an account with everything that hangs from it, atomically. Throws `not_found`. */
export async function deleteAccount(ports: Ports, act: AccountAct): Promise<void> {
  await ports.store.transact((tx) => deleteAccountWithin(ports, tx, act));
  ports.tally.revoked();
}

/** The same inside a transaction. Its events stay, under an id that nobody gets again. */
export async function deleteAccountWithin(
  ports: Pick<Ports, 'clock' | 'settings'>,
  tx: Transaction,
  { accountId, actor, network }: AccountAct,
): Promise<void> {
  // Found first: whoever is signing in to it is waited for, and their session ends with the others.
  if (!(await tx.accounts.find(accountId))) throw fail('not_found', { detail: { account: accountId } });
  await endAllSessions(ports, tx, { accountId, ending: { by: actor, reason: 'account-deleted', network } });
  if (!(await tx.accounts.delete(accountId))) throw fail('not_found', { detail: { account: accountId } });
  await appendEvent(tx, ports.clock.now(), { type: 'account.deleted', accountId, actor, network });
}
