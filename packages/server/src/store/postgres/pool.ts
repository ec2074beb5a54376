/** A few connections for many: whoever needs one takes the one used last, opens another, or waits for its turn. */
import { systemClock } from '../../base/clock.ts';
import type { PostgresConnection } from './connection.ts';
import { ConnectionLost } from './faults.ts';

/** Connections that are shared. */
export interface Pool {
  /** Lends a connection. Throws ConnectionLost when none can be had in time. */
  use<T>(work: (connection: PostgresConnection) => Promise<T>): Promise<T>;
  /** Closes all; what is still lent is closed when it comes back. */
  close(): Promise<void>;
}

/** What a pool is made of. */
export interface PoolParts {
  readonly size: number;
  /** Milliseconds that somebody may wait. */
  readonly patience: number;
  connect(): Promise<PostgresConnection>;
}

/** As many wait at most: past it they are told so at once. */
const mostWaiting = 10_000;

/** Makes a pool; it connects when it is first asked. */
export function createPool({ size, patience, connect }: PoolParts): Pool {
  const idle: PostgresConnection[] = [];
  const line = createLine(patience);
  let open = 0;
  let closed = false;
  /** A place is free: whoever waits longest opens a connection of its own. */
  const leave = (): void => {
    open -= 1;
    line.hand(undefined);
  };
  const begin = async (): Promise<PostgresConnection> => {
    open += 1;
    try {
      return await connect();
    } catch (thrown) {
      leave();
      throw thrown;
    }
  };
  const take = async (): Promise<PostgresConnection> => {
    for (;;) {
      const connection = idle.pop() ?? (open < size ? undefined : await line.wait());
      if (connection?.usable) return connection;
      if (connection) leave();
      if (open < size) return begin();
    }
  };
  const giveBack = async (connection: PostgresConnection): Promise<void> => {
    if (closed || !connection.usable) {
      leave();
      await connection.close();
    } else if (!line.hand(connection)) idle.push(connection);
  };
  return {
    use: async (work) => {
      const connection = await take();
      try {
        return await work(connection);
      } finally {
        await giveBack(connection);
      }
    },
    close: async () => {
      closed = true;
      open -= idle.length;
      await Promise.all(idle.splice(0).map((connection) => connection.close()));
    },
  };
}

/** Those who wait, in the order in which they came. */
interface Line {
  /** Resolves with a connection, or with nothing when there is a place for a new one. */
  wait(): Promise<PostgresConnection | undefined>;
  /** Hands it to whoever waits longest; false when nobody does. */
  hand(connection: PostgresConnection | undefined): boolean;
}

function createLine(patience: number): Line {
  let waiting: ((connection: PostgresConnection | undefined) => void)[] = [];
  return {
    wait: () =>
      new Promise((resolve, reject) => {
        if (waiting.length >= mostWaiting)
          return reject(new ConnectionLost('too many wait for a connection'));
        const stopWaiting = systemClock.after(patience, () => {
          waiting = waiting.filter((other) => other !== called);
          reject(new ConnectionLost('no connection came free'));
        });
        const called = (connection: PostgresConnection | undefined): void => {
          stopWaiting();
          resolve(connection);
        };
        waiting.push(called);
      }),
    hand: (connection) => {
      const next = waiting.shift();
      next?.(connection);
      return next !== undefined;
    },
  };
}
