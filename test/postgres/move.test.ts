import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { verifyEvents } from '../../packages/server/src/domain/admin/verify-events.ts';
import { appendEvent } from '../../packages/server/src/domain/events.ts';
import type { Store } from '../../packages/server/src/domain/store.ts';
import { followMoves } from '../../packages/server/src/store/admin/follow-moves.ts';
import type { Movable } from '../../packages/server/src/store/admin/movable.ts';
import { type MoveProgress, moveStore } from '../../packages/server/src/store/admin/move.ts';
import type { ComparedTable } from '../../packages/server/src/store/admin/move-rows.ts';
import { StoreMoved } from '../../packages/server/src/store/admin/moved.ts';
import {
  account,
  digest,
  id,
  people,
  rotation,
} from '../../packages/server/src/store/conformance/samples.ts';
import { openMovablePostgres } from '../../packages/server/src/store/postgres/movable.ts';
import { openMovableSqlite } from '../../packages/server/src/store/sqlite/movable.ts';
import { openSqlite } from '../../packages/server/src/store/sqlite/sqlite.ts';
import { freshDatabase, now, open, storeOptions } from './databases.ts';

const sealed = Buffer.from([1, 2, 3]);

/** A place for data: how a store is opened on it, and how it takes part in a move. */
interface Home {
  open(): Promise<Store>;
  movable(): Promise<Movable>;
}

function inFile(): Home {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-move-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'doorward.db');
  return { open: () => openSqlite({ path, now }), movable: () => openMovableSqlite(path) };
}

async function onPostgres(): Promise<Home> {
  const address = await freshDatabase();
  return { open: () => open(address), movable: () => openMovablePostgres(storeOptions(address)) };
}

/** Opens both sides, moves, and closes them. */
async function move(
  from: Home,
  to: Home,
  {
    tell = () => undefined,
    isStopped = () => false,
  }: Partial<{ tell: (progress: MoveProgress) => void; isStopped: () => boolean }> = {},
): Promise<readonly ComparedTable[] | undefined> {
  const [source, target] = [await from.movable(), await to.movable()];
  try {
    return await moveStore({ source, target, address: sealed, tell, isStopped });
  } finally {
    await source.close();
    await target.close();
  }
}

/** Both ways. */
const ways: readonly (readonly [string, () => Promise<readonly [Home, Home]>])[] = [
  ['from a file to Postgres', async () => [inFile(), await onPostgres()]],
  ['from Postgres to a file', async () => [await onPostgres(), inFile()]],
];

/** People that write on and on: new ones come, chains go on, some leave. Returns what was acknowledged. */
async function write(
  store: Store,
  work: { isOver: boolean },
): Promise<{ made: number[]; rotated: number[]; deleted: number[] }> {
  const done = { made: [] as number[], rotated: [] as number[], deleted: [] as number[] };
  for (let number = 1; !work.isOver; number += 1) {
    const fresh = 10_000 + number;
    await store.transact(async (tx) => {
      await tx.accounts.insert(account(fresh, now), [
        {
          kind: 'email',
          canonical: `p${fresh}@example.com`,
          typed: `p${fresh}@example.com`,
        },
      ]);
      await appendEvent(tx, now, { type: 'account.created', accountId: id(fresh), actor: 'system' });
    });
    done.made.push(fresh);
    if (number <= 300) {
      const from = { id: id(number), generation: 0, digest: digest(number) };
      if (await store.transact((tx) => tx.families.rotate(from, rotation(1, now)))) done.rotated.push(number);
    }
    if (number % 3 === 0 && number < 900) {
      const gone = 1000 + number;
      if (await store.transact((tx) => tx.accounts.delete(id(gone)))) done.deleted.push(gone);
    }
  }
  return done;
}

