/**
 * Bodies on the connection that writes: what the open one has done so far, how that is kept, and how it is undone. A body
 * that runs alone stands behind a savepoint, which costs SQLite a copy of every page that it touches; those that share have
 * none.
 */
import type { DatabaseSync } from 'node:sqlite';
import { createAppended } from './appended.ts';
import type { BodyWay, WritingConnection } from './group-commit.ts';
import type { RememberedRows } from './remembered-rows.ts';
import type { Line, Sql } from './sql.ts';
import { busy, resultCode } from './sqlite-faults.ts';

/** The body that is open. */
export interface OpenBody {
  /** It is about to write. */
  writes(): void;
  append<Item>(line: Line<Item>, item: Item): void;
}

/** A body is opened and closed by group commit, and told by its connection what it does. */
export interface Bodies {
  readonly open: OpenBody;
  /** What group commit needs, over the statements of the connection. */
  writing(sql: Sql): WritingConnection;
}

/** Makes the bodies of a connection. */
export function createBodies(database: DatabaseSync, remembered: RememberedRows): Bodies {
  const savepoint = database.prepare('SAVEPOINT body');
  const release = database.prepare('RELEASE body');
  const appended = createAppended();
  const shared = createAppended();
  let way: BodyWay = 'alone';
  let wrote = false;
  const write = async (sql: Sql): Promise<void> => {
    for (const statement of await appended.take(sql)) await sql.run(...statement);
  };
  return {
    open: {
      writes: () => {
        if (!wrote && way === 'alone') savepoint.run();
        wrote = true;
      },
      append: appended.add,
    },
    writing: (sql) => ({
      ...transactions(database, remembered),
      rollback: () => {
        shared.clear();
        // A commit that broke may have reached the disk.
        remembered.forgetAll();
        if (database.isTransaction) database.exec('ROLLBACK');
      },
      openBody: (next) => {
        way = next;
        wrote = false;
        appended.clear();
      },
      keepBody: async () => {
        if (way === 'shared') return appended.pour(shared);
        await write(sql);
        if (wrote) release.run();
      },
      undoBody: () => {
        appended.clear();
        // Disk full and I/O errors make SQLite undo the whole transaction by itself.
        if (!database.isTransaction) return false;
        if (!wrote) return true;
        if (way === 'alone') database.exec('ROLLBACK TO body; RELEASE body');
        return way === 'alone';
      },
      settle: async () => {
        shared.pour(appended);
        await write(sql);
      },
    }),
  };
}

type Transactions = Pick<WritingConnection, 'begin' | 'commit'>;

function transactions(database: DatabaseSync, remembered: RememberedRows): Transactions {
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
  };
}
