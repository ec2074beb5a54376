/**
 * A live move: brings all rows from one database to another while the first one serves. Every step reads one state of the
 * source - the rows whose change was written down since the last step, and the next rows in the order of their keys - and
 * writes it to the target in one transaction. So after each step the target is the source of one moment, as far as it is copied;
 * a step that is lost is done again. In the end writers wait for a moment, the last changes go over, and the source is shut.
 */
import { randomUUID } from 'node:crypto';
import { lockPause } from '../group-commit.ts';
import { integer, type SqlRow, type SqlValue, text } from '../sql.ts';
import { keyText, type Movable, type TableShape, whereKey } from './movable.ts';
import {
  type ComparedTable,
  checksum,
  chunk,
  insert,
  keyIn,
  MoveRefused,
  rowsAfter,
  targetShape,
} from './move-rows.ts';

/** How far it is. */
export interface MoveProgress {
  readonly stage: 'copying' | 'catching up' | 'comparing' | 'cutting over' | 'moved';
  readonly rows: number;
  /** Rows of the source when it began. */
  readonly of: number;
  /** Changes that came in one step. */
  readonly changes: number;
}

/** A move. */
export interface Move {
  readonly source: Movable;
  readonly target: Movable;
  /** Where the target is, sealed: what programs find that still come to the source. */
  readonly address: Uint8Array;
  readonly tell: (progress: MoveProgress) => void;
  /** Whether to stop after the step under way; it can be resumed. */
  readonly isStopped: () => boolean;
}

/** Changes that are few enough for writers to wait for. */
const few = 500;

/** Moves, or resumes; undefined when it was stopped. Throws MoveRefused. */
export async function moveStore(move: Move): Promise<readonly ComparedTable[] | undefined> {
  await begin(move);
  const total = await count(move.source);
  let rows = 0;
  let stage: MoveProgress['stage'] = 'copying';
  for (let isCopied = false, changes = few; !isCopied || changes >= few; ) {
    if (move.isStopped()) return undefined;
    const done = await step(move);
    rows += done.copied;
    ({ changes } = done);
    isCopied = done.isCopied;
    stage = isCopied ? 'catching up' : 'copying';
    move.tell({ stage, rows, of: total, changes });
  }
  move.tell({ stage: 'comparing', rows, of: total, changes: 0 });
  const compared = await compareAll(move);
  if (move.isStopped()) return undefined;
  move.tell({ stage: 'cutting over', rows, of: total, changes: 0 });
  await cutOver(move);
  move.tell({ stage: 'moved', rows, of: total, changes: 0 });
  return compared;
}

/** Gives a move up that was begun: the source writes nothing down any more. What was copied stays where it is. */
export async function giveUp(source: Movable): Promise<void> {
  const { raw, words, shapes } = source;
  await raw.script([
    'BEGIN',
    ...shapes.flatMap(words.unwatch),
    'DROP TABLE IF EXISTS move_changes',
    'DROP TABLE IF EXISTS moves',
    'COMMIT',
  ]);
}

async function begin({ source, target, address }: Move): Promise<void> {
  await source.raw.script(source.words.makeLog);
  const [known] = await source.raw.all('SELECT id, state FROM moves');
  if (known && text(known, 'state') === 'moved')
    throw new MoveRefused('The data of this store have moved already.');
  const id = known ? text(known, 'id') : randomUUID();
  await takeTarget(target, id);
  if (known) return;
  const { raw, shapes, words } = source;
  await freeze(source);
  await raw.script(shapes.flatMap((shape) => [...words.unwatch(shape), ...words.watch(shape)]));
  await raw.all("INSERT INTO moves (id, state, target) VALUES (?, 'copying', ?)", id, address);
  await raw.script(['COMMIT']);
}

/** The target is empty, or holds what an earlier run of this move has brought. Throws MoveRefused for any other. */
async function takeTarget({ raw, shapes, words }: Movable, id: string): Promise<void> {
  await raw.script([
    'CREATE TABLE IF NOT EXISTS move_progress (name TEXT NOT NULL PRIMARY KEY, last_key TEXT NOT NULL)',
  ]);
  const [mine] = await raw.all("SELECT last_key FROM move_progress WHERE name = 'move'");
  if (mine && text(mine, 'last_key') === id) {
    await raw.script(["DELETE FROM move_progress WHERE name = 'complete'"]);
    return words.loosen(raw);
  }
  const [row] = await raw.all('SELECT COUNT(*) AS n FROM accounts');
  if (mine || !row || integer(row, 'n') > 0)
    throw new MoveRefused('The target holds data already. Name an empty database.');
  await raw.script(['BEGIN']);
  await words.loosen(raw);
  await raw.script(shapes.map(({ name }) => `DELETE FROM ${name}`));
  await raw.all("INSERT INTO move_progress (name, last_key) VALUES ('move', ?)", id);
  await raw.script(['COMMIT']);
}

interface Stepped {
  readonly copied: number;
  readonly changes: number;
  readonly isCopied: boolean;
}

/** One state of the source goes over: changes, then the next rows. */
async function step(move: Move): Promise<Stepped> {
  const { source, target } = move;
  await source.raw.script([source.words.beginSnapshot]);
  const changes = await changesOf(source);
  const next = await nextRows(move);
  await source.raw.script(['COMMIT']);
  await target.raw.script(['BEGIN']);
  await apply(target, changes);
  if (next) await append(target, next);
  await target.raw.script(['COMMIT']);
  await forget(source, changes);
  return { copied: next?.rows.length ?? 0, changes: changes.ids.length, isCopied: next === undefined };
}

