/**
 * Emptying an outbox: each line is tried, ever more seldom, until it was taken, or until it is not worth telling any more.
 * Safe in several processes at once: each line is claimed for a while by one of them, and whoever dies meanwhile leaves it
 * to the next.
 */
import type { Clock } from '../base/clock.ts';
import type { OutboxLine, OutboxRecords } from './outbox.ts';
import type { Store, Transaction } from './store.ts';

/** What became of an attempt. */
export interface Attempt {
  /** Taken, to be tried again, or refused for good. */
  readonly outcome: 'done' | 'later' | 'never';
  /** Why it was not taken, in words that hold no secret. */
  readonly reason?: string;
}

/** An outbox and how it is emptied. */
export interface Outbox<Line extends OutboxLine> {
  readonly records: (tx: Transaction) => OutboxRecords<Line>;
  /** Lines that are tried at the same time. */
  readonly batch: number;
  /** Milliseconds that a claimed line is left to whoever claimed it; twice as long as an attempt and a commit may take together. */
  readonly claimed: number;
  readonly expiresAt: (line: Line) => number;
  readonly attempt: (line: Line) => Promise<Attempt>;
  /** Tells of the end that it had, in the transaction that removes it. */
  readonly ended: (tx: Transaction, line: Line, how: { attempt: Attempt; now: number }) => Promise<void>;
}

/** Milliseconds before the second attempt; twice as long before each further one, up to an hour. */
const firstWait = 5000;
const longestWait = 3_600_000;

const over: Attempt = { outcome: 'never', reason: 'its time was over' };

/** Tries what is due; returns whether there may be more of it. */
export async function emptyOutbox<Line extends OutboxLine>(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  outbox: Outbox<Line>,
): Promise<boolean> {
  const { records, batch, claimed, attempt, expiresAt, ended } = outbox;
  const due = await store.transact((tx) => {
    // Looked at anew where the body is run again: else others could have these lines before we were done.
    const now = clock.now();
    return records(tx).claim({ now, until: now + claimed, limit: batch });
  });
  const tryOne = async (line: Line): Promise<void> => {
    const made = clock.now() < expiresAt(line) ? await attempt(line) : over;
    const then = clock.now();
    const nextAt = then + Math.min(firstWait * 2 ** (line.attempts - 1), longestWait);
    await store.transact(async (tx) => {
      if (made.outcome === 'later' && nextAt < expiresAt(line)) return records(tx).defer(line, nextAt);
      if (await records(tx).delete(line.id)) await ended(tx, line, { attempt: made, now: then });
    });
  };
  await Promise.all(due.map(tryOne));
  return due.length === batch;
}
