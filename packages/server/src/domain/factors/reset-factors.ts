/**
 * Taking all factors of an account away at once, for somebody who has lost them: by whoever governs the account. Nothing that
 * was signed in by them goes on.
 */
import { type Governor, mayGovern } from '../accounts/govern.ts';
import { appendEvent } from '../events.ts';
import type { Ports } from '../ports.ts';
import { endAllSessions } from '../sessions/end-session.ts';
import { tellFactors } from './tell-factors.ts';

/** What was taken away. */
export interface FactorsReset {
  readonly totp: boolean;
  readonly passkeys: number;
  readonly sessions: number;
}

/**
 * Takes authenticator, passkeys, recovery codes and remembered devices of an account away and ends its sessions. Throws
 * `not_found` and `privilege_exceeded`.
 */
export async function resetFactors(
  ports: Ports,
  governor: Governor,
  accountId: string,
): Promise<FactorsReset> {
  const { store, clock } = ports;
  const { actor, network } = governor;
  const reset = await store.transact(async (tx) => {
    await mayGovern(tx, governor, accountId);
    const now = clock.now();
    await appendEvent(tx, now, { type: 'factors.reset', accountId, actor, network });
    const totp = await tx.totps.delete(accountId);
    const draft = await tx.totpDrafts.find(accountId);
    if (draft) await tx.totpDrafts.consume({ id: draft.id, accountId, now: 0 });
    const passkeys = await tx.passkeys.deleteAll(accountId);
    await tx.recoveryCodes.replace(accountId, { digests: [], createdAt: now });
    await tx.rememberedDevices.deleteAll(accountId);
    const ending = { by: actor, reason: 'factors-reset', network } as const;
    await tellFactors(ports, tx, { accountId, network, language: 'en', news: { kind: 'factors-reset' } });
    const sessions = await endAllSessions(ports, tx, { accountId, ending });
    return { totp, passkeys, sessions };
  });
  ports.tally.revoked();
  return reset;
}
