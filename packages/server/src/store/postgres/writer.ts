/**
 * Transactions over one connection. What a body asks for in one turn travels together, the first time behind `BEGIN`; what
 * it appends to lines that everybody waits for is written last, together with `COMMIT`.
 */

import { systemClock } from '../../base/clock.ts';
import { uuidv7 } from '../../base/uuid.ts';
import type { Transaction } from '../../domain/store.ts';
import { type Appended, createAppended } from '../appended.ts';
import { records } from '../records.ts';
import { type Sql, type SqlValue, type Statement, text as textOf } from '../sql.ts';
import { type Answer, changedBy, type SentStatement, travelling } from './batch.ts';
import type { PostgresConnection } from './connection.ts';
import { held, looksFurther } from './dialect.ts';
import { ConnectionLost, remedyOf } from './faults.ts';

/** What came of a body. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T; readonly wrote: ReadonlySet<string> }
  /** The connection broke after `COMMIT` was sent. The mark was written with it, if it was done. */
  | {
      readonly kind: 'unknown';
      readonly value: T;
      readonly wrote: ReadonlySet<string>;
      readonly mark: string;
    };

/** Runs bodies over its connection, one after the other. */
export interface Writer {
  /** Rejects with what the body threw, or with what Postgres said; then nothing was done. */
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<Outcome<T>>;
}

/** What a writer is made of. */
export interface WriterParts {
  readonly connection: PostgresConnection;
  /** What begins a transaction. */
  readonly opening: readonly SentStatement[];
  /** Statement texts in Postgres's words, made once. */
  readonly said: (text: string) => string;
  /** Whether a text is asked twice, looked at once. */
  readonly further: (text: string) => boolean;
}

/** Remembers statement texts in Postgres's words. */
export const createSayings = (say: (text: string) => string = held): ((text: string) => string) =>
  remembering(say);

/** Remembers which texts are asked twice. */
export const createFurther = (): ((text: string) => boolean) => remembering(looksFurther);

function remembering<T>(find: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = find(text);
    known.set(text, found);
    return found;
  };
}

/** A statement without values. */
export const plain = (text: string): SentStatement => ({ text, values: [] });

/** The table of marks: a transaction that wrote leaves one, and whoever does not know whether it was done looks for it. */
export const marks = {
  make: 'CREATE TABLE IF NOT EXISTS commits (id TEXT COLLATE "C" NOT NULL PRIMARY KEY, done BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL DEFAULT now())',
  /** Whoever did this holds the row until the commit. */
  hold: "INSERT INTO commits (id, done) VALUES ('schema', 1) ON CONFLICT (id) DO UPDATE SET at = now()",
  leave: 'INSERT INTO commits (id, done) VALUES ($1, 1)',
  /** Waits for the transaction while it is under way. One that has not left its mark by then never will. */
  look: 'INSERT INTO commits (id, done) VALUES ($1, 0) ON CONFLICT (id) DO UPDATE SET at = now() RETURNING done',
  check: "INSERT INTO commits (id, done) VALUES ('check', 1) ON CONFLICT (id) DO UPDATE SET at = now()",
  /** A mark that replicas show, too: another one every second, while somebody reads from them. */
  beat: `INSERT INTO commits (id, done) VALUES ('pulse', $1)
    ON CONFLICT (id) DO UPDATE SET done = excluded.done, at = now() WHERE commits.at < now() - INTERVAL '1 second'`,
  pulse: "SELECT done AS mark FROM commits WHERE id = 'pulse'",
  shown: "SELECT pg_is_in_recovery()::int AS follows, (SELECT done FROM commits WHERE id = 'pulse') AS mark",
  collect: `DELETE FROM commits WHERE id IN
    (SELECT id FROM commits WHERE at < now() - INTERVAL '10 minutes' LIMIT 5000 FOR UPDATE SKIP LOCKED)`,
} as const;

