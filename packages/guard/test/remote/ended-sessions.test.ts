import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createEndedSessions } from '../../src/remote/ended-sessions.ts';
import { readEntry } from '../../src/remote/revocation-page.ts';
import { start } from './scripted.ts';

const collect = (): void => {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
};

test('a hundred thousand ended sessions take at most 20 MB', () => {
  const sessions = createEndedSessions();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let seq = 1; seq <= 100_000; seq += 1) {
    const until = new Date(start + seq).toISOString();
    sessions.add(readEntry(JSON.stringify({ seq, sid: randomUUID(), at: until, until })));
  }
  collect();
  const megabytes = (process.memoryUsage().heapUsed - before) / 1_000_000;
  expect(sessions.size()).toBe(100_000);
  expect(megabytes).toBeGreaterThan(1);
  expect(megabytes).toBeLessThanOrEqual(20);
});

test('a session counts until the last second in which one of its tokens could live', () => {
  const sessions = createEndedSessions();
  sessions.add({ seq: 1, sessionId: 'a', until: start + 1500 });
  sessions.sweep(start + 1999);
  expect(sessions.has('a')).toBe(true);
  sessions.sweep(start + 2000);
  expect([sessions.has('a'), sessions.size()]).toEqual([false, 0]);
});