interface Changes {
  readonly ids: readonly (readonly SqlValue[])[];
  /** The keys that were touched, and the rows that have them now. */
  readonly tables: readonly {
    readonly shape: TableShape;
    readonly keys: readonly (readonly SqlValue[])[];
    readonly rows: readonly SqlRow[];
  }[];
}

async function changesOf({ raw, shapes }: Movable): Promise<Changes> {
  const log = await raw.all('SELECT id, name, row_key FROM move_changes ORDER BY id');
  const ids = log.map((row) => [integer(row, 'id')]);
  const tables: Changes['tables'][number][] = [];
  for (const shape of shapes) {
    const texts = new Set(
      log.filter((row) => text(row, 'name') === shape.name).map((row) => text(row, 'row_key')),
    );
    if (texts.size === 0) continue;
    const keys = [...texts].map((said) => JSON.parse(said) as SqlValue[]);
    const found = await raw.each(`SELECT * FROM ${shape.name} WHERE ${whereKey(shape)}`, keys);
    tables.push({ shape, keys, rows: found.flat() });
  }
  return { ids, tables };
}

/** What has gone over need not go again. */
async function forget({ raw, words }: Movable, { ids }: Changes): Promise<void> {
  if (ids.length === 0) return;
  await raw.script([words.beginWriting]);
  await raw.each('DELETE FROM move_changes WHERE id = ?', ids);
  await raw.script(['COMMIT']);
}

interface NextRows {
  readonly shape: TableShape;
  readonly rows: readonly SqlRow[];
}

/** The next rows of the first table that is not copied to its end; undefined when all are. */
async function nextRows({ source, target }: Move): Promise<NextRows | undefined> {
  const done = new Map(
    (await target.raw.all('SELECT name, last_key FROM move_progress')).map((row) => [
      text(row, 'name'),
      text(row, 'last_key'),
    ]),
  );
  for (const shape of source.shapes) {
    const last = done.get(shape.name);
    if (last === ended) continue;
    return {
      shape,
      rows: await rowsAfter(source.raw, shape, last === undefined ? undefined : JSON.parse(last)),
    };
  }
  return undefined;
}

const ended = 'ended';

async function apply({ raw, shapes }: Movable, changes: Changes): Promise<void> {
  // All that was touched goes first: rows that change places must not meet in a unique index.
  for (const { shape, keys } of changes.tables)
    await raw.each(`DELETE FROM ${shape.name} WHERE ${whereKey(shape)}`, keys);
  for (const { shape, rows } of changes.tables) await insert(raw, targetShape(shapes, shape), rows);
}

async function append({ raw, shapes }: Movable, { shape, rows }: NextRows): Promise<void> {
  const target = targetShape(shapes, shape);
  const keys = rows.map((row) => keyIn(shape, row));
  // Changes may have brought some of them before.
  await raw.each(`DELETE FROM ${shape.name} WHERE ${whereKey(shape)}`, keys);
  await insert(raw, target, rows);
  const last = rows.length < chunk ? ended : keyText(keys.at(-1) ?? []);
  await raw.all(
    `INSERT INTO move_progress (name, last_key) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET last_key = excluded.last_key`,
    shape.name,
    last,
  );
}

async function count({ raw, shapes }: Movable): Promise<number> {
  let rows = 0;
  for (const { name } of shapes) {
    const [row] = await raw.all(`SELECT COUNT(*) AS n FROM ${name}`);
    rows += row ? integer(row, 'n') : 0;
  }
  return rows;
}

/** Brings the target to one state of the source and compares every row of both, while the source goes on. Throws MoveRefused. */
async function compareAll({ source, target }: Move): Promise<readonly ComparedTable[]> {
  await source.raw.script([source.words.beginSnapshot]);
  const changes = await changesOf(source);
  await target.raw.script(['BEGIN']);
  await apply(target, changes);
  await target.raw.script(['COMMIT']);
  const compared: ComparedTable[] = [];
  for (const shape of source.shapes) {
    const here = await checksum(source.raw, shape);
    const there = await checksum(target.raw, shape);
    if (here.rows !== there.rows || here.checksum !== there.checksum)
      throw new MoveRefused(
        `Table ${shape.name} is not the same on both sides (${here.rows} and ${there.rows} rows). Nothing was moved.`,
      );
    compared.push(here);
  }
  await source.raw.script(['COMMIT']);
  await forget(source, changes);
  return compared;
}

/** Tries to freeze so often; between two tries those go on who kept it from succeeding. */
const tries = 50;

async function freeze({ raw, words, shapes }: Movable): Promise<void> {
  for (let triesLeft = tries; ; triesLeft -= 1) {
    try {
      return await raw.script(words.freeze(shapes));
    } catch (thrown) {
      await raw.script(['ROLLBACK']).catch(() => undefined);
      if (triesLeft === 0) throw thrown;
    }
    await lockPause();
  }
}

/** Writers wait; what is left goes over; then the source is shut for good, in the transaction that froze it. */
async function cutOver({ source, target }: Move): Promise<void> {
  const { raw, shapes, words } = source;
  const stamp = randomUUID().slice(0, 8);
  await freeze(source);
  try {
    await target.raw.script(['BEGIN']);
    await apply(target, await changesOf(source));
    await target.words.tighten(target.raw);
    // From here on those who are sent to it may open it.
    await target.raw.script(["INSERT INTO move_progress (name, last_key) VALUES ('complete', '')", 'COMMIT']);
    await raw.script([
      ...shapes.flatMap(words.unwatch),
      'DROP TABLE move_changes',
      ...words.shut(shapes, stamp),
      "UPDATE moves SET state = 'moved'",
      'COMMIT',
    ]);
  } catch (thrown) {
    await raw.script(['ROLLBACK']);
    throw thrown;
  }
  await target.words.prove(target.raw);
  await target.raw.script(['DROP TABLE move_progress']);
}
