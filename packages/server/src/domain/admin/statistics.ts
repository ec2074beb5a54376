import type { Ports } from '../ports.ts';

/** Figures for the operator. */
export interface Statistics {
  readonly accounts: { readonly active: number; readonly disabled: number };
  /** Sessions neither ended nor past their absolute end. */
  readonly sessions: number;
  readonly events: number;
  readonly rows: Readonly<Record<string, number>>;
}

/** Counts what there is. */
export async function statistics({ store, clock }: Ports): Promise<Statistics> {
  const head = await store.read.events.head();
  return {
    accounts: await store.read.accounts.count(),
    sessions: await store.read.sessions.countOpen(clock.now()),
    events: head.seq,
    rows: await store.rowCounts(),
  };
}
