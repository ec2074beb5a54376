/** The two ways of writing: whole transactions, each over a connection of its own, and single statements, many at once. */
import { systemClock } from '../base/clock.ts';
import { fail } from '../domain/failures.ts';
import type { Transaction, WriteOne } from '../domain/store.ts';
import { gather } from './gather.ts';
import { type Answer, changedBy, type SentStatement, travelling } from './postgres-batch.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { ConnectionLost } from './postgres-faults.ts';
import type { Pool } from './postgres-pool.ts';
import { patience, repeatedly } from './postgres-repeat.ts';
import {
  createFurther,
  createSayings,
  createWriter,
  marks,
  type Outcome,
  plain,
  type Writer,
} from './postgres-writer.ts';
import { records } from './records.ts';
import { integer, type Sql, type SqlValue } from './sql.ts';

/** Writing. */
export interface Transactions {
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  readonly once: WriteOne;
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
  return { transact, once: createOnce(parts, transact, said) };
}

/** Whether the transaction that left this mark was done. If it was not, it never will be. */
const wasDone = (pool: Pool, mark: string, until: number): Promise<boolean> =>
  repeatedly(async () => {
    const [answer] = await pool.use((connection) => connection.send([{ text: marks.look, values: [mark] }]));
    const row = answer?.rows[0];
    if (!row) throw new ConnectionLost('an answer is missing');
    return integer(row, 'done') === 1;
  }, until);

/** So many statements share one commit at most. */
const groupSize = 128;
/** While one group is on its way to the disk, the next is made. */
const groups = 2;

interface Single {
  readonly key: string;
  readonly statement: SentStatement;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/** A group was undone because of one of its statements. */
class Undone extends Error {}

/**
 * Statements that came while others were under way share a transaction and one round trip. They are sent in the order of their
 * rows, so that two groups never wait for each other. When one is refused, each is done alone.
 */
function createOnce(
  { pool, opening }: TransactionParts,
  transact: Transactions['transact'],
  said: (text: string) => string,
): Transactions['once'] {
  const queue: Single[] = [];
  let key = '';
  const send = async (group: readonly Single[]): Promise<void> => {
    const sorted = [...group].sort((one, other) => (one.key < other.key ? -1 : 1));
    try {
      const answers = await repeatedly(() =>
        pool.use((connection) => sendGroup(connection, opening, sorted)),
      );
      sorted.forEach(({ resolve, reject }, place) => {
        const answer = answers[place];
        if (answer) resolve(answer);
        else reject(new Undone());
      });
    } catch (thrown) {
      for (const { reject } of sorted) reject(thrown);
    }
  };
  let underWay = 0;
  const leave = (): void => {
    if (queue.length === 0) return;
    underWay += 1;
    void send(queue.splice(0, groupSize)).then(arrived);
    if (queue.length > 0 && underWay < groups) wake();
  };
  const wake = (): void => gather(() => queue.length, groupSize, leave);
  const arrived = (): void => {
    underWay -= 1;
    if (queue.length > 0) wake();
  };
  const ask = (text: string, values: readonly SqlValue[]): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const statement = { text: said(text), values: travelling(values) };
      if (queue.push({ key, statement, resolve, reject }) === 1 && underWay < groups) wake();
    });
  const tx = records(sqlOfOne(ask));
  return async (name, work) => {
    key = name;
    try {
      return await work(tx);
    } catch (thrown) {
      if (thrown instanceof Undone) return transact(work);
      throw thrown;
    }
  };
}

async function sendGroup(
  connection: PostgresConnection,
  opening: readonly SentStatement[],
  group: readonly Single[],
): Promise<readonly Answer[]> {
  try {
    const answers = await connection.send([
      ...opening,
      ...group.map(({ statement }) => statement),
      plain('COMMIT'),
    ]);
    return answers.slice(opening.length, -1);
  } catch (thrown) {
    if (!connection.usable) throw thrown;
    await connection.send([plain('ROLLBACK')]);
    return [];
  }
}

const sqlOfOne = (ask: (text: string, values: readonly SqlValue[]) => Promise<Answer>): Sql => {
  const get = async (text: string, ...values: SqlValue[]) => (await ask(text, values)).rows[0];
  const refuse = (): Promise<never> =>
    Promise.reject(new Error('a transaction of one statement asked for more'));
  return {
    get,
    find: get,
    follow: refuse,
    all: async (text, ...values) => (await ask(text, values)).rows,
    run: async (text, ...values) => changedBy(await ask(text, values)),
    append: refuse,
  };
};

/** The failure of what comes after closing. */
export const closing = () => fail('store_unavailable', { retryAfter: 1, detail: { store: 'closing' } });
