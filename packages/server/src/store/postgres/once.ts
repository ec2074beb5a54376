/**
 * Single statements of many callers. Those that came while others were under way share a transaction and one round trip, and
 * where they say the same of different rows, one statement. When one is refused, each is done alone.
 */
import type { Transaction, WriteOne } from '../../domain/store.ts';
import { gather } from '../gather.ts';
import { records } from '../records.ts';
import { integer, type Sql, type SqlValue } from '../sql.ts';
import { type Answer, changedBy, type SentStatement, travelling } from './batch.ts';
import type { PostgresConnection } from './connection.ts';
import { forManyRows, manyIds, mayBeMany } from './dialect.ts';
import type { Pool } from './pool.ts';
import { repeatedly } from './repeat.ts';
import { plain } from './writer.ts';

/** Writes single statements. */
export type Once = WriteOne;

/** What that needs. */
export interface OnceParts {
  readonly pool: Pool;
  /** What begins a transaction. */
  readonly opening: readonly SentStatement[];
  readonly transact: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /** Statement texts in Postgres's words. */
  readonly said: (text: string) => string;
}

/** So many statements share one commit at most. */
const groupSize = 128;
/** While one group is on its way to the disk, the next is made. */
const groups = 2;

interface Single {
  /** Names its row. */
  readonly key: string;
  readonly text: string;
  readonly values: readonly SqlValue[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/** A group was undone because of one of its statements. */
class Undone extends Error {}

/** Makes the verb. */
export function createOnce({ pool, opening, transact, said }: OnceParts): Once {
  const queue: Single[] = [];
  const together = createTogether(said);
  let key = '';
  const send = async (group: readonly Single[]): Promise<void> => {
    const parts = together(group);
    try {
      const answers = await repeatedly(() => pool.use((connection) => sendGroup(connection, opening, parts)));
      parts.forEach(({ answer, refuse }, place) => {
        const one = answers[place];
        if (one) answer(one);
        else refuse(new Undone());
      });
    } catch (thrown) {
      for (const { reject } of group) reject(thrown);
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
      travelling(values);
      if (queue.push({ key, text, values, resolve, reject }) === 1 && underWay < groups) wake();
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

/** A statement that is sent, and those who hear what came of it. */
interface Part {
  readonly statement: SentStatement;
  answer(answer: Answer): void;
  refuse(reason: unknown): void;
}

/**
 * Puts singles together: first what is said of many rows, statement by statement, then what stands alone, row by row. All
 * groups go in this order, so that two seldom wait for each other.
 */
function createTogether(said: (text: string) => string): (group: readonly Single[]) => Part[] {
  const searches = new Map<string, string>();
  const textOf = (name: string, [first]: readonly Single[]): string => {
    const text = searches.get(name) ?? forManyRows(first?.text ?? '', kindsOf(first?.values ?? []) ?? []);
    searches.set(name, text);
    return text;
  };
  return (group) => {
    const alike = new Map<string, Single[]>();
    const alone: Single[] = [];
    const rows = new Set<string>();
    for (const single of [...group].sort((one, other) => (one.key < other.key ? -1 : 1))) {
      const name = nameOf(single);
      // Of two of one row, the second must find what the first wrote.
      if (name === undefined || rows.has(name + single.key)) alone.push(single);
      else {
        rows.add(name + single.key);
        const known = alike.get(name);
        if (known) known.push(single);
        else alike.set(name, [single]);
      }
    }
    const names = [...alike.keys()].sort();
    return [
      ...names.map((name) => partOfMany(alike.get(name) ?? [], textOf(name, alike.get(name) ?? []))),
      ...alone.map((single) => partOf(single, said)),
    ];
  };
}

/** What those share who can be put together; undefined for who cannot. */
function nameOf({ text, values }: Single): string | undefined {
  const kinds = mayBeMany(text) ? kindsOf(values) : undefined;
  return kinds && `${text} ${kinds.join(' ')}`;
}

/** The types of values; undefined when an array cannot carry one of them. */
function kindsOf(values: readonly SqlValue[]): readonly string[] | undefined {
  const kinds = values.map((value) =>
    typeof value === 'string' ? 'text' : Number.isSafeInteger(value) ? 'bigint' : '',
  );
  return kinds.includes('') ? undefined : kinds;
}

const partOf = ({ text, values, resolve, reject }: Single, said: (text: string) => string): Part => ({
  statement: { text: said(text), values: travelling(values) },
  answer: resolve,
  refuse: reject,
});

function partOfMany(singles: readonly Single[], text: string): Part {
  const columns = (singles[0]?.values ?? []).map((_, column) =>
    manyIds(singles.map(({ values }) => String(values[column]))),
  );
  return {
    statement: { text, values: columns },
    answer: ({ rows }) => {
      const changed = new Set(rows.map((row) => integer(row, 'place')));
      singles.forEach(({ resolve }, at) =>
        resolve({ rows: [], tag: `UPDATE ${changed.has(at + 1) ? 1 : 0}` }),
      );
    },
    refuse: (reason) => {
      for (const { reject } of singles) reject(reason);
    },
  };
}

async function sendGroup(
  connection: PostgresConnection,
  opening: readonly SentStatement[],
  parts: readonly Part[],
): Promise<readonly Answer[]> {
  try {
    const answers = await connection.send([
      ...opening,
      ...parts.map(({ statement }) => statement),
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
