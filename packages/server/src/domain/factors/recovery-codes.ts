/**
 * Recovery codes: ten, each good once, for whoever has lost the second factor. A code is sixteen letters of Crockford's
 * base32 in four groups: 80 bits, so that no store that leaks its digests gives one away (ASVS 6.5.2 asks for 64), from an
 * alphabet without look-alikes, so that it can be read from paper.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Vault } from '../keys/vault.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import { hasFactor } from './factor.ts';
import { type FactorOwner, mayChangeFactors } from './factor-owner.ts';
import { tellFactors } from './tell-factors.ts';

/** How many an account is given. */
const many = 10;
const letters = 16;
const group = 4;
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** A code as it is shown. A secret. */
function newCode(): string {
  // 32 letters: five bits of a byte choose one, each as likely as the next.
  const code = [...randomBytes(letters)].map((byte) => alphabet.charAt(byte & 31)).join('');
  return (code.match(new RegExp(`.{${group}}`, 'g')) ?? []).join('-');
}

/** A code as it is compared: whatever case, groups and look-alikes it was typed with. */
const bareCode = (typed: string): string =>
  typed.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');

/** What the store keeps of a code: it is nobody else's, and worthless without our key. */
export const recoveryDigest = (vault: Pick<Vault, 'derive'>, accountId: string, typed: string): string =>
  createHmac('sha256', vault.derive('recovery code'))
    .update(`${accountId} ${bareCode(typed)}`)
    .digest('base64url');

/** Gives an account new codes inside a transaction, and voids those before. They are shown once. */
export async function giveRecoveryCodes(
  { vault, clock }: Pick<Ports, 'vault' | 'clock'>,
  tx: Transaction,
  accountId: string,
): Promise<readonly string[]> {
  const codes = Array.from({ length: many }, newCode);
  const digests = codes.map((code) => recoveryDigest(vault, accountId, code));
  await tx.recoveryCodes.replace(accountId, { digests, createdAt: clock.now() });
  return codes;
}

/**
 * Gives the owner of an account new codes. Throws `proof_too_old`, `proof_too_weak`, and `factor_missing` for an account
 * whose codes would stand for nothing.
 */
export async function renewRecoveryCodes(ports: Ports, owner: FactorOwner): Promise<readonly string[]> {
  return ports.store.transact(async (tx) => {
    const { accountId, sessionId, network } = owner;
    await appendEvent(tx, ports.clock.now(), {
      type: 'recovery-codes.renewed',
      accountId,
      sessionId,
      actor: accountId,
      network,
    });
    if (!hasFactor(await mayChangeFactors(ports, tx, owner)))
      throw fail('factor_missing', { detail: { check: 'factor-missing', account: accountId } });
    await tellFactors(ports, tx, { ...owner, news: { kind: 'recovery-codes-renewed' } });
    return giveRecoveryCodes(ports, tx, accountId);
  });
}
