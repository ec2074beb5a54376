/**
 * Group read: reads that came in while the process was busy share one snapshot, with one lock for all. It is taken after
 * the last of them arrived, so each sees everything that was acknowledged before it was asked. Answers leave in a row,
 * too, which spares whoever waits for them from being woken for each.
 */
import { gather } from './gather.ts';
import type { Sql, SqlRow, SqlValue } from './sql.ts';

/** The connection that reads. */
export interface ReadingConnection {
  get(text: string, values: readonly SqlValue[]): SqlRow | undefined;
  all(text: string, values: readonly SqlValue[]): SqlRow[];
  /** Takes a snapshot that all reads until `letGo` see. */
  hold(): void;
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
    // One read is a snapshot of its own.
    const shared = group.length > 1;
    if (shared) connection.hold();
    try {
      for (const read of group) read();
    } finally {
      if (shared) connection.letGo();
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
      all: (text, ...values) => queued(() => connection.all(text, values)),
      run: () => Promise.reject(new Error('a connection that reads was asked to write')),
    },
  };
}
