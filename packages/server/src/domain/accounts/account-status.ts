/**
 * Disabling, enabling and deleting accounts. From the commit on nothing of the account is accepted anywhere.
 */
import { appendEvent } from '../events.ts';
import { requireStrongProof } from '../factors/factor-owner.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { type Charge, restore } from '../sessions/attempt-budget.ts';
import { endAllSessions } from '../sessions/end-session.ts';
import { proveCurrent } from '../sessions/prove-password.ts';
import type { Session } from '../sessions/session.ts';
import type { Transaction } from '../store.ts';
import type { AccountStatus } from './account.ts';

/** Who acts on which account. */
export interface AccountAct {
  readonly accountId: string;
  readonly actor: string;
  readonly network: string;
}

/** Sets the status inside a transaction; disabling ends every session. Throws `not_found`. */
export async function setStatusWithin(
  ports: Pick<Ports, 'clock' | 'settings'>,
  tx: Transaction,
  { accountId, status, actor, network }: AccountAct & { readonly status: AccountStatus },
): Promise<void> {
  const now = ports.clock.now();
  const before = await tx.accounts.find(accountId);
  if (!before) throw fail('not_found', { detail: { account: accountId } });
  if (before.status === status) return;
  await tx.accounts.update(accountId, { status, updatedAt: now });
  if (status === 'disabled') {
    await endAllSessions(ports, tx, {
      accountId,
      ending: { by: actor, reason: 'account-disabled', network },
    });
  }
  const type = status === 'disabled' ? 'account.disabled' : 'account.enabled';
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

/** An owner who wants their account deleted. */
export interface Leaving {
  readonly session: Session;
  /** Undefined where the account has none. */
  readonly password: string | undefined;
  readonly network: string;
}

/**
 * Deletes one's own account after proving the password once more; without a password, after a proof of another kind lately.
 * Throws `proof_too_old`, `proof_too_weak`, `current_password_wrong`, `attempts_exhausted`, `hashing_busy`.
 */
export async function deleteOwnAccount(ports: Ports, leaving: Leaving): Promise<void> {
  const { session, network } = leaving;
  const { accountId } = session;
  const charges = await proveOwner(ports, leaving);
  await ports.store.transact(async (tx) => {
    await restore(tx, charges);
    await deleteAccountWithin(ports, tx, { accountId, actor: accountId, network });
  });
  ports.tally.revoked();
}

/** Proves who leaves, and returns what that was charged to. */
async function proveOwner(ports: Ports, { session, password, network }: Leaving): Promise<readonly Charge[]> {
  if (await ports.store.read.accounts.password(session.accountId)) {
    const { charges } = await proveCurrent(ports, { session, currentPassword: password ?? '', network });
    return charges;
  }
  await requireStrongProof(ports, session);
  return [];
}
