import { expect, test } from 'vitest';
import { manualClock } from '../../src/base/clock.ts';
import { travellingClock } from '../../src/base/travelling-clock.ts';

const start = 1_000_000;

const set = () => {
  const real = manualClock(start);
  const clock = travellingClock(real);
  const done: string[] = [];
  return { real, clock, done, note: (name: string) => () => void done.push(name) };
};

test('it goes as the real one does, ahead of it by what it was told', () => {
  const { real, clock } = set();
  expect([clock.now(), clock.ahead()]).toEqual([start, 0]);
  clock.travel(5000);
  expect([clock.now(), clock.ahead()]).toEqual([start + 5000, 5000]);
  real.advance(10);
  expect(clock.now()).toBe(start + 5010);
  clock.travel(0);
  expect(clock.now()).toBe(start + 10);
});

test('what falls due on the way forward is run at once, in order, and the rest when its time is over', () => {
  const { real, clock, done, note } = set();
  clock.after(300, note('third'));
  clock.after(100, note('first'));
  clock.after(200, note('second'));
  clock.after(5000, note('last'));
  real.advance(50);
  clock.travel(1000);
  expect(done).toEqual(['first', 'second', 'third']);
  real.advance(3949);
  expect(done).toHaveLength(3);
  real.advance(1);
  expect(done).toEqual(['first', 'second', 'third', 'last']);
});

test('nothing waits longer for a way back', () => {
  const { real, clock, done, note } = set();
  clock.travel(86_400_000);
  clock.after(100, note('soon'));
  clock.travel(0);
  real.advance(100);
  expect(done).toEqual(['soon']);
});

test('what was taken back is not run, neither by time nor by travel, nor by what runs before it', () => {
  const { real, clock, done, note } = set();
  const cancel = clock.after(100, note('never'));
  cancel();
  cancel();
  const later = clock.after(300, note('never'));
  clock.after(200, () => later());
  clock.travel(1000);
  real.advance(1000);
  expect(done).toEqual([]);
});

test('what is planned while travelling is due from there', () => {
  const { real, clock, done, note } = set();
  clock.after(100, () => clock.after(100, note('next')));
  clock.travel(1000);
  expect(done).toEqual([]);
  real.advance(100);
  expect(done).toEqual(['next']);
});
