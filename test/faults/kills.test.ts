import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';
import { type Campaign, killAgainAndAgain } from './crash.ts';
import { deletions } from './deletions.ts';
import { rounds } from './extent.ts';
import { passwordChanges } from './password-changes.ts';
import { refreshes } from './refreshes.ts';
import { signOuts } from './sign-outs.ts';
import { signUps } from './sign-ups.ts';
import { trial } from './trial.ts';
import { ways } from './ways.ts';

/** Hashes lightly, so that a round takes a moment. */
const quickly = fileURLToPath(new URL('server.ts', import.meta.url));

describe.each(ways)('killed in the middle, on $name', ({ make }) => {
  const expectNothingLost = (campaign: Omit<Campaign, 'place' | 'chance'>): Promise<void> =>
    trial(make, (given) => killAgainAndAgain({ ...campaign, ...given }));

  test(`FLT-01, LOG-03: ${rounds(13)} deaths amid sign-ups: who was told of an account has it once, with one event, and signs in`, () =>
    expectNothingLost({
      rounds: rounds(13),
      program: quickly,
      patience: 60,
      crew: [
        [signUps, 8],
        [signOuts, 2],
      ],
    }));

  test(`FLT-01: ${rounds(13)} deaths amid changes of passwords: the new one or the old one, never both`, () =>
    expectNothingLost({
      rounds: rounds(13),
      program: quickly,
      patience: 60,
      crew: [
        [passwordChanges, 8],
        [signOuts, 2],
      ],
    }));

  test(`TOK-06, TOK-07, FLT-02: ${rounds(13)} deaths amid groups of refreshes: one chain, and what was consumed stays so`, () =>
    expectNothingLost({
      rounds: rounds(13),
      program: quickly,
      patience: 250,
      crew: [
        [refreshes, 24],
        [signOuts, 2],
      ],
    }));

  test(`SES-07: ${rounds(6)} deaths amid deletions: an account is gone with all that hangs from it, or there with all of it`, () =>
    expectNothingLost({ rounds: rounds(6), program: quickly, patience: 20, crew: [[deletions, 6]] }));

  test(`FLT-01: ${rounds(6)} deaths beside two servers that go on: they keep what the dead one promised`, () =>
    expectNothingLost({
      rounds: rounds(6),
      servers: 3,
      program: quickly,
      patience: 100,
      crew: [
        [refreshes, 6],
        [signUps, 3],
        [passwordChanges, 3],
        [signOuts, 3],
      ],
    }));

  test(`FLT-01, LOG-03: ${rounds(5)} deaths of the program as people start it, all kinds of changes at once`, () =>
    expectNothingLost({
      rounds: rounds(5),
      patience: 30,
      crew: [
        [refreshes, 4],
        [signUps, 2],
        [passwordChanges, 2],
        [signOuts, 1],
      ],
    }));
});
