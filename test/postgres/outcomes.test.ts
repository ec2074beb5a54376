import { randomInt } from 'node:crypto';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { appendEvent } from '../../packages/server/src/domain/events.ts';
import type { Store } from '../../packages/server/src/domain/store.ts';
import { account, id, people } from '../../packages/server/src/store/conformance/samples.ts';
import { type FaultProxy, startFaultProxy } from '../kit/fault-proxy.ts';
import { queryAt } from '../kit/postgres.ts';
import { freshDatabase, now, open } from './databases.ts';

interface Stand {
  readonly address: string;
  readonly proxy: FaultProxy;
  readonly store: Store;
}

/** A store behind a line that can be cut, with one account named `0`. */
async function stand(options: Parameters<typeof open>[1] = {}): Promise<Stand> {
  const address = await freshDatabase();
  const proxy = await startFaultProxy(inject('postgresPort'));
  const through = new URL(address);
  through.port = String(proxy.port);
  const store = await open(through.href, { prepared: false, poolSize: 4, ...options });
  onTestFinished(async () => {
    await store.close();
    await proxy.close();
  });
  await people(store, 1, now);
  await store.transact((tx) => tx.accounts.update(id(1), { name: '0', updatedAt: now }));
  return { address, proxy, store };
}

/** Counts on by one, tells of it, and returns how often its body was run. */
async function countOn(store: Store): Promise<number> {
  let runs = 0;
  await store.transact(async (tx) => {
    runs += 1;
    const found = await tx.accounts.find(id(1));
    await tx.accounts.update(id(1), { name: String(Number(found?.name) + 1), updatedAt: now });
    await appendEvent(tx, now, { type: 'account.changed', actor: 'system' });
  });
  return runs;
}

const counted = async ({ store }: Stand): Promise<unknown> => [
  (await store.read.accounts.find(id(1)))?.name,
  (await store.read.events.head()).seq,
];

describe('FLT-13: a commit whose outcome is unknown', () => {
  test('that was done is not done again, and its caller hears that it was', async () => {
    const made = await stand();
    made.proxy.line = { cuts: 'after', words: 'INTO commits' };
    expect(await countOn(made.store)).toBe(1);
    expect(made.proxy.cut()).toBe(1);
    expect(await counted(made)).toEqual(['1', 1]);
  });

  test('that never arrived is done again, once', async () => {
    const made = await stand();
    made.proxy.line = { cuts: 'before', words: 'INTO commits' };
    expect(await countOn(made.store)).toBe(2);
    expect(made.proxy.cut()).toBe(1);
    expect(await counted(made)).toEqual(['1', 1]);
  });

  test('that arrives after it was given up does nothing any more', async () => {
    const made = await stand({ statementTimeout: 60_000 });
    made.proxy.line = { cuts: 'keeps', words: 'INTO commits' };
    await made.store.transact((tx) => tx.accounts.insert(account(randomInt(9, 1_000_000), now), []));
    expect(made.proxy.cut()).toBe(1);
    const stateOfLate = async (): Promise<unknown> => {
      const rows = await queryAt(
        made.address,
        "SELECT state FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'",
      );
      return rows.map((row) => row['state']);
    };
    expect(await stateOfLate()).toEqual(['idle in transaction']);
    made.proxy.release();
    await expect.poll(stateOfLate).toEqual(['idle in transaction (aborted)']);
    expect((await made.store.rowCounts())['accounts']).toBe(2);
  });

  test('of a group of single statements is asked for again', async () => {
    const made = await stand();
    made.proxy.line = { cuts: 'after', words: 'UPDATE sessions' };
    const touched = Array.from({ length: 5 }, () =>
      made.store.once((_read, write) => write(id(1), (tx) => tx.sessions.touch(id(1), now + 7))),
    );
    await Promise.all(touched);
    expect(made.proxy.cut()).toBe(1);
    expect((await made.store.read.sessions.find(id(1)))?.seenAt).toBe(now + 7);
  });
});

test('a connection that is cut in the middle of a body costs nothing but time', async () => {
  const made = await stand();
  made.proxy.line = { cuts: 'after', words: 'UPDATE accounts' };
  expect(await countOn(made.store)).toBe(2);
  expect(await counted(made)).toEqual(['1', 1]);
});

test('a search whose answer is lost is asked again', async () => {
  const made = await stand();
  made.proxy.line = { cuts: 'after', words: 'FROM accounts' };
  expect((await made.store.read.accounts.find(id(1)))?.name).toBe('0');
  expect(made.proxy.cut()).toBe(1);
});

test('FLT-20: while the database cannot be had, the check says so at once; work waits and goes on when it is back', async () => {
  const made = await stand({ connectTimeout: 300 });
  made.proxy.line = 'dead';
  await expect(made.store.check()).rejects.toMatchObject({ code: 'store_unavailable', retryAfter: 1 });
  const waiting = [countOn(made.store), made.store.read.accounts.find(id(1))];
  made.proxy.line = 'whole';
  await Promise.all(waiting);
  await made.store.check();
  expect(await counted(made)).toEqual(['1', 1]);
});

test('FLT-12: a server that does not answer is given up', async () => {
  const made = await stand({ connectTimeout: 300, statementTimeout: 300 });
  made.proxy.line = 'silent';
  await expect(made.store.check()).rejects.toMatchObject({ code: 'store_unavailable' });
});

test('FLT-16: bodies that wait for each other in a ring are all done', async () => {
  const made = await stand();
  await made.store.transact((tx) => tx.accounts.insert({ ...account(2, now), name: '0' }, []));
  const both = async (first: number, second: number): Promise<void> => {
    await made.store.transact(async (tx) => {
      for (const number of [first, second]) {
        const found = await tx.accounts.find(id(number));
        await tx.accounts.update(id(number), { name: String(Number(found?.name) + 1), updatedAt: now });
      }
    });
  };
  await Promise.all([both(1, 2), both(2, 1), both(1, 2), both(2, 1)]);
  expect((await made.store.read.accounts.find(id(1)))?.name).toBe('4');
  expect((await made.store.read.accounts.find(id(2)))?.name).toBe('4');
});

test('FLT-17: three hundred share three connections, and none waits for itself', async () => {
  const { store } = await stand({ poolSize: 3 });
  const outcomes = await Promise.all(Array.from({ length: 300 }, () => countOn(store)));
  expect(outcomes).toHaveLength(300);
  expect((await store.read.accounts.find(id(1)))?.name).toBe('300');
});

test('FLT-11: connections that the server ends under load lose nothing and double nothing', async () => {
  const made = await stand({ prepared: true });
  const killed = { rounds: 0, over: false };
  const kill = async (): Promise<void> => {
    while (!killed.over) {
      await queryAt(
        made.address,
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      killed.rounds += 1;
    }
  };
  const killing = kill();
  for (let round = 0; round < 5; round += 1)
    await Promise.all(Array.from({ length: 20 }, () => countOn(made.store)));
  killed.over = true;
  await killing;
  expect(killed.rounds).toBeGreaterThan(3);
  expect(await counted(made)).toEqual(['100', 100]);
});
