/**
 * The collector: removes what its table's retention rule has outlived, a little at a time, while serving. Running
 * it in several processes at once is harmless.
 */
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';

/** What is removed when, by table. Times are milliseconds. */
interface RetentionRule {
  readonly table: string;
  collect(tx: Transaction, limit: number): Promise<number>;
}

/** Rows that one transaction removes at most, so that nobody waits long for the lock. */
const step = 500;

/** Removes everything whose time is over; returns how many rows went, by table. */
export async function collect(ports: Ports): Promise<Record<string, number>> {
  const collected: Record<string, number> = {};
  for (const rule of retentionRules(ports)) {
    let removed = step;
    let total = 0;
    while (removed >= step) {
      removed = await ports.store.transact((tx) => rule.collect(tx, step));
      total += removed;
    }
    collected[rule.table] = total;
    ports.tally.expired(rule.table, total);
  }
  return collected;
}

/**
 * The retention rule of every table that grows with use. Accounts with their identifiers and passwords, roles and
 * signing keys are not of that kind: people and the key life remove them.
 */
function retentionRules({ clock, settings }: Ports): RetentionRule[] {
  const now = clock.now();
  const endedBefore = now - settings.endedSessionSeconds * 1000;
  const seenBefore = endedBefore - settings.sessionIdleSeconds * 1000;
  return [
    // Families go with their sessions.
    { table: 'sessions', collect: (tx, limit) => tx.sessions.collect({ endedBefore, seenBefore }, limit) },
    { table: 'api_keys', collect: (tx, limit) => tx.apiKeys.collect(endedBefore, limit) },
    { table: 'budgets', collect: (tx, limit) => tx.budgets.collect(now, limit) },
    { table: 'revocations', collect: (tx, limit) => tx.revocations.collect(now, limit) },
    { table: 'events', collect: (tx, limit) => tx.events.collect(now - settings.eventSeconds * 1000, limit) },
  ];
}
