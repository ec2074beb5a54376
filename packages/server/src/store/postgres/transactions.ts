/** The two ways of writing: whole transactions, each over a connection of its own, and single statements, many at once. */
import { systemClock } from '../../base/clock.ts';
import { fail } from '../../domain/failures.ts';
import type { Transaction } from '../../domain/store.ts';
import { integer } from '../sql.ts';
import type { SentStatement } from './batch.ts';
import type { PostgresConnection } from './connection.ts';
import { ConnectionLost } from './faults.ts';
import { createOnce, type Once } from './once.ts';
import type { Pool } from './pool.ts';
import { patience, repeatedly } from './repeat.ts';
import {
  createFurther,
  createSayings,
  createWriter,
  marks,
  type Outcome,
  plain,
  type Writer,
} from './writer.ts';

/** Writing. */
export interface Transactions {
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  readonly once: Once;
}

/** What writing needs. */
export interface TransactionParts {
  readonly pool: Pool;
  /** What begins a transaction. */
  readonly opening: readonly SentStatement[];
  /** Told of what a transaction wrote, after its commit: `INSERT INTO mails`. */
  readonly onWritten: (written: ReadonlySet<string>) => void;
}

/** A transaction in so many leaves a mark that is old enough to take others away. */
const collectEvery = 1000;

/** Makes the verbs of writing. */
export function createTransactions(parts: TransactionParts): Transactions {
  const { pool, opening, onWritten } = parts;
  const said = createSayings();
  const further = createFurther();
  const writers = new WeakMap<PostgresConnection, Writer>();
  const writerOf = (connection: PostgresConnection): Writer => {
    const writer = writers.get(connection) ?? createWriter({ connection, opening, said, further });
    writers.set(connection, writer);
    return writer;
  };
  let written = 0;
  const collectMarks = (): void => {
    written += 1;
    // Those that stay go the next time.
    if (written % collectEvery === 0)
      pool.use((connection) => connection.send([plain(marks.collect)])).catch(() => undefined);
  };
  const transact = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const until = systemClock.now() + patience;
    return repeatedly(async () => {
      const outcome: Outcome<T> = await pool.use((connection) => writerOf(connection).run(work));
      if (outcome.kind === 'unknown' && !(await wasDone(pool, outcome.mark, until)))
        throw new ConnectionLost('the connection broke before the commit');
      if (outcome.wrote.size > 0) {
        collectMarks();
        onWritten(outcome.wrote);
      }
      return outcome.value;
    }, until);
  };
  return { transact, once: createOnce({ pool, opening, transact, said }) };
}

/** Whether the transaction that left this mark was done. If it was not, it never will be. */
const wasDone = (pool: Pool, mark: string, until: number): Promise<boolean> =>
  repeatedly(async () => {
    const [answer] = await pool.use((connection) => connection.send([{ text: marks.look, values: [mark] }]));
    const row = answer?.rows[0];
    if (!row) throw new ConnectionLost('an answer is missing');
    return integer(row, 'done') === 1;
  }, until);

/** The failure of what comes after closing. */
export const closing = () => fail('store_unavailable', { retryAfter: 1, detail: { store: 'closing' } });
