/**
 * Reading from a replica: a standby of the primary that answers what is only shown. What it answers is never older than the
 * question: the primary is asked how far it has written, and a replica that does not get there in time is passed over, and so
 * is one that is gone, that leads a life of its own, or that follows somebody else.
 */
import { randomInt } from 'node:crypto';
import { type Cancel, systemClock } from '../../base/clock.ts';
import type { ReplicaStanding } from '../../domain/store.ts';
import { noWriting } from '../group-read.ts';
import { cell, integer, type Sql, type SqlRow, type SqlValue, text as textOf } from '../sql.ts';
import { type Answer, type SentStatement, travelling } from './batch.ts';
import { spoken } from './dialect.ts';
import { ConnectionLost } from './faults.ts';
import type { Pool } from './pool.ts';
import { createSayings, marks, plain } from './writer.ts';

/** What it is made of. */
export interface ReplicaParts {
  readonly replica: Pool;
  readonly primary: Pool;
  /** Reads from the primary, for what the replica does not answer. */
  readonly reads: Sql;
  /** Milliseconds that a question waits for the replica at most, and that it may be behind. */
  readonly lag: number;
}

/** Reads, and how the replica stands. */
export interface ReplicaReads {
  readonly sql: Sql;
  standing(): Promise<ReplicaStanding>;
}

/** Makes the reads. */
export function createReplicaReads({ replica, primary, reads, lag }: ReplicaParts): ReplicaReads {
  const said = createSayings(spoken);
  const look = createLook(() => measured({ replica, primary, known }), lag);
  const known: Pulse[] = [];
  const counts = { replica: 0, primary: 0 };
  const fromReplica = async (text: string, values: readonly SqlValue[]): Promise<Answer | undefined> => {
    const statement = { text: said(text), values: travelling(values) };
    const { isAside } = await look();
    const answer = isAside ? undefined : await asked({ replica, reads, lag }, statement);
    counts[answer ? 'replica' : 'primary'] += 1;
    return answer;
  };
  const get: Sql['get'] = async (text, ...values) => {
    const answer = await fromReplica(text, values);
    return answer ? answer.rows[0] : reads.get(text, ...values);
  };
  return {
    standing: async () => ({ ...(await look()), answered: { ...counts } }),
    sql: {
      get,
      find: get,
      follow: async (text, id, next) => {
        const row = await get(text, id);
        const other = row && (await get(next.sql, textOf(row, next.column)));
        return other && [row, other];
      },
      all: async (text, ...values) => (await fromReplica(text, values))?.rows ?? reads.all(text, ...values),
      run: noWriting,
      append: noWriting,
    },
  };
}

/** How far the primary has written for good: whatever was acknowledged by now stands before it. */
const written = 'SELECT pg_current_wal_flush_lsn()::text AS position';

/** Whether a server follows, and has come so far. It is asked beside each statement: another may answer the next one. */
const reached = (position: string): SentStatement => ({
  text: "SELECT (pg_is_in_recovery() AND COALESCE(pg_last_wal_replay_lsn(), '0/0') >= $1)::int AS there",
  values: [position],
});

/** Milliseconds between two looks whether it is there. */
const step = 10;

/** The replica's answer; undefined when the primary is to give it. */
async function asked(
  { replica, reads, lag }: Pick<ReplicaParts, 'replica' | 'reads' | 'lag'>,
  statement: SentStatement,
): Promise<Answer | undefined> {
  const isThere = (answer: Answer | undefined): boolean =>
    answer?.rows[0] !== undefined && integer(answer.rows[0], 'there') === 1;
  try {
    const row = await reads.get(written);
    if (!row) return undefined;
    const there = reached(textOf(row, 'position'));
    return await replica.use(async (connection) => {
      for (let waited = 0; waited <= lag; waited += step) {
        if (isThere((await connection.send([there]))[0])) {
          const [told, answer] = await connection.send([there, statement]);
          return isThere(told) ? answer : undefined;
        }
        await pause(step);
      }
      return undefined;
    });
  } catch {
    // Whatever it was: the primary answers, or says it better.
    return undefined;
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void systemClock.after(milliseconds, resolve));

/** A mark that the primary bears, and by which whoever follows it is known. */
interface Pulse {
  readonly mark: number;
  /** Milliseconds since 1970, by this machine. */
  readonly at: number;
}

/** So many pulses are remembered: one a second at most. */
const remembered = 120;

/** What was measured: how far behind it is at least, in milliseconds, or why that cannot be told. */
type Measured = { readonly lag: number } | { readonly reason: string };

interface Measuring extends Pick<ReplicaParts, 'replica' | 'primary'> {
  /** Oldest first. */
  readonly known: Pulse[];
}

/** Leaves a pulse on the primary and looks which one the replica shows. */
async function measured({ replica, primary, known }: Measuring): Promise<Measured> {
  const [, left] = await primary.use((connection) =>
    connection.send([{ text: marks.beat, values: [String(randomInt(2 ** 47))] }, plain(marks.pulse)]),
  );
  note(known, left?.rows[0]);
  // What this process sees for the first time may still be on its way.
  for (let turn = 0; ; turn += 1) {
    const [shown] = await replica.use((connection) => connection.send([plain(marks.shown)]));
    const row = shown?.rows[0];
    if (!row || integer(row, 'follows') === 0) return { reason: 'it is not a standby' };
    const place = known.findIndex(({ mark }) => mark === cell(row, 'mark'));
    if (place !== -1) return { lag: behind(known[place + 1]) };
    if (turn === turns) return { reason: 'it shows nothing that the primary wrote lately' };
    await pause(step);
  }
}

/** Looks for a pulse that is known. */
const turns = 20;

/** What was written after what it shows, and is not there: since then it is behind. */
const behind = (next: Pulse | undefined): number => (next ? systemClock.now() - next.at : 0);

function note(known: Pulse[], row: SqlRow | undefined): void {
  if (!row) throw new ConnectionLost('an answer is missing');
  const mark = integer(row, 'mark');
  if (known.at(-1)?.mark === mark) return;
  known.push({ mark, at: systemClock.now() });
  if (known.length > remembered) known.shift();
}

/** Milliseconds for which a look holds. */
const holds = 1000;
/** Milliseconds that somebody waits for a look; a server that does not answer takes longer. */
const patience = 250;

type Look = () => Promise<Omit<ReplicaStanding, 'answered'>>;

/** Looks when it is asked and the last look is too old. Whoever asks while a look takes long is not kept waiting. */
function createLook(measure: () => Promise<Measured>, bound: number): Look {
  let last: Omit<ReplicaStanding, 'answered'> = aside('it has not answered yet');
  let until = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;
  let isLate = false;
  const work = async (): Promise<void> => {
    try {
      const found = await measure();
      if ('reason' in found) last = aside(found.reason);
      else
        last = {
          isAside: found.lag > bound,
          lag: found.lag,
          reason: found.lag > bound ? 'it is too far behind' : '',
        };
    } catch (thrown) {
      last = aside(thrown instanceof Error ? thrown.message : String(thrown));
    }
    until = systemClock.now() + holds;
    underWay = undefined;
    isLate = false;
  };
  return async () => {
    if (systemClock.now() < until) return last;
    underWay ??= work();
    if (isLate) return last;
    let cancel: Cancel = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = systemClock.after(patience, () => {
        if (underWay) {
          isLate = true;
          last = aside('it does not answer');
        }
        resolve();
      });
    });
    await Promise.race([underWay, late]);
    cancel();
    return last;
  };
}

const aside = (reason: string): Omit<ReplicaStanding, 'answered'> => ({
  isAside: true,
  lag: undefined,
  reason,
});
