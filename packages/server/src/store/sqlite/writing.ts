/**
 * Bodies on the connection that writes: what the open one has done so far, how that is kept, and how it is undone. A body
 * that runs alone stands behind a savepoint, which costs SQLite a copy of every page that it touches; those that share have
 * none.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type Appended, createAppended } from '../appended.ts';
import type { BodyWay, WritingConnection } from '../group-commit.ts';
import type { RememberedRows } from '../remembered-rows.ts';
import type { Line, Sql } from '../sql.ts';
import { busy, resultCode } from './faults.ts';

/** The body that is open. */
export interface OpenBody {
  /** It is about to write. */
  writes(): void;
  /** It has written: after many writes it waits until whoever reads had a turn. */
  turn(): Promise<void> | undefined;
  append<Item>(line: Line<Item>, item: Item): void;
}

/** A body is opened and closed by group commit, and told by its connection what it does. */
export interface Bodies {
  readonly open: OpenBody;
  /** What group commit needs, over the statements of the connection. */
  writing(sql: Sql): WritingConnection;
}

/** Writes of one body after which others have a turn: to end ten thousand sessions takes most of a second. */
const breath = 256;

/** Makes the bodies of a connection. */
export function createBodies(database: DatabaseSync, remembered: RememberedRows): Bodies {
  const savepoint = database.prepare('SAVEPOINT body');
  const parts: BodyParts = {
    database,
    appended: createAppended(),
    shared: createAppended(),
    now: { way: 'alone', wrote: false, writes: 0 },
  };
  const { appended, now } = parts;
  return {
    open: {
      writes: () => {
        if (!now.wrote && now.way === 'alone') savepoint.run();
        now.wrote = true;
        now.writes += 1;
      },
      turn: () => (now.writes % breath === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined),
      append: appended.add,
    },
    writing: (sql) => ({ ...transactions(parts, remembered), ...bodies(parts, sql) }),
  };
}

interface BodyParts {
  readonly database: DatabaseSync;
  /** By the open body. */
  readonly appended: Appended;
  /** By those before it that shared. */
  readonly shared: Appended;
  /** The open body. */
  readonly now: { way: BodyWay; wrote: boolean; writes: number };
}

function bodies(
  { database, appended, shared, now }: BodyParts,
  sql: Sql,
): Pick<WritingConnection, 'openBody' | 'keepBody' | 'undoBody' | 'settle'> {
  const release = database.prepare('RELEASE body');
  const write = async (waiting: Appended): Promise<void> => {
    for (const statement of await waiting.take(sql)) await sql.run(...statement);
  };
  return {
    openBody: (way) => {
      now.way = way;
      now.wrote = false;
      now.writes = 0;
      appended.clear();
    },
    keepBody: async () => {
      if (now.way === 'shared') return appended.pour(shared);
      await write(appended);
      if (now.wrote) release.run();
    },
    undoBody: () => {
      appended.clear();
      // Disk full and I/O errors make SQLite undo the whole transaction by itself.
      if (!database.isTransaction) return false;
      if (!now.wrote) return true;
      if (now.way === 'alone') database.exec('ROLLBACK TO body; RELEASE body');
      return now.way === 'alone';
    },
    settle: () => write(shared),
  };
}

function transactions(
  { database, shared }: BodyParts,
  remembered: RememberedRows,
): Pick<WritingConnection, 'begin' | 'commit' | 'rollback'> {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  return {
    begin: () => {
      try {
        begin.run();
        return true;
      } catch (thrown) {
        if (resultCode(thrown) === busy) return false;
        throw thrown;
      }
    },
    commit: () => {
      commit.run();
      remembered.committed();
    },
    rollback: () => {
      shared.clear();
      // A commit that broke may have reached the disk.
      remembered.forgetAll();
      if (database.isTransaction) database.exec('ROLLBACK');
    },
  };
}
