import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/base/clock.ts';
import { createHashingPlaces, type PlacesOptions } from '../../../src/program/accounts/hashing-places.ts';

function bench(options: Partial<PlacesOptions> = {}) {
  const clock = manualClock(0);
  let count = 0;
  const places = createHashingPlaces({
    most: 5,
    workers: 1,
    processors: 4,
    served: () => count,
    clock,
    ...options,
  });
  return {
    clock,
    places,
    serve: () => {
      count += 1;
    },
  };
}

describe('LOD-05: who is signed in has a processor left', () => {
  test('while nobody else is served, passwords are hashed on all of them', () => {
    const { places, clock } = bench();
    expect(places()).toBe(5);
    clock.advance(10_000);
    expect(places()).toBe(5);
  });

  test('as soon as somebody is served, and for a second after the last, one processor is left', () => {
    const { places, clock, serve } = bench();
    expect(places()).toBe(5);
    serve();
    expect(places()).toBe(3);
    clock.advance(900);
    serve();
    expect(places()).toBe(3);
    clock.advance(999);
    expect(places()).toBe(3);
    clock.advance(1);
    expect(places()).toBe(5);
  });

  test.each([
    { processors: 1, workers: 1, most: 2, left: 1 },
    { processors: 2, workers: 1, most: 3, left: 1 },
    { processors: 8, workers: 1, most: 9, left: 7 },
    { processors: 8, workers: 2, most: 4, left: 3 },
    { processors: 8, workers: 8, most: 1, left: 1 },
    { processors: 8, workers: 1, most: 2, left: 2 },
  ])(
    '$processors processors, $workers processes, $most at most: $left beside others',
    ({ left, ...machine }) => {
      const { places, serve } = bench(machine);
      serve();
      expect(places()).toBe(left);
    },
  );
});
