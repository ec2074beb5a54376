/**
 * The factors' part of a new epoch: an account has what it had last, so that nobody gets in by less than before the restore. A
 * recovery code that was used since stays used, and no browser is remembered.
 */
import type { Passkey, Totp } from '../factors/factor.ts';
import type { Reads, Transaction } from '../store.ts';

/** What an account has at one moment. */
interface Factors {
  readonly totp: Totp | undefined;
  readonly passkeys: readonly Passkey[];
  /** Digests, sorted. */
  readonly recoveryCodes: readonly string[];
}

/** The factors of an account from now on. */
export interface FactorPlan extends Factors {
  readonly accountId: string;
  /** Whether they are others than in the backup. */
  readonly changes: boolean;
}

/**
 * Compares what an account had. Without the replaced database authenticator and passkeys stay as they are in the backup, and
 * recovery codes are void: nobody knows which were used.
 */
export async function planFactors(
  backup: Reads,
  accountId: string,
  replaced: Reads | undefined,
): Promise<FactorPlan> {
  const before = await factorsIn(backup, accountId);
  const isKnown = replaced !== undefined && (await replaced.accounts.find(accountId)) !== undefined;
  const after = isKnown ? await factorsIn(replaced, accountId) : { ...before, recoveryCodes: [] };
  return { ...after, accountId, changes: summary(before) !== summary(after) };
}

async function factorsIn({ totps, passkeys, recoveryCodes }: Reads, accountId: string): Promise<Factors> {
  return {
    totp: await totps.find(accountId),
    passkeys: await passkeys.list(accountId),
    recoveryCodes: await recoveryCodes.list(accountId),
  };
}

const summary = ({ totp, passkeys, recoveryCodes }: Factors): string =>
  JSON.stringify([totp?.id, totp?.lastStep, passkeys.map(({ id, counter }) => [id, counter]), recoveryCodes]);

/** Writes them, inside a transaction. */
export async function restoreFactors(tx: Transaction, plan: FactorPlan, now: number): Promise<void> {
  const { accountId, totp, passkeys, recoveryCodes: digests, changes } = plan;
  await tx.rememberedDevices.deleteAll(accountId);
  if (!changes) return;
  if (totp) await tx.totps.put(totp);
  else await tx.totps.delete(accountId);
  await tx.passkeys.deleteAll(accountId);
  for (const passkey of passkeys) await tx.passkeys.insert(passkey);
  await tx.recoveryCodes.replace(accountId, { digests, createdAt: now });
}
