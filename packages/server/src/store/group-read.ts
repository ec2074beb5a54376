/**
 * Group read: reads that came in while the process was busy share one snapshot, with one lock for all. It is taken after
 * the last of them arrived, so each sees everything that was acknowledged before it was asked. Answers leave in a row,
 * too, which spares whoever waits for them from being woken for each.
 */
import { gather } from './gather.ts';
import { follow, type Sql, type SqlRow, type SqlValue } from './sql.ts';

/** The connection that reads. */
export interface ReadingConnection {
  get(text: string, values: readonly SqlValue[]): SqlRow | undefined;
  /** The row of an id, remembered or searched. */
  find(text: string, id: string): SqlRow | undefined;
  all(text: string, values: readonly SqlValue[]): SqlRow[];
  /** So many reads follow, and see one state of the database until `letGo`. */
  hold(reads: number): void;
  letGo(): void;
}

/** Reads in groups. */
export interface GroupRead {
  readonly sql: Sql;
  /** Answers what is asked already. */
  flush(): void;
}

/** As many wait for each other at most. */
const groupSize = 256;

/** Makes the queue before a reading connection. */
export function groupRead(connection: ReadingConnection): GroupRead {
  let queue: (() => void)[] = [];
  const flush = (): void => {
    const group = queue;
    queue = [];
    if (group.length === 0) return;
    connection.hold(group.length);
    try {
      for (const read of group) read();
    } finally {
      connection.letGo();
    }
  };
  const queued = <T>(read: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const attempt = (): void => {
        try {
          resolve(read());
        } catch (thrown) {
          reject(thrown instanceof Error ? thrown : new Error('the store threw no error', { cause: thrown }));
        }
      };
      if (queue.push(attempt) === 1) gather(() => queue.length, groupSize, flush);
    });
  return {
    flush,
    sql: {
      get: (text, ...values) => queued(() => connection.get(text, values)),
      find: (text, id) => queued(() => connection.find(text, id)),
      follow: (text, id, next) => queued(() => follow(connection.find, [text, id], next)),
      all: (text, ...values) => queued(() => connection.all(text, values)),
      run: noWriting,
      append: noWriting,
    },
  };
}

/** What reads is not asked to write. */
export const noWriting = (): Promise<never> =>
  Promise.reject(new Error('a connection that reads was asked to write'));
