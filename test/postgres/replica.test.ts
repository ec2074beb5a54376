import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Replica, Store } from '../../packages/server/src/domain/store.ts';
import { account, id } from '../../packages/server/src/store/conformance/samples.ts';
import { type FaultProxy, startFaultProxy } from '../kit/fault-proxy.ts';
import {
  addressOf,
  dropDatabase,
  makeDatabase,
  type PostgresServer,
  queryAt,
  startPostgres,
} from '../kit/postgres.ts';
import { now, open, storeOptions } from './databases.ts';

let server: PostgresServer;
let standby: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  await queryAt(addressOf(server.port, 'postgres'), 'CREATE DATABASE doorward_template');
  standby = await server.standby();
});
afterAll(async () => {
  await standby.remove();
  await server.remove();
});

/** Waits until the standby has a database, too. */
async function copied(address: string): Promise<void> {
  const there = new URL(address);
  there.port = String(standby.port);
  const look = (): Promise<boolean> =>
    queryAt(there.href, 'SELECT 1').then(
      () => true,
      () => false,
    );
  await expect.poll(look, { timeout: 20_000 }).toBe(true);
}

/** What stands at the address of the standby. */
interface Choice {
  readonly port?: number;
  /** Milliseconds. */
  readonly lag?: number;
  readonly database?: string;
}

describe('a replica', () => {
  let address: string;
  let stores: Store[];
  beforeEach(async () => {
    address = await makeDatabase(server.port, 'nothing');
    stores = [];
    await copied(address);
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await dropDatabase(address);
  });

  const openWith = async ({ port = standby.port, lag = 2000, database = address }: Choice = {}) => {
    const at = new URL(database);
    at.port = String(port);
    const store = await open(address, { replica: { address: storeOptions(at.href).address, lag } });
    stores.push(store);
    return { store, replica: store.replica ?? expect.fail() };
  };
  /** Signs somebody up on the primary. */
  const born = (store: Store, number: number): Promise<boolean> =>
    store.transact((tx) => tx.accounts.insert(account(number, now), []));
  const isShown = async ({ read }: Replica, number: number): Promise<boolean> =>
    (await read.accounts.find(id(number))) !== undefined;
  /** Opens, and waits until the replica is of use. */
  const openFollowed = async (choice?: Choice) => {
    const opened = await openWith(choice);
    await expect.poll(async () => (await opened.replica.standing()).reason, { timeout: 20_000 }).toBe('');
    return opened;
  };
  const reasonOf = async (replica: Replica): Promise<string> => (await replica.standing()).reason;

  test('answers what is only shown, and never from before the question', async () => {
    const [one, other] = [await openFollowed(), await openFollowed()];
    for (let number = 1; number <= 100; number += 1) {
      await born(one.store, number);
      // Another process shows it at once, too.
      expect(await isShown(other.replica, number)).toBe(true);
      expect(await isShown(one.replica, number)).toBe(true);
    }
    const { isAside, answered } = await other.replica.standing();
    expect([isAside, answered.primary]).toEqual([false, 0]);
    expect(answered.replica).toBe(100);
    expect((await one.replica.rowCounts())['accounts']).toBe(100);
    expect((await one.replica.sizes(0)).find(({ table }) => table === 'accounts')?.rows).toBe(100);
  });

  test('that is behind is waited for no longer than was said, and left aside when it stays so', async () => {
    const { store, replica } = await openFollowed({ lag: 300 });
    await queryAt(addressOf(standby.port, 'postgres'), "ALTER SYSTEM SET recovery_min_apply_delay = '1h'");
    await queryAt(addressOf(standby.port, 'postgres'), 'SELECT pg_reload_conf()');
    let number = 1000;
    try {
      await expect
        .poll(
          async () => {
            await born(store, (number += 1));
            return reasonOf(replica);
          },
          { timeout: 15_000 },
        )
        .toBe('it is too far behind');
      await born(store, 1);
      expect(await isShown(replica, 1)).toBe(true);
      const { isAside, lag, answered } = await replica.standing();
      expect([isAside, answered.replica]).toEqual([true, 0]);
      expect(lag).toBeGreaterThan(300);
    } finally {
      await queryAt(addressOf(standby.port, 'postgres'), 'ALTER SYSTEM RESET recovery_min_apply_delay');
      await queryAt(addressOf(standby.port, 'postgres'), 'SELECT pg_reload_conf()');
    }
    await expect.poll(() => reasonOf(replica), { timeout: 15_000 }).toBe('');
  });

  test('that is gone is missed by nobody, and used again when it is back', async () => {
    const { store, replica } = await openFollowed();
    await born(store, 1);
    expect(await isShown(replica, 1)).toBe(true);
    await standby.halt('immediate');
    expect(await isShown(replica, 1)).toBe(true);
    await expect.poll(async () => (await replica.standing()).isAside, { timeout: 5000 }).toBe(true);
    await standby.start();
    await expect.poll(async () => (await replica.standing()).isAside, { timeout: 15_000 }).toBe(false);
    const before = (await replica.standing()).answered.replica;
    expect(await isShown(replica, 1)).toBe(true);
    expect((await replica.standing()).answered.replica).toBe(before + 1);
  });

  test('that does not answer keeps nobody waiting but those who asked it already', async () => {
    const line: FaultProxy = await startFaultProxy(standby.port);
    const { store, replica } = await openFollowed({ port: line.port });
    await born(store, 1);
    expect(await isShown(replica, 1)).toBe(true);
    line.line = 'silent';
    await expect.poll(() => reasonOf(replica), { timeout: 5000 }).toBe('it does not answer');
    const since = performance.now();
    // Each would wait for 250 ms: far more than a hundred searches take, also where others use the processors.
    for (let turn = 0; turn < 100; turn += 1) expect(await isShown(replica, 1)).toBe(true);
    expect(performance.now() - since).toBeLessThan(100 * 125);
    line.line = 'dead';
    await line.close();
  });

  test('that is no replica at all, or of something else, is left aside', async () => {
    const { store, replica: itself } = await openWith({ port: server.port });
    expect(await reasonOf(itself)).toBe('it is not a standby');
    const elsewhere = await makeDatabase(server.port, 'nothing');
    const another = await open(elsewhere);
    await born(another, 7);
    await copied(elsewhere);
    const there = await openWith({ database: elsewhere });
    await expect
      .poll(() => reasonOf(there.replica), { timeout: 15_000 })
      .toBe('it shows nothing that the primary wrote lately');
    const { replica } = there;
    await born(store, 1);
    expect([await isShown(replica, 1), await isShown(replica, 7)]).toEqual([true, false]);
    await another.close();
    await dropDatabase(elsewhere);
  });

  test('writes nothing', async () => {
    const { replica } = await openWith();
    expect(Object.keys(replica).sort()).toEqual(['read', 'rowCounts', 'sizes', 'standing']);
  });

  test('that was promoted leads a life of its own, and is left aside', async () => {
    const { store, replica } = await openFollowed();
    await born(store, 1);
    expect(await isShown(replica, 1)).toBe(true);
    await queryAt(addressOf(standby.port, 'postgres'), 'SELECT pg_promote()');
    const there = new URL(address);
    there.port = String(standby.port);
    const alone = await open(there.href);
    await born(alone, 2);
    await alone.close();
    await born(store, 3);
    expect([await isShown(replica, 3), await isShown(replica, 2)]).toEqual([true, false]);
    await expect.poll(() => reasonOf(replica), { timeout: 5000 }).toBe('it is not a standby');
  });
});
