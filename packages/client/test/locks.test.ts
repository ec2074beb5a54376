import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settle } from '../src/clock.ts';
import { fileLock } from '../src/file-lock.ts';
import { leaseLock } from '../src/lease-lock.ts';
import { type Lock, localLock } from '../src/store.ts';
import { type ManualClock, manualClock } from '../src/testing/manual-clock.ts';
import { type WebLocks, webLock } from '../src/web-lock.ts';
import { memoryStorage } from './memory-storage.ts';
import { gate } from './scripted-server.ts';
import { webLocks } from './web-locks.ts';

const lease = 20_000;

let clock: ManualClock;
let folder: string;
let tab: () => WebLocks;
let storage: ReturnType<typeof memoryStorage>;
beforeEach(async () => {
  clock = manualClock();
  storage = memoryStorage();
  folder = await mkdtemp(join(tmpdir(), 'doorward-lock-'));
  tab = webLocks();
});
afterEach(() => rm(folder, { recursive: true }));

/** Every call of these is another sharer: a tab or a process. */
const locks: [string, () => Lock][] = [
  ['a Web Lock', () => webLock({ locks: tab(), name: 'a', clock, lease })],
  ['a lease in the storage', () => leaseLock({ storage, key: 'a.lease', clock, lease })],
  ['a lock file', () => fileLock({ path: join(folder, 'a.lock'), clock, lease })],
];

/** Moves the clock on, a little at a time, until the work is done. */
async function whileTimePasses<T>(work: Promise<T>): Promise<T> {
  const state = { done: false };
  const end = (): void => {
    state.done = true;
  };
  work.then(end, end);
  while (!state.done) {
    await clock.advance(20);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return work;
}

describe.each([...locks, ['a lock of one process', () => localLock()] as const])('%s', (what, make) => {
  test('lets one work at a time, each once, and hands on what the work says', async () => {
    const lock = make();
    const sharers: [Lock, ...Lock[]] = what === 'a lock of one process' ? [lock] : [lock, make(), make()];
    let inside = 0;
    let most = 0;
    const works = Array.from({ length: 9 }, (_, i) =>
      (sharers[i % sharers.length] ?? lock)(async () => {
        most = Math.max(most, ++inside);
        await settle();
        inside--;
        return i;
      }),
    );
    expect(await whileTimePasses(Promise.all(works))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(most).toBe(1);
  });

  test('is let go by work that fails', async () => {
    const lock = make();
    const failing = whileTimePasses(lock(() => Promise.reject(new Error('no'))));
    await expect(failing).rejects.toThrow('no');
    expect(await whileTimePasses(lock(async () => 'yes'))).toBe('yes');
  });
});

test.each(locks)(
  'TOK-23: %s is taken from a holder that stands still, after its lease and by one of those who wait',
  async (_what, make) => {
    const [frozen, started] = [gate(), gate()];
    const stuck = make()(() => {
      started.open();
      return frozen.passed;
    });
    await whileTimePasses(started.passed);
    let [inside, most, began] = [0, 0, 0];
    const before = clock.now();
    const waiting = Array.from({ length: 5 }, () =>
      make()(async () => {
        began ||= clock.now() - before;
        most = Math.max(most, ++inside);
        await settle();
        inside--;
      }),
    );
    await whileTimePasses(Promise.all(waiting));
    expect(most).toBe(1);
    expect(began).toBeGreaterThan(lease * 0.95);
    expect(began).toBeLessThan(lease * 1.2);
    frozen.open();
    await stuck;
    // Whoever lost it does not take it from others by ending.
    expect(await whileTimePasses(make()(async () => 'free'))).toBe('free');
  },
);

test('work whose Web Lock was taken away goes on, and its own result counts', async () => {
  const lock = webLock({ locks: tab(), name: 'a', clock, lease });
  const [slow, started] = [gate(), gate()];
  const work = lock(async () => {
    started.open();
    await slow.passed;
    return 'late';
  });
  await started.passed;
  await tab().request('a', { steal: true }, settle);
  slow.open();
  expect(await work).toBe('late');
});

test.each(['nonsense', '', `${Date.parse('2100-01-01')} somebody`])(
  'a note "%s" that no clock of ours wrote holds nobody up',
  async (note) => {
    storage.setItem('a.lease', note);
    await writeFile(join(folder, 'a.lock'), note);
    for (const [, make] of locks.slice(1)) expect(await whileTimePasses(make()(async () => 'in'))).toBe('in');
  },
);

test('a lock file leaves nothing behind', async () => {
  const lock = fileLock({ path: join(folder, 'a.lock'), clock, lease });
  await whileTimePasses(Promise.all([lock(settle), lock(settle), lock(settle)]));
  expect(await readdir(folder)).toEqual([]);
});

test('a lock in a folder that is not there says so', async () => {
  const lock = fileLock({ path: join(folder, 'none', 'a.lock'), clock, lease });
  await expect(lock(settle)).rejects.toMatchObject({ code: 'ENOENT' });
});
