import { expect, test } from 'vitest';
import { injectedTime } from './rules/time.ts';
import { breaches, breachesIn } from './tree.ts';

test('only the clock reads the hour or waits, and chance comes from node:crypto', () => {
  expect(breaches(injectedTime, 'src')).toEqual([]);
});

test.each([
  ['Date.now()'],
  ['new Date()'],
  ['new Date'],
  ['Date()'],
  ['performance.now()'],
  ['Math.random()'],
  ['setTimeout(f, 1)'],
  ['globalThis.setInterval(f, 1)'],
  ['AbortSignal.timeout(5)'],
  ["import { setTimeout as wait } from 'node:timers/promises'"],
])('the rule notices %s', (code) => {
  expect(breachesIn(injectedTime, 'packages/server/src/domain/a.ts', code).length).toBeGreaterThan(0);
});

test('a moment that is given may become a Date, and the clock may do its work', () => {
  expect(breachesIn(injectedTime, 'a.ts', 'new Date(clock.now()).toISOString();')).toEqual([]);
  expect(breachesIn(injectedTime, 'packages/client/src/clock.ts', 'Date.now();')).toEqual([]);
});
