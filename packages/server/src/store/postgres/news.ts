/**
 * News between processes. Whoever has committed something that others keep at hand tells them by NOTIFY, after the commit and
 * in a transaction of its own: Postgres lets those that notify commit one by one. News may be lost, and then they come late:
 * whoever listens looks by itself from time to time, too.
 */
import { systemClock } from '../../base/clock.ts';
import type { Topic } from '../../domain/store.ts';
import type { PostgresConnection } from './connection.ts';
import { isLacking } from './faults.ts';
import type { Pool } from './pool.ts';
import { plain } from './writer.ts';

/** News, told and heard. */
export interface News {
  /** Tells the others of what was written: `INSERT INTO mails`. */
  tell(written: ReadonlySet<string>): void;
  /** Calls back for what others tell, and whenever some of it may have been missed. */
  hear(listener: (about: Topic) => void): () => void;
  close(): Promise<void>;
}

/** What news are made of. */
export interface NewsParts {
  readonly pool: Pool;
  /** Opens a connection to listen on; undefined where a pooler would not let it through. */
  readonly connect: (() => Promise<PostgresConnection>) | undefined;
}

const topicOf: ReadonlyMap<string, Topic> = new Map([
  ['INSERT INTO revocations', 'revocations'],
  ['INSERT INTO signing_keys', 'keys'],
  ['UPDATE signing_keys', 'keys'],
  ['DELETE FROM signing_keys', 'keys'],
  // Who claims a line, puts it off or takes it out has nothing to tell.
  ['INSERT INTO mails', 'outbox'],
  ['INSERT INTO sign_out_notices', 'outbox'],
]);

const topics: ReadonlySet<Topic> = new Set(topicOf.values());

const notify = "SELECT pg_notify('doorward', $1)";

/** Milliseconds between two looks whether the connection still lives. */
const pulse = 5000;
/** Milliseconds before a lost connection is made again. */
const pause = 500;

/** Makes the news of a process. It listens from the first that wants to hear. */
export function createNews({ pool, connect }: NewsParts): News {
  const listeners = new Set<(about: Topic) => void>();
  const spread = (about: Topic): void => {
    for (const listener of listeners) listener(about);
  };
  const ear = connect && createEar(connect, spread);
  let pending = new Set<Topic>();
  let isMute = false;
  const send = (): void => {
    const told = [...pending].map((topic) => ({ text: notify, values: [topic] }));
    pending = new Set();
    // Whoever is not reached looks by itself.
    pool
      .use((connection) => connection.send(told))
      .catch((thrown: unknown) => {
        isMute ||= isLacking(thrown);
      });
  };
  return {
    tell: (written) => {
      if (isMute) return;
      for (const [statement, topic] of topicOf) {
        if (!written.has(statement)) continue;
        if (pending.size === 0) setImmediate(send);
        pending.add(topic);
      }
    },
    hear: (listener) => {
      listeners.add(listener);
      ear?.open();
      return () => void listeners.delete(listener);
    },
    close: async () => {
      listeners.clear();
      await ear?.close();
    },
  };
}

interface Ear {
  open(): void;
  close(): Promise<void>;
}

function createEar(connect: () => Promise<PostgresConnection>, spread: (about: Topic) => void): Ear {
  let connection: PostgresConnection | undefined;
  let wanted = false;
  let underWay = Promise.resolve();
  const again = (): void => {
    if (wanted) systemClock.after(pause, listen);
  };
  const begin = async (): Promise<void> => {
    try {
      const made = await listening(connect, spread);
      if (!wanted) return await made.close();
      connection = made;
      made.onLoss(again);
      beat(made);
      // Nobody knows what was told while nobody listened.
      for (const about of topics) spread(about);
    } catch (thrown) {
      // An engine that knows nothing of news is not asked again.
      if (!isLacking(thrown)) again();
    }
  };
  const listen = (): void => {
    if (wanted) underWay = begin();
  };
  return {
    open: () => {
      if (wanted) return;
      wanted = true;
      listen();
    },
    close: async () => {
      wanted = false;
      await underWay;
      await connection?.close();
    },
  };
}

/** A connection that calls back for news. */
async function listening(
  connect: () => Promise<PostgresConnection>,
  spread: (about: Topic) => void,
): Promise<PostgresConnection> {
  const connection = await connect();
  connection.onNotice((topic) => {
    for (const about of topics) if (about === topic) spread(about);
  });
  await connection.send([plain('LISTEN doorward')]);
  return connection;
}

/** Looks from time to time whether a connection still lives; one that does not is lost, and its owner hears of it. */
function beat(connection: PostgresConnection): void {
  systemClock.after(pulse, () => {
    if (!connection.usable) return;
    connection.send([plain('SELECT 1')]).then(
      () => beat(connection),
      () => connection.close(),
    );
  });
}
