import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { kill, storm, term, wander } from './blows.ts';
import { isWhole, rounds } from './extent.ts';
import { type Campaign, survive } from './history/campaign.ts';
import type { Shape } from './history/fleet.ts';
import { trial } from './trial.ts';
import { makePostgres, type Way, ways } from './ways.ts';

/** Hashes lightly, so that a round takes a moment. */
const program = fileURLToPath(new URL('server.ts', import.meta.url));
const one: Shape = { name: 'one process', processes: 1, workers: 1 };
const three: Shape = { name: 'three processes', processes: 3, workers: 1 };
const workers: Shape = { name: 'three workers', processes: 1, workers: 3 };

const expectExplained = (make: Way['make'], campaign: Omit<Campaign, 'place' | 'chance'>): Promise<void> =>
  trial(make, (given) => survive({ ...campaign, ...given }));

describe.each(ways)('all kinds of things at once, on $name', ({ make }) => {
  test.each([one, three])(
    'FLT-01, FLT-28, I1 to I9: $name, killed again and again: every history has an order',
    (shape) => expectExplained(make, { shape, blow: kill, blows: rounds(3), options: { program } }),
  );

  test('FLT-01, FLT-28: workers and their first process killed: every history has an order', () =>
    expectExplained(make, { shape: workers, blow: kill, blows: rounds(2), households: 2 }));

  test('FLT-01, FLT-28: all of three processes fall and come back at once, again and again', () =>
    expectExplained(make, {
      shape: three,
      blow: storm,
      blows: Math.ceil(rounds(4) / 4),
      options: { program },
    }));

  test('CLK-02, FLT-28: the clocks of three processes wander, two seconds each way: every history has an order', () =>
    expectExplained(make, { shape: three, blow: wander, blows: rounds(6), options: { program } }));

  test('FLT-22: told to stop one after the other: nothing that was accepted stays unanswered', () =>
    expectExplained(make, {
      shape: three,
      blow: term,
      blows: rounds(3),
      isPolite: true,
      options: { program },
    }));
});

// Among all ways this is there already.
test.each(isWhole ? [] : [three])(
  'FLT-01, FLT-28: $name on Postgres, killed: every history has an order',
  (shape) =>
    expectExplained(makePostgres, {
      shape,
      blow: kill,
      blows: rounds(3),
      households: 4,
      options: { program },
    }),
);
