/**
 * Judging anew what is open when a role begins to demand more, or an account is given one that does: sessions that were let in by
 * less end there and then. So the check of a session need not know of it, and guards hear of it as of any sign-out.
 */
import { meetsDemand } from '../factors/demand.ts';
import type { Ports } from '../ports.ts';
import { type Ending, endSession } from '../sessions/end-session.ts';
import type { Transaction } from '../store.ts';

/** Who tightened the demand, from where. */
export type Tightening = Pick<Ending, 'by' | 'network'>;

/**
 * Ends the sessions of an account that were proven by less than its roles demand, inside a transaction. A browser that is
 * remembered has shown nothing now: it is asked again, and may stand for the factor then.
 */
export async function judgeSessions(
  ports: Pick<Ports, 'clock' | 'settings'>,
  tx: Transaction,
  { accountId, ...by }: Tightening & { readonly accountId: string },
): Promise<void> {
  const account = await tx.accounts.find(accountId);
  if (!account || account.roles.length === 0) return;
  const demand = await tx.roles.demand(account.roles);
  const ending = { ...by, reason: 'proof-demanded' } as const;
  for (const session of await tx.sessions.listOpen(accountId))
    if (!meetsDemand(demand, session.amr)) await endSession(ports, tx, { session, ending });
}

/** Accounts that are judged in one transaction: others write in between. */
const step = 50;

/**
 * The same for whoever holds a role, in steps. Whoever signs in meanwhile is held against what the role demands already; a
 * process that dies on the way leaves the rest to the next time that the role is put.
 */
export async function judgeHolders(ports: Ports, role: string, by: Tightening): Promise<void> {
  let after = '';
  for (;;) {
    const held = await ports.store.read.accounts.listHolding(role, { after, limit: step });
    if (held.length > 0)
      await ports.store.transact(async (tx) => {
        for (const accountId of held) await judgeSessions(ports, tx, { ...by, accountId });
      });
    after = held.at(-1) ?? '';
    if (held.length < step) break;
  }
  ports.tally.revoked();
}