describe.each(ways)('a move %s', (_, make) => {
  test('brings everything over while people write, and nothing that was acknowledged stays behind', async () => {
    const [from, to] = await make();
    const old = await from.open();
    await people(old, 2500, now);
    await (await to.open()).close();
    let following = 0;
    const store = followMoves(old, {
      next: async () => {
        following += 1;
        return to.open();
      },
      report: () => undefined,
    });
    const work = { isOver: false };
    const writing = write(store, work);
    const stages = new Set<string>();
    const compared = await move(from, to, { tell: ({ stage }) => stages.add(stage) });
    const before = (await store.rowCounts())['accounts'] ?? 0;
    await store.transact((tx) => tx.accounts.insert(account(9999, now), []));
    work.isOver = true;
    const { made, rotated, deleted } = await writing;

    expect([...stages]).toEqual(['copying', 'catching up', 'comparing', 'cutting over', 'moved']);
    expect(compared?.find(({ table }) => table === 'accounts')?.rows).toBeGreaterThan(2000);
    expect(following).toBe(1);
    expect(before).toBeGreaterThan(0);
    const fresh = await to.open();
    for (const number of made)
      expect(await fresh.read.accounts.findByIdentifier(`p${number}@example.com`)).toBeDefined();
    for (const number of rotated) expect((await fresh.read.families.find(id(number)))?.generation).toBe(1);
    for (const number of deleted) expect(await fresh.read.accounts.find(id(number))).toBeUndefined();
    expect(await verifyEvents(fresh.read)).toMatchObject({ intact: true });
    expect(rotated.length + deleted.length).toBeGreaterThan(0);
    // Whoever comes to the old one is told where the data are.
    const refusal = await from.open().catch((thrown: unknown) => thrown);
    expect(refusal instanceof StoreMoved && refusal.target && Buffer.from(refusal.target)).toEqual(sealed);
    await fresh.close();
    await store.close();
  });

  test('can be stopped at any step and goes on from there', async () => {
    const [from, to] = await make();
    const store = await from.open();
    await people(store, 3000, now);
    await (await to.open()).close();
    for (const steps of [1, 2, 3]) {
      let left = steps;
      expect(await move(from, to, { isStopped: () => (left -= 1) < 0 })).toBeUndefined();
      await store.transact((tx) => tx.accounts.delete(id(steps)));
      await store.transact((tx) => tx.accounts.insert(account(5000 + steps, now), []));
      await expect(to.open()).rejects.toThrow(/Data are being moved into this database/);
    }
    const compared = await move(from, to);
    expect(compared?.find(({ table }) => table === 'accounts')?.rows).toBe(3000);
    const fresh = await to.open();
    expect((await fresh.rowCounts())['accounts']).toBe(3000);
    expect(await fresh.read.accounts.find(id(5003))).toBeDefined();
    await fresh.close();
    await store.close();
  });

  test('leaves an old store that refuses writes and reads, and says so', async () => {
    const [from, to] = await make();
    const store = await from.open();
    await people(store, 10, now);
    await (await to.open()).close();
    await move(from, to);
    await expect(store.transact((tx) => tx.accounts.delete(id(1)))).rejects.toThrow(
      /have moved|does not exist/,
    );
    await expect(store.read.accounts.find(id(1))).rejects.toThrow(/have moved|does not exist/);
    await store.close();
  });

  test('is refused where data are already', async () => {
    const [from, to] = await make();
    const store = await from.open();
    await people(store, 1, now);
    const other = await to.open();
    await people(other, 1, now);
    await expect(move(from, to)).rejects.toThrow('The target holds data already.');
    await store.close();
    await other.close();
  });
});

test('the old file can still be read by hand, and nothing can write to it', async () => {
  const from = inFile();
  const store = await from.open();
  await people(store, 10, now);
  const to = await onPostgres();
  await move(from, to);
  const source = await from.movable();
  const [row] = await source.raw.all('SELECT COUNT(*) AS n FROM accounts');
  expect(row?.values).toEqual([10]);
  await expect(source.raw.all('DELETE FROM accounts')).rejects.toThrow(/moved/);
  await source.close();
  await store.close();
});