interface Asked {
  /** Answered by the last. */
  readonly statements: readonly SentStatement[];
  /** What it writes, if it finds something to change. */
  readonly writing: string | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/** What a statement writes: `UPDATE mails`; undefined for a search. */
const writingOf = (text: string): string | undefined =>
  /^\s*(?:INSERT INTO|UPDATE|DELETE FROM) \w+/.exec(text)?.[0].trim();

/** Makes the writer of a connection. */
export function createWriter(parts: WriterParts): Writer {
  const { connection } = parts;
  const appended = createAppended();
  const asking = createAsking(parts);
  const sql = sqlOver(asking.ask, appended);
  const tx = records(sql);
  const undo = async (): Promise<void> => {
    if (!asking.begun() || !connection.usable) return;
    // What a body asked for and did not await is on its way before this.
    await connection.send([plain('ROLLBACK')]).catch(() => connection.close());
  };
  return {
    run: async (work) => {
      asking.start();
      appended.clear();
      try {
        const value = await work(tx);
        const last = await appended.take(sql);
        const wrote = new Set([...asking.wrote(), ...last.flatMap(([text]) => writingOf(text) ?? [])]);
        if (!asking.begun()) return { kind: 'done', value, wrote };
        const mark = await commit(connection, { last: last.map(asking.ready), marked: wrote.size > 0 });
        return mark === undefined ? { kind: 'done', value, wrote } : { kind: 'unknown', value, wrote, mark };
      } catch (thrown) {
        await undo();
        throw thrown;
      }
    },
  };
}

/** What a body asks for. */
interface Asking {
  /** The next body begins. */
  start(): void;
  ask(...statement: Statement): Promise<Answer>;
  /** A statement in Postgres's words. */
  ready(statement: Statement): SentStatement;
  begun(): boolean;
  /** What it wrote: a statement that found nothing to change did not. */
  wrote(): ReadonlySet<string>;
}

function createAsking({ connection, opening, said, further }: WriterParts): Asking {
  let queue: Asked[] = [];
  let begun = false;
  let wrote = new Set<string>();
  const flush = async (): Promise<void> => {
    const asked = queue;
    queue = [];
    const before = begun ? [] : opening;
    begun = true;
    try {
      const answers = await connection.send([...before, ...asked.flatMap(({ statements }) => statements)]);
      let place = before.length - 1;
      for (const { statements, writing, resolve, reject } of asked) {
        place += statements.length;
        const answer = answers[place];
        if (answer && writing !== undefined && changedBy(answer) > 0) wrote.add(writing);
        if (answer) resolve(answer);
        else reject(new ConnectionLost('an answer is missing'));
      }
    } catch (thrown) {
      for (const { reject } of asked) reject(thrown);
    }
  };
  const ready = ([text, ...values]: Statement): SentStatement => ({
    text: said(text),
    values: travelling(values),
  });
  return {
    ready,
    begun: () => begun,
    wrote: () => wrote,
    start: () => {
      begun = false;
      wrote = new Set();
    },
    ask: (...statement) =>
      new Promise((resolve, reject) => {
        const [text] = statement;
        const one = ready(statement);
        const statements = further(text) ? [one, one] : [one];
        const asked = { statements, writing: writingOf(text), resolve, reject };
        if (queue.push(asked) === 1) queueMicrotask(() => void flush());
      }),
  };
}

/** Sends what is written last, the mark and `COMMIT`. Returns the mark when nobody knows whether that was done. */
async function commit(
  connection: PostgresConnection,
  { last, marked }: { readonly last: readonly SentStatement[]; readonly marked: boolean },
): Promise<string | undefined> {
  const mark = uuidv7(systemClock.now());
  const leaving = marked ? [{ text: marks.leave, values: [mark] }] : [];
  try {
    const answers = await connection.send([...last, ...leaving, plain('COMMIT')]);
    // So Postgres commits what a refused statement has spoiled already.
    if (answers.at(-1)?.tag !== 'COMMIT') throw new Error('a body went on after a statement was refused');
    return undefined;
  } catch (thrown) {
    if (remedyOf(thrown) !== 'elsewhere') throw thrown;
    // Who only read has lost nothing.
    return marked ? mark : undefined;
  }
}

function sqlOver(ask: (...statement: Statement) => Promise<Answer>, appended: Appended): Sql {
  const get = async (text: string, ...values: SqlValue[]) => (await ask(text, ...values)).rows[0];
  return {
    get,
    find: get,
    follow: async (text, id, next) => {
      const row = await get(text, id);
      const other = row && (await get(next.sql, textOf(row, next.column)));
      return other && [row, other];
    },
    all: async (text, ...values) => (await ask(text, ...values)).rows,
    run: async (text, ...values) => changedBy(await ask(text, ...values)),
    append: async (line, item) => appended.add(line, item),
  };
}
