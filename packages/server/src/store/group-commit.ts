/**
 * Group commit: transactions that queued while the last commit was on its way to the disk share the next one, with
 * one fsync for all. Each still stands or falls alone. Hardly any falls once it has written, so they run without
 * savepoints; when one does, all that the group did is undone, and it runs again, each body behind a savepoint of its own.
 * So a body may run twice, as on Postgres: what it does outside of its transaction must bear that. Nobody is answered
 * before the commit.
 */
import { systemClock } from '../base/clock.ts';
import { fail } from '../domain/failures.ts';
import { gather } from './gather.ts';

/** What a group needs of the connection that writes. */
export interface WritingConnection {
  /** Takes the write lock; false while another process holds it. */
  begin(): boolean;
  commit(): void;
  /** Undoes everything since `begin`. */
  rollback(): void;
  /** Makes ready for the next body. */
  openBody(way: BodyWay): void;
  /** Keeps what the body wrote. */
  keepBody(): Promise<void>;
  /** Undoes what the body wrote; false when only the whole transaction can be undone, or the database gave it up. */
  undoBody(): boolean;
  /** Writes what bodies that shared have appended. */
  settle(): Promise<void>;
}

/** Behind a savepoint, or with others of its group: then it can be undone alone only as long as it has not written. */
export type BodyWay = 'alone' | 'shared';

/** Runs transactions in groups. */
export interface GroupCommit {
  /** Resolves with what `body` returned, after the commit; rejects with what it threw, or `store_unavailable`. */
  run<T>(body: () => Promise<T>): Promise<T>;
  /** Waits for what is queued; refuses what comes after. */
  close(): Promise<void>;
}

interface Waiting {
  /** Runs the body; returns how to answer its caller once the group is on disk. */
  readonly attempt: () => Promise<() => void>;
  readonly reject: (reason: unknown) => void;
  readonly since: number;
}

/** At most so many transactions share a commit, so that the first of them does not wait long. */
const groupSize = 256;
/** So many groups run behind savepoints after one that had to run twice: who makes bodies fail cannot double the work. */
const wariness = 32;
/** Milliseconds between two tries for a lock that another process holds. */
const lockStep = 2;

/** Makes the queue before a writing connection. `lockWait` is in milliseconds. */
export function groupCommit(connection: WritingConnection, lockWait: number): GroupCommit {
  let queue: Waiting[] = [];
  let running = false;
  const run = groupRunner(connection);
  let closing: PromiseWithResolvers<void> | undefined;

  const wake = (): void => {
    if (running) return;
    running = true;
    gather(
      () => queue.length,
      groupSize,
      () => void flush(),
    );
  };
  const flush = async (): Promise<void> => {
    if (lock(connection)) {
      const again = await run(queue.splice(0, groupSize));
      queue.unshift(...again);
    } else {
      await lockPause();
      queue = dropLate(queue, lockWait);
    }
    running = false;
    if (queue.length > 0) wake();
    else closing?.resolve();
  };
  return {
    run: (body) =>
      new Promise((resolve, reject) => {
        if (closing)
          return reject(fail('store_unavailable', { retryAfter: 1, detail: { store: 'closing' } }));
        const attempt = async (): Promise<() => void> => {
          const value = await body();
          return () => resolve(value);
        };
        queue.push({ attempt, reject, since: systemClock.now() });
        wake();
      }),
    close: () => {
      closing ??= Promise.withResolvers();
      if (!running && queue.length === 0) closing.resolve();
      return closing.promise;
    },
  };
}

/** Runs groups without savepoints, until one falls; returns those who are to run again. */
function groupRunner(
  connection: WritingConnection,
): (group: readonly Waiting[]) => Promise<readonly Waiting[]> {
  let wary = 0;
  return async (group) => {
    const way = wary > 0 || group.length === 1 ? 'alone' : 'shared';
    wary = Math.max(0, wary - 1);
    if ((await runGroup(connection, group, way)) === 'answered') return [];
    wary = wariness;
    return group;
  };
}

/** A lock that cannot be asked for counts as held: those who wait are told so when their time is over. */
function lock(connection: WritingConnection): boolean {
  try {
    return connection.begin();
  } catch {
    return false;
  }
}

/**
 * Resolves after a moment, to try again for a lock. The lock belongs to other processes of this machine, so it is the machine's time that passes here. A clock never
 * keeps a process alive; the open port does, or a command that waits for the server's lock would end in silence.
 */
export const lockPause = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1: hold } = new MessageChannel();
    hold.ref();
    systemClock.after(lockStep, () => {
      hold.close();
      resolve();
    });
  });

function dropLate(queue: readonly Waiting[], lockWait: number): Waiting[] {
  const oldest = systemClock.now() - lockWait;
  for (const { since, reject } of queue) {
    if (since <= oldest) reject(fail('store_unavailable', { retryAfter: 1, detail: { store: 'locked' } }));
  }
  return queue.filter(({ since }) => since > oldest);
}

/** `again`: one of them fell that shared, and nothing has happened. */
async function runGroup(
  connection: WritingConnection,
  group: readonly Waiting[],
  way: BodyWay,
): Promise<'answered' | 'again'> {
  const answers: (() => void)[] = [];
  let stood = false;
  try {
    for (const waiting of group) answers.push(await runBody(connection, waiting, way));
    await connection.settle();
    stood = true;
    connection.commit();
  } catch (thrown) {
    abandon(connection);
    if (way === 'shared' && !stood) return 'again';
    const refusal = fail('store_unavailable', {
      retryAfter: 1,
      cause: thrown,
      detail: { store: 'commit failed' },
    });
    answers.splice(
      0,
      answers.length,
      ...group.map(
        ({ reject }) =>
          () =>
            reject(refusal),
      ),
    );
  }
  for (const answer of answers) answer();
  return 'answered';
}

/** A database that cannot even undo stays in its transaction: `begin` fails from then on, and that is answered. */
function abandon(connection: WritingConnection): void {
  try {
    connection.rollback();
  } catch {
    // The group is told of the first fault, which is the cause.
  }
}

/**
 * Runs a body; returns how to answer its caller once the group is on disk. A refusal waits as well: it may be due to what
 * another body of the group has written, which comes to nothing when the commit breaks.
 */
async function runBody(
  connection: WritingConnection,
  { attempt, reject }: Waiting,
  way: BodyWay,
): Promise<() => void> {
  connection.openBody(way);
  try {
    const answer = await attempt();
    await connection.keepBody();
    return answer;
  } catch (thrown) {
    if (!connection.undoBody()) throw thrown;
    return () => reject(thrown);
  }
}
