import { describe, expect, test } from 'vitest';
import { auditFaults } from './history/audit.ts';
import { type Deed, type Done, notAsked } from './history/deeds.ts';
import { faultsOf, guessBudget } from './history/judge.ts';
import {
  born,
  change,
  changed,
  check,
  email,
  end,
  inTurn,
  type Line,
  next,
  refresh,
  signIn,
  signUp,
} from './history/story.ts';

describe('the checker explains', () => {
  test.each<[string, readonly Line[]]>([
    ['a sign-out that was lost and happened', [[end], [check, 200], [check, 401], [check, 401]]],
    ['a sign-out that was lost and never happened', [[end], [check, 200]]],
    [
      'a rotation whose answer was lost',
      [[refresh('r0')], [refresh('r0'), next(1)], [refresh('r0'), next(1)]],
    ],
    [
      'a thief who ends the family',
      [
        [refresh('r0'), next(1)],
        [refresh('r1'), next(2)],
        [refresh('r0'), 401],
        [check, 401],
      ],
    ],
    [
      'a store that says that it is unavailable',
      [
        [end, 503],
        [check, 200],
        [end, 204],
        [check, 401],
      ],
    ],
    [
      'a change of the password',
      [
        [change, changed],
        [signIn, 401],
        [check, 401],
      ],
    ],
    ['a change that nobody answered', [[change], [signIn, 401], [check, 401]]],
  ])('%s', (_, lines) => {
    expect(faultsOf(inTurn(...born, ...lines))).toEqual([]);
  });

  test('a sign-out by a token that a refresh superseded meanwhile', () => {
    const [first, second, third] = inTurn([refresh('r0'), next(1)], [end, 204], [refresh('r1'), next(2)]);
    const crossing: Done[] = [
      first as Done,
      { ...(second as Done), called: 2, returned: 9 },
      { ...(third as Done), called: 3, returned: 4 },
    ].map((done) => ({ ...done, called: done.called + 10, returned: done.returned + 10 }));
    expect(faultsOf([...inTurn(...born), ...crossing])).toEqual([]);
  });

  test('a refresh that others overtook by more than one step, and that got what was live then', () => {
    expect(
      faultsOf([
        ...inTurn(...born),
        { deed: refresh('r0'), told: next(3), called: 10, returned: 20 },
        { deed: refresh('r0'), told: next(1), called: 11, returned: 12 },
        { deed: refresh('r1'), told: next(2), called: 13, returned: 14 },
        { deed: refresh('r2'), told: next(3), called: 15, returned: 16 },
      ]),
    ).toEqual([]);
  });

  test('a tab that two rotations pass by: it is told the live member', () => {
    const [slow, first, second] = inTurn(
      [refresh('r0'), next(2)],
      [refresh('r0'), next(1)],
      [refresh('r1'), next(2)],
    );
    const crossing: Done[] = [
      { ...(slow as Done), called: 10, returned: 15 },
      { ...(first as Done), called: 11, returned: 12 },
      { ...(second as Done), called: 13, returned: 14 },
    ];
    expect(faultsOf([...inTurn(...born), ...crossing])).toEqual([]);
    // One after the other it would be a second branch.
    const late = { ...(slow as Done), called: 16, returned: 17 };
    expect(faultsOf([...inTurn(...born), ...crossing.slice(1), late])).not.toEqual([]);
  });

  test('answers that crossed', () => {
    const [first, second] = inTurn([end, 204], [check, 200]);
    const crossing: Done[] = [
      { ...(first as Done), called: 10, returned: 13 },
      { ...(second as Done), called: 11, returned: 12 },
    ];
    expect(faultsOf([...inTurn(...born), ...crossing])).toEqual([]);
  });
});

describe('the checker finds', () => {
  test.each<[string, readonly Line[]]>([
    ['I1: an account that is gone', [[signIn, 401]]],
    ['I1: an account that was made twice', [[signUp, 201]]],
    [
      'I2: an old password that works',
      [
        [change, changed],
        [signIn, 201],
      ],
    ],
    [
      'I3: a session that lives after its sign-out',
      [
        [end, 204],
        [check, 200],
      ],
    ],
    ['I3: a session that comes back', [[end], [check, 401], [check, 200]]],
    [
      'I3: a session that outlives the password',
      [
        [change, changed],
        [check, 200],
      ],
    ],
    ['a session that nobody ended and that is over', [[check, 401]]],
    [
      'I4: two branches',
      [
        [refresh('r0'), next(1)],
        [refresh('r0'), { ...next(1), refresh: 'other' }],
      ],
    ],
    [
      'I4: a consumed member that works',
      [
        [refresh('r0'), next(1)],
        [refresh('r1'), next(2)],
        [refresh('r0'), next(1)],
      ],
    ],
    ['a lost answer that signs somebody out', [[refresh('r0')], [refresh('r0'), 401]]],
    [
      'I3: a key that works after its end',
      [
        [{ does: 'end-key', key: 'k', id: 'k', access: '' }, 204],
        [{ does: 'use-key', key: 'k' }, 200],
      ],
    ],
    [
      'I5: a code that works twice',
      [
        [{ does: 'redeem', code: 'c' }, 200],
        [{ does: 'redeem', code: 'c' }, 200],
      ],
    ],
    ['I9: an answer about somebody else', [[check, { status: 200, account: 'a2' }]]],
    ['a fault of the server', [[check, 500]]],
  ])('%s', (_, lines) => {
    expect(faultsOf(inTurn(...born, ...lines))).not.toEqual([]);
  });

  test.each([
    ['one guess too many', guessBudget + 1, 0],
    ['somebody who is turned away too early', guessBudget - 1, 1],
  ])('I8: %s', (_, looked, turnedAway) => {
    const guess: Deed = { does: 'guess', email };
    const guesses = (count: number, status: number): Line[] =>
      Array.from({ length: count }, () => [guess, status]);
    const within = inTurn(...guesses(guessBudget, 401), ...guesses(1, 429));
    expect(faultsOf(within)).toEqual([]);
    expect(faultsOf(inTurn(...guesses(looked, 401), ...guesses(turnedAway, 429)))).toHaveLength(1);
  });

  test('I6: a change without its event, and an event without its change', () => {
    const event = { seq: 1, at: 0, sessionId: '', actor: '', network: '', data: {}, hash: '' };
    const history = inTurn(...born, [change, changed], [change]);
    const told = (type: string): typeof event & { type: string; accountId: string } => ({
      ...event,
      type,
      accountId: 'a1',
    });
    const events = (...types: readonly string[]): never[] => types.map(told) as never[];
    expect(auditFaults(history, events('account.created', 'password.changed'))).toEqual([]);
    expect(auditFaults(history, events('account.created', 'password.changed', 'password.changed'))).toEqual(
      [],
    );
    expect(auditFaults(history, events('account.created'))).toHaveLength(1);
    expect(
      auditFaults(history, events('account.created', ...Array.from({ length: 3 }, () => 'password.changed'))),
    ).toHaveLength(1);
    // Where nobody listened nothing was asked, and nothing may have happened.
    const unasked = inTurn(...born, [change, notAsked]);
    expect(auditFaults(unasked, events('account.created'))).toEqual([]);
    expect(auditFaults(unasked, events('account.created', 'password.changed'))).toHaveLength(1);
  });
});
