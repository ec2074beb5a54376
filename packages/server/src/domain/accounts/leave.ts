/** Leaving: an owner closes their account, or deletes it where there is no time of grace. */
import { requireStrongProof } from '../factors/factor-owner.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import { type Charge, restore } from '../sessions/attempt-budget.ts';
import { proveCurrent } from '../sessions/prove-password.ts';
import type { Session } from '../sessions/session.ts';
import { closeAccountWithin } from './closing.ts';

/** An owner who wants their account deleted. */
export interface Leaving {
  readonly session: Session;
  /** Undefined where the account has none. */
  readonly password: string | undefined;
  readonly network: string;
  /** Of the mail that tells of it. */
  readonly language: MailLanguage;
}

/**
 * Closes one's own account after proving the password once more; without a password, after a proof of another kind lately.
 * Returns when it will be deleted; undefined where it is gone.
 * Throws `proof_too_old`, `proof_too_weak`, `current_password_wrong`, `attempts_exhausted`, `hashing_busy`.
 */
export async function deleteOwnAccount(ports: Ports, leaving: Leaving): Promise<number | undefined> {
  const { session, network, language } = leaving;
  const { accountId } = session;
  const charges = await proveOwner(ports, leaving);
  const deletesAt = await ports.store.transact(async (tx) => {
    await restore(tx, charges);
    return closeAccountWithin(ports, tx, { accountId, actor: accountId, network, language });
  });
  ports.tally.revoked();
  return deletesAt;
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
