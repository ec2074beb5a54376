import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { browserStore } from '../../src/browser-store.ts';
import type { ClientOptions } from '../../src/client.ts';
import { systemClock } from '../../src/clock.ts';
import { createClient } from '../../src/create-client.ts';
import { fileStore } from '../../src/file.ts';
import { leaseLock } from '../../src/lease-lock.ts';
import { type Lock, localLock, memoryStore, type TokenStore } from '../../src/store.ts';
import { type RehearsalParts, rehearse, type ScenarioName } from '../../src/testing.ts';
import { memoryStorage } from '../memory-storage.ts';

type SetUp = (parts: RehearsalParts) => Partial<ClientOptions>;

/** The scenarios that a set-up does not pass, with what is said of them. */
async function faultsOf(setUp: SetUp, clients = 3): Promise<Partial<Record<ScenarioName, string>>> {
  const { scenarios, passed } = await rehearse({
    createClient: (parts) => createClient({ ...parts, ...setUp(parts) }),
    clients,
  });
  const failed = scenarios.filter((one) => !one.passed);
  expect(passed).toBe(failed.length === 0);
  return Object.fromEntries(failed.map(({ name, story }) => [name, story]));
}

const memory = (more: Partial<ClientOptions> = {}): SetUp => {
  const store = memoryStore();
  return () => ({ store, ...more });
};

/** Keeps the disk at work for so many milliseconds of real time. */
async function diskWork(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await stat(tmpdir());
}

describe('a set-up that is right passes', () => {
  const storage = memoryStorage();

  test.each<[string, SetUp, number]>([
    ['one store in memory', memory(), 3],
    ['a timer', memory({ ahead: 'timer' }), 3],
    ['early refreshes', memory({ ahead: 'timer', refreshAheadSeconds: 200 }), 3],
    ['opaque tokens and no repetitions', memory({ carrier: 'opaque', backoffSeconds: [] }), 2],
    ['a store for each client', () => ({}), 1],
    ['the storage of a browser', ({ clock }) => ({ store: browserStore({ storage, clock }) }), 3],
    ['fifty tabs', memory(), 50],
  ])('%s', async (_what, setUp, clients) => {
    expect(await faultsOf(setUp, clients)).toEqual({});
  });

  test.each([undefined, new Uint8Array(32)])('a file, by the hour of the machine', async (key) => {
    const folder = await mkdtemp(join(tmpdir(), 'doorward-rehearsal-'));
    const path = join(folder, 'tokens');
    expect(await faultsOf(() => ({ store: fileStore(path, key ? { key } : {}) }))).toEqual({});
    await rm(folder, { recursive: true });
  });

  test('however long its store is at work in real time: the hour goes no faster meanwhile', async () => {
    const store = memoryStore();
    const lease = { storage: memoryStorage(), key: 'a', lease: 15_000 };
    const write = (text: string): Promise<void> => diskWork(400).then(() => store.write(text));
    const report = await rehearse({
      createClient: ({ clock, ...parts }) =>
        createClient({
          ...parts,
          clock,
          store: { ...store, write },
          lock: leaseLock({ ...lease, clock }),
        }),
      scenarios: ['tab-storm'],
    });
    // In strides the hour would be past the lease before the store is done, and a second client would take its turn.
    expect(report.text).toMatch(/^ok /);
  });

  test('however slowly its lock is passed on', async () => {
    const { lock = localLock(), ...store } = memoryStore();
    const slow: Lock = (work) => lock(() => diskWork(400).then(work));
    const report = await rehearse({
      createClient: (parts) => createClient({ ...parts, store, lock: slow }),
      clients: 1,
      scenarios: ['slow-server'],
    });
    // In strides the window in which the server knows the old token would be over.
    expect(report.text).toMatch(/^ok /);
  });

  test('though memory is collected while a server does not answer', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const collectOften = async (): Promise<void> => {
      for (let times = 10; times > 0; times--) {
        await diskWork(2);
        collect();
      }
    };
    const store = memoryStore();
    const report = await rehearse({
      createClient: ({ fetch, ...parts }) =>
        createClient({
          ...parts,
          store,
          fetch: (input, init) => {
            void collectOften();
            return fetch(input, init);
          },
        }),
      scenarios: ['slow-server'],
    });
    expect(report.text).toMatch(/^ok /);
  });
});

