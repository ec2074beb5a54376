/** What the clients of a rehearsal do in real time, as far as they say so. */
import { type Cancel, type RealWork, systemClock } from '../clock.ts';

/** Keeps account of real work. */
export interface Ledger {
  /** Notes that work begins, until that is taken back. */
  begin(what: RealWork): Cancel;
  /** Milliseconds for which a store has been at work on what it was asked for first; undefined when none is. */
  keepingSince(): number | undefined;
  /** Whether somebody waits for a turn in the lock while nobody has it: then it is on its way from one to the other. */
  isPassingOn(): boolean;
}

/** Makes an empty ledger. */
export function ledger(): Ledger {
  const under: Record<RealWork, Set<{ readonly begun: number }>> = {
    keeping: new Set(),
    waiting: new Set(),
    turn: new Set(),
  };
  return {
    begin: (what) => {
      const entry = { begun: systemClock.now() };
      under[what].add(entry);
      return () => void under[what].delete(entry);
    },
    keepingSince: () => {
      const [first] = under.keeping;
      return first && systemClock.now() - first.begun;
    },
    isPassingOn: () => under.waiting.size > 0 && under.turn.size === 0,
  };
}
