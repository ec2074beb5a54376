import { describe, expect, test } from 'vitest';
import type { Deed, Done } from './history/deeds.ts';
import { faultsOf } from './history/judge.ts';
import { afterLosses } from './history/loss.ts';
import {
  began,
  born,
  change,
  changed,
  check,
  end,
  inTurn,
  type Line,
  next,
  refresh,
  signIn,
} from './history/story.ts';

/** What was done before, what was lost, and what was done after. */
type Moments = readonly [before: readonly Line[], lost: readonly Line[], after: readonly Line[]];

describe('FLT-14: after a failover that lost what was done meanwhile, the checker', () => {
  const key: Deed = { does: 'use-key', key: 'k1' };
  const checkOther: Deed = { does: 'check', session: 's9', access: 'dw_at_0' };
  const redeem: Deed = { does: 'redeem', code: 'c1' };
  const failedOver = (...[before, lost, after]: Moments): Done[] => {
    const edge = 2 * (born.length + before.length) - 0.5;
    const gone = edge + 2 * lost.length;
    const history = inTurn(...born, ...before, ...lost, ...after);
    return afterLosses(history, [{ heard: edge, deaf: edge, gone }]);
  };

  test.each<[string, ...Moments]>([
    ['a sign-out that was lost', [], [[end, 204]], [[check, 200]]],
    [
      'a code that is used once more',
      [],
      [[redeem, 200]],
      [
        [redeem, 200],
        [redeem, 400],
      ],
    ],
    [
      'a password that is the old one again',
      [],
      [[change, changed]],
      [[signIn, { ...began, session: 's9' }]],
    ],
    [
      'a member that was lost, which ends its family',
      [[refresh('r0'), next(1)]],
      [[refresh('r1'), next(2)]],
      [
        [refresh('r2'), 401],
        [refresh('r1'), 401],
      ],
    ],
    [
      'a member that is made once more, and is the same',
      [],
      [[refresh('r0'), next(1)]],
      [
        [refresh('r0'), next(1)],
        [refresh('r1'), next(2)],
      ],
    ],
    [
      'nobody who signed in meanwhile',
      [],
      [[signIn, { ...began, session: 's9', refresh: 'y0' }]],
      [[checkOther, 401]],
    ],
  ])('explains %s', (_, ...moments) => {
    expect(faultsOf(failedOver(...moments))).toEqual([]);
  });

  test.each<[string, ...Moments]>([
    ['a sign-out of before that is undone', [[end, 204]], [], [[check, 200]]],
    ['a sign-out that was lost and holds', [], [[end, 204]], [[check, 401]]],
    [
      'a code that is used twice more',
      [],
      [[redeem, 200]],
      [
        [redeem, 200],
        [redeem, 200],
      ],
    ],
    ['a member that was lost and is live', [], [[refresh('r0'), next(1)]], [[refresh('r1'), next(2)]]],
    [
      'a member with another successor',
      [],
      [[refresh('r0'), next(1)]],
      [[refresh('r0'), { ...next(1), refresh: 'z1' }]],
    ],
    [
      'a session that was lost and opens',
      [],
      [[signIn, { ...began, session: 's9', refresh: 'y0' }]],
      [[checkOther, 200]],
    ],
    ['a key that ends with nobody ending it', [[key, 200]], [], [[key, 401]]],
  ])('finds %s', (_, ...moments) => {
    expect(faultsOf(failedOver(...moments))).not.toEqual([]);
  });

  test('takes it for possible that what was under way at either end was lost, and that it was not', () => {
    const history = inTurn(...born, [end, 204], [check, 401]);
    const [asked, told] = [2 * born.length, 2 * born.length + 1];
    const middle = (asked + told) / 2;
    const before = { heard: asked - 0.5, deaf: middle, gone: told + 0.5 };
    const after = { heard: asked - 0.7, deaf: asked - 0.5, gone: middle };
    const revived = history.with(history.length - 1, { ...(history.at(-1) as Done), told: { status: 200 } });
    for (const loss of [before, after])
      for (const one of [history, revived]) expect(faultsOf(afterLosses(one, [loss]))).toEqual([]);
  });
});
