import { beforeEach, expect, test, vi } from 'vitest';
import { type ManualClock, manualClock } from '../../../src/base/clock.ts';
import type { Reads } from '../../../src/domain/store.ts';
import type { Revocation } from '../../../src/domain/tokens/revocation.ts';
import { createRevocationFeed, type RevocationFeed } from '../../../src/domain/tokens/revocation-feed.ts';

const start = Date.UTC(2031, 0, 1);
let clock: ManualClock;
let table: Revocation[];
let bounds: { last: number; collected: number };
let broken: Error | undefined;
let looks: number;
let feed: RevocationFeed;

const add = (count = 1): void => {
  for (let i = 0; i < count; i++) {
    bounds.last += 1;
    table.push({
      seq: bounds.last,
      sessionId: `s${bounds.last}`,
      at: clock.now(),
      expiresAt: clock.now() + 360_000,
    });
  }
};

beforeEach(() => {
  clock = manualClock(start);
  table = [];
  bounds = { last: 0, collected: 0 };
  broken = undefined;
  looks = 0;
  const revocations = {
    list: async (after: number, limit: number) => {
      looks += 1;
      if (broken) throw broken;
      return table.filter(({ seq }) => seq > after).slice(0, limit);
    },
    bounds: async () => bounds,
  };
  feed = createRevocationFeed({ read: { revocations } as Partial<Reads> as Reads, clock });
});

function follow(after: number): { heard: number[]; failures: unknown[]; stop: () => void } {
  const heard: number[] = [];
  const failures: unknown[] = [];
  const stop = feed.follow(after, {
    onEntries: (entries) => heard.push(...entries.map(({ seq }) => seq)),
    onFailure: (thrown) => failures.push(thrown),
  });
  return { heard, failures, stop };
}

test('each follower gets each entry once, in order, from where it began', async () => {
  add(3);
  const [all, late] = [follow(0), follow(2)];
  await vi.waitFor(() => expect(all.heard).toEqual([1, 2, 3]), { timeout: 10_000 });
  expect(late.heard).toEqual([3]);
  for (let i = 0; i < 20; i++) {
    add();
    feed.nudge();
    feed.nudge();
  }
  await vi.waitFor(() => expect(all.heard).toHaveLength(23), { timeout: 10_000 });
  expect(all.heard).toEqual(Array.from({ length: 23 }, (_, i) => i + 1));
  expect(late.heard).toEqual(all.heard.slice(2));
});

test('what came in pages is told whole', async () => {
  add(2500);
  const { heard } = follow(0);
  await vi.waitFor(() => expect(heard).toHaveLength(2500), { timeout: 10_000 });
  expect(new Set(heard).size).toBe(2500);
});

test('what other processes ended is found within a quarter of a second, again and again', async () => {
  const { heard } = follow(0);
  for (let round = 1; round <= 4; round++) {
    await vi.waitFor(() => expect(feed.state().followers).toBe(1), { timeout: 10_000 });
    add();
    await vi.waitFor(
      () => {
        clock.advance(250);
        expect(heard).toHaveLength(round);
      },
      { timeout: 10_000 },
    );
  }
});

test('nobody looks while nobody listens', async () => {
  const { stop } = follow(0);
  await vi.waitFor(() => expect(looks).toBeGreaterThan(0), { timeout: 10_000 });
  stop();
  stop();
  const before = looks;
  clock.advance(10_000);
  feed.nudge();
  await Promise.resolve();
  expect([looks, feed.state().followers]).toEqual([before, 0]);
});

test('a store that cannot be read is told to every follower, and the feed goes on when it can', async () => {
  const { heard, failures } = follow(0);
  broken = new Error('no disk');
  add();
  feed.nudge();
  await vi.waitFor(() => expect(failures).toContain(broken), { timeout: 10_000 });
  broken = undefined;
  await vi.waitFor(
    () => {
      clock.advance(250);
      expect(heard).toEqual([1]);
    },
    { timeout: 10_000 },
  );
});

test('how long an entry took to reach the followers is known', async () => {
  follow(0);
  add();
  clock.advance(200);
  feed.nudge();
  await vi.waitFor(() => expect(feed.state().lag).toBe(200), { timeout: 10_000 });
});

test('a reader is told of a gap: of what was collected unseen, and of numbers that never were', async () => {
  add(5);
  table.splice(0, 3);
  bounds.collected = 3;
  expect(await feed.read(3)).toMatchObject({ gap: false, last: 5 });
  expect((await feed.read(3)).entries.map(({ seq }) => seq)).toEqual([4, 5]);
  expect((await feed.read(2)).gap).toBe(true);
  expect((await feed.read(5)).gap).toBe(false);
  expect((await feed.read(6)).gap).toBe(true);
});

test('at the end of the server every follower is let go, and who comes later too', async () => {
  const early = follow(0);
  feed.close();
  expect(early.failures).toMatchObject([{ code: 'store_unavailable' }]);
  const late = follow(0);
  await vi.waitFor(() => expect(late.failures).toMatchObject([{ code: 'store_unavailable' }]), {
    timeout: 10_000,
  });
  expect(feed.state().followers).toBe(0);
});