describe('a set-up that is wrong fails:', () => {
  test('a store that keeps nothing, in every scenario', async () => {
    const store: TokenStore = { read: () => undefined, write: () => undefined, remove: () => undefined };
    const faults = await faultsOf(() => ({ store }));
    expect(Object.values(faults)).toEqual(Array(5).fill(expect.stringContaining('loses what is written')));
  });

  test('a store that loses every write but the first, in every scenario', async () => {
    const stores = new Map<RehearsalParts['fetch'], TokenStore>();
    const faults = await faultsOf(({ fetch }) => {
      const kept = memoryStore();
      const write = (text: string): void => void (kept.read() ?? kept.write(text));
      const store = stores.get(fetch) ?? { ...kept, write };
      stores.set(fetch, store);
      return { store };
    });
    expect(Object.keys(faults)).toHaveLength(5);
    expect(faults['lost-reply']).toContain('the store loses');
  });

  test('a store whose writes come late, in the tab storm', async () => {
    const kept = memoryStore();
    const store = (clock: RehearsalParts['clock']): TokenStore => {
      let mine = kept.read() as string | undefined;
      const write = (text: string): void => {
        mine = text;
        clock.after(500, () => void kept.write(text));
      };
      return { ...kept, read: () => mine ?? kept.read(), write };
    };
    const faults = await faultsOf(({ clock }) => ({ store: store(clock) }));
    expect(faults['tab-storm']).toBeDefined();
  });

  test('stores that are not shared, where they should be', async () => {
    const faults = await faultsOf(() => ({}));
    expect(Object.values(faults)).toEqual(Array(5).fill(expect.stringContaining('they share no store')));
  });

  test.each<[string, SetUp]>([
    [
      'without a lock',
      (() => {
        const { lock: _lock, ...store } = memoryStore();
        return () => ({ store });
      })(),
    ],
    [
      'with a lock for each client',
      (() => {
        const store = memoryStore();
        return () => ({ store, lock: localLock() });
      })(),
    ],
  ])('a shared store %s, in the tab storm', async (_how, setUp) => {
    const faults = await faultsOf(setUp);
    expect(faults['tab-storm']).toContain('needs one lock for all');
    expect(Object.keys(faults)).not.toContain('clock-jump');
  });

  test('a lock whose lease is over before a request is, with the slow server', async () => {
    const [store, storage] = [memoryStore(), memoryStorage()];
    const faults = await faultsOf(({ clock }) => ({
      store,
      lock: leaseLock({ storage, key: 'a', clock, lease: 3000 }),
    }));
    expect(faults).toEqual({
      'slow-server': expect.stringContaining('Two refreshes were under way at once'),
    });
  });

  test('a fetch that repeats what got no answer, with the lost reply', async () => {
    const setUp: SetUp = ({ fetch }) => ({
      ...memory()({ fetch } as RehearsalParts),
      fetch: (input, init) => fetch(input, init).catch(() => fetch(input, init)),
    });
    const faults = await faultsOf(setUp, 1);
    expect(faults).toEqual({ 'lost-reply': expect.stringContaining('repeats requests by itself') });
  });

  test('a fetch that repeats what was answered 503, in the outage', async () => {
    const setUp: SetUp = ({ fetch }) => ({
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        return answer.status === 503 ? fetch(input, init) : answer;
      },
    });
    expect(await faultsOf(setUp, 1)).toEqual({
      outage: expect.stringContaining('was asked 1 more times meanwhile'),
    });
  });

  test('a fetch that does not hand the signal on, with the slow server', async () => {
    const setUp: SetUp = ({ fetch }) => ({
      fetch: (input, init) => fetch(input, { ...init, signal: null }),
    });
    expect(await faultsOf(setUp, 1)).toEqual({ 'slow-server': expect.stringContaining('hand `signal` on') });
  });

  test('what a scenario leaves in the store spoils no other', async () => {
    const store = memoryStore();
    const setUp: SetUp = ({ fetch }) => ({
      store,
      fetch: (input, init) => fetch(input, { ...init, signal: null }),
    });
    expect(Object.keys(await faultsOf(setUp))).toEqual(['slow-server']);
  });

  test('patience beyond the window of the server, with the slow server and a lost reply', async () => {
    // A pause is drawn between itself and its double.
    const late = expect.stringMatching(
      /^The session has ended: .* again [4-8]\d s after .* keeps it for 30 s/,
    );
    expect(await faultsOf(memory({ timeoutSeconds: 40 }))).toEqual({ 'slow-server': late });
    expect(await faultsOf(memory({ backoffSeconds: [40] }))).toEqual({ 'lost-reply': late });
  });

  test.each<[string, SetUp, RegExp]>([
    ['its own clock', () => ({ clock: systemClock }), /hand `clock` on/],
    ['its own issuer', () => ({ issuer: 'https://id.example.com' }), /hand `issuer` on/],
    [
      'a store that throws',
      () => ({ store: { ...memoryStore(), read: () => Promise.reject(new Error('no disk')) } }),
      /^A client threw store_failed: no disk\.$/,
    ],
    ['no address', () => ({ issuer: 'nowhere' }), /^The set-up threw: TypeError/],
  ])('%s, in every scenario', async (_what, setUp, story) => {
    const faults = await faultsOf(setUp, 1);
    expect(Object.values(faults)).toEqual(Array(5).fill(expect.stringMatching(story)));
  });
});

test('a report names each scenario, what happened and what was asked of the server', async () => {
  const store = memoryStore();
  const report = await rehearse({
    createClient: (parts) => createClient({ store, ...parts }),
    scenarios: ['tab-storm', 'lost-reply'],
  });
  expect(report.scenarios.map(({ name, requests }) => ({ name, requests }))).toEqual([
    { name: 'tab-storm', requests: { signIns: 1, refreshes: 1, calls: 50 } },
    { name: 'lost-reply', requests: { signIns: 1, refreshes: 2, calls: 1 } },
  ]);
  expect(report.text).toMatch(
    /^ok {4}tab-storm: 50 requests of 3 clients .*\nok {4}lost-reply: .*asked again after 0\.\d s/,
  );
});
