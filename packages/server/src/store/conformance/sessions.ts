/** The rules of sessions, refresh families and attempt budgets. */
import assert from 'node:assert/strict';
import type { SessionEnd } from '../../domain/sessions/session.ts';
import type { Store } from '../../domain/store.ts';
import { type ConformanceCase, rule, same, write } from './case.ts';
import { account, digest, family, id, people, rotation, session } from './samples.ts';

const ending = (at: number): SessionEnd => ({ at, by: 'system', reason: 'sign-out' });

const end = (store: Store, number: number, at: number): Promise<boolean> =>
  store.transact((tx) => tx.sessions.end(id(number), ending(at)));

const seenAt = async (store: Store): Promise<number | undefined> =>
  (await store.read.sessions.find(id(1)))?.seenAt;

/** Rules of sessions. */
export const sessionRules: readonly ConformanceCase[] = [
  rule('a session is found with what a check needs of its account', async (store, now) => {
    await write(store, async (tx) => {
      await tx.accounts.insert({ ...account(1, now), roles: ['admin'] }, []);
      await tx.sessions.insert(session(1, now), digest(9));
    });
    same(await store.read.sessions.find(id(1)), {
      ...session(1, now),
      accountStatus: 'active',
      accountName: 'Person 1',
      roles: ['admin'],
      handleDigest: digest(9),
    });
    await write(store, (tx) => tx.accounts.update(id(1), { status: 'disabled', updatedAt: now }));
    assert.equal((await store.read.sessions.find(id(1)))?.accountStatus, 'disabled');
    assert.equal(await store.read.sessions.find(id(2)), undefined);
  }),
  rule(
    'the open sessions of an account are listed youngest first, the ended ones not',
    async (store, now) => {
      await people(store, 2, now);
      await write(store, async (tx) => {
        for (const number of [3, 4, 5])
          await tx.sessions.insert({ ...session(number, now), accountId: id(1) }, '');
        await tx.sessions.end(id(4), ending(now));
      });
      const open = await store.read.sessions.listOpen(id(1));
      assert.deepEqual(
        open.map((one) => one.id),
        [id(5), id(3), id(1)],
      );
    },
  ),
  rule(
    'a network is familiar to the account that signed in from it, also after sign-out',
    async (store, now) => {
      await people(store, 2, now);
      await write(store, (tx) =>
        tx.sessions.insert({ ...session(3, now), accountId: id(1), network: '2001:db8::' }, digest(3)),
      );
      await end(store, 3, now);
      const familiar = (number: number, network: string) => store.read.sessions.familiar(id(number), network);
      assert.deepEqual([await familiar(1, '192.0.2.1'), await familiar(1, '2001:db8::')], [true, true]);
      assert.deepEqual([await familiar(2, '2001:db8::'), await familiar(1, '192.0.2.2')], [false, false]);
    },
  ),
  rule('use moves a session forward and never back', async (store, now) => {
    await people(store, 1, now);
    await write(store, (tx) => tx.sessions.touch(id(1), now + 10));
    assert.equal(await seenAt(store), now + 10);
    await write(store, (tx) => tx.sessions.touch(id(1), now + 5));
    assert.equal(await seenAt(store), now + 10);
  }),
  rule(
    'a session that is proven again has a new handle and stays what it was; one that ended is not',
    async (store, now) => {
      await people(store, 2, now);
      await end(store, 2, now);
      const proof = { provenAt: now + 5, amr: 'pwd otp', handleDigest: digest(7) };
      const again = (number: number) => store.transact((tx) => tx.sessions.proveAgain(id(number), proof));
      const before = await store.read.sessions.find(id(1));
      assert.deepEqual([await again(1), await again(2), await again(9)], [true, false, false]);
      same(await store.read.sessions.find(id(1)), { ...before, ...proof, seenAt: now + 5 });
      assert.equal((await store.read.sessions.find(id(2)))?.handleDigest === digest(7), false);
    },
  ),
  rule('a session ends once, and keeps its first end', async (store, now) => {
    await people(store, 1, now);
    assert.equal(await end(store, 1, now + 1), true);
    const later = { at: now + 2, by: id(1), reason: 'replaced' } as const;
    assert.equal(await store.transact((tx) => tx.sessions.end(id(1), later)), false);
    same((await store.read.sessions.find(id(1)))?.ended, ending(now + 1));
    assert.equal(await end(store, 2, now), false);
  }),
  rule('only sessions that are neither ended nor expired count as open', async (store, now) => {
    await people(store, 3, now);
    await end(store, 1, now);
    await write(store, (tx) =>
      tx.sessions.insert({ ...session(4, now), accountId: id(3), expiresAt: now }, digest(4)),
    );
    assert.equal(await store.read.sessions.countOpen(now), 2);
    assert.equal(await store.read.sessions.countOpen(now + 1_000_000), 0);
  }),
  rule(
    'collecting takes ended, expired and idle sessions with their families, and no others',
    async (store, now) => {
      await people(store, 5, now);
      await end(store, 1, now - 100);
      await end(store, 2, now);
      await write(store, async (tx) => {
        await tx.sessions.insert({ ...session(6, now), accountId: id(1), expiresAt: now - 100 }, digest(6));
        await tx.sessions.insert({ ...session(7, now), accountId: id(1), seenAt: now - 500 }, digest(7));
        await tx.families.insert({ ...family(6, now), id: id(6) });
      });
      const bounds = { endedBefore: now - 50, seenBefore: now - 400 };
      assert.equal(await store.transact((tx) => tx.sessions.collect(bounds, 10)), 3);
      for (const number of [1, 6, 7]) assert.equal(await store.read.sessions.find(id(number)), undefined);
      for (const number of [1, 6]) assert.equal(await store.read.families.find(id(number)), undefined);
      for (const number of [2, 3, 4, 5]) assert.ok(await store.read.families.find(id(number)));
      assert.equal((await store.rowCounts())['families'], 4);
    },
  ),
  rule('collecting sessions keeps to its limit', async (store, now) => {
    await people(store, 5, now);
    const collect = () =>
      store.transact((tx) => tx.sessions.collect({ endedBefore: now, seenBefore: now + 1 }, 2));
    assert.deepEqual([await collect(), await collect(), await collect(), await collect()], [2, 2, 1, 0]);
    assert.equal((await store.rowCounts())['families'], 0);
  }),
];

/** Rules of refresh families. */
export const familyRules: readonly ConformanceCase[] = [
  rule('a family is found with its session and the account', async (store, now) => {
    await people(store, 1, now);
    const found = await store.read.families.find(id(1));
    const { session: live, ...own } = found ?? assert.fail('no family');
    same(own, { ...family(1, now), clientId: '' });
    const { handleDigest: _, ...known } =
      (await store.read.sessions.find(id(1))) ?? assert.fail('no session');
    same(live, known);
    assert.equal(await store.read.families.find(id(2)), undefined);
  }),
  rule(
    'what an access token is compared with is found with its session, as it is now',
    async (store, now) => {
      await people(store, 1, now);
      assert.equal(await store.read.families.findAccess(id(2)), undefined);
      const { accessDigest, accessExpiresAt, priorAccessDigest, priorAccessExpiresAt } = family(1, now);
      const before = (await store.read.families.findAccess(id(1))) ?? assert.fail('no family');
      const { session: live, ...own } = before;
      const compared = { accessDigest, accessExpiresAt, priorAccessDigest, priorAccessExpiresAt };
      same(own, { ...compared, clientId: '' });
      same(live, (await store.read.families.find(id(1)))?.session);
      await store.transact((tx) => tx.accounts.update(id(1), { status: 'disabled', updatedAt: now }));
      assert.equal((await store.read.families.findAccess(id(1)))?.session.accountStatus, 'disabled');
    },
  ),
  rule('a family rotates only from its live generation and its live digest', async (store, now) => {
    await people(store, 1, now);
    const rotate = (generation: number, from: string) =>
      store.transact((tx) => tx.families.rotate({ id: id(1), generation, digest: from }, rotation(1, now)));
    assert.equal(await rotate(1, digest(1)), false);
    assert.equal(await rotate(0, digest(2)), false);
    assert.equal((await store.read.families.find(id(1)))?.generation, 0);
    assert.equal(await rotate(0, digest(1)), true);
    assert.equal(await rotate(0, digest(1)), false);
  }),
  rule('a rotation keeps the direct predecessor and no older one', async (store, now) => {
    await people(store, 1, now);
    const [one, two] = [rotation(1, now), rotation(2, now)];
    await write(store, (tx) => tx.families.rotate({ id: id(1), generation: 0, digest: digest(1) }, one));
    await write(store, (tx) => tx.families.rotate({ id: id(1), generation: 1, digest: one.digest }, two));
    const { session: _, ...own } = (await store.read.families.find(id(1))) ?? assert.fail('no family');
    same(own, {
      id: id(1),
      sessionId: id(1),
      clientId: '',
      generation: 2,
      ...two,
      priorDigest: one.digest,
      priorAccessDigest: one.accessDigest,
      priorAccessExpiresAt: one.accessExpiresAt,
    });
  }),
];

const budget = (store: Store, key: string, resetsAt: number) => (now: number, limit: number) =>
  store.transact((tx) => tx.budgets.spend({ key, limit, now, resetsAt }));

/** Rules of attempt budgets. */
export const budgetRules: readonly ConformanceCase[] = [
  rule('a budget gives exactly its limit, each key its own', async (store, now) => {
    const spend = budget(store, 'one', now + 1000);
    for (const used of [1, 2, 3]) assert.deepEqual(await spend(now, 3), { used, resetsAt: now + 1000 });
    assert.equal(await spend(now, 3), undefined);
    assert.equal(await spend(now + 999, 3), undefined);
    assert.deepEqual(await budget(store, 'two', now + 5)(now, 1), { used: 1, resetsAt: now + 5 });
  }),
  rule(
    'RLM-10: a budget is full again when its window ends, and the window does not move before',
    async (store, now) => {
      await budget(store, 'one', now + 1000)(now, 2);
      const later = budget(store, 'one', now + 5000);
      assert.deepEqual(await later(now + 999, 2), { used: 2, resetsAt: now + 1000 });
      assert.equal(await later(now + 999, 2), undefined);
      assert.deepEqual(await later(now + 1000, 2), { used: 1, resetsAt: now + 5000 });
      const resetsAt = (key: string) => store.transact((tx) => tx.budgets.resetsAt(key));
      assert.deepEqual([await resetsAt('one'), await resetsAt('none')], [now + 5000, undefined]);
    },
  ),
  rule(
    'CLK-01: a window of a clock that was set back does not lock anybody out for longer',
    async (store, now) => {
      await budget(store, 'one', now + 90_000_000)(now + 89_000_000, 1);
      const spend = budget(store, 'one', now + 1000);
      assert.deepEqual(await spend(now, 1), { used: 1, resetsAt: now + 1000 });
      assert.equal(await spend(now, 1), undefined);
      // Of another process, whose clock is ahead by less than a window: it counts.
      await budget(store, 'two', now + 1900)(now + 900, 1);
      assert.equal(await budget(store, 'two', now + 1000)(now, 1), undefined);
    },
  ),
  rule('a unit given back can be spent once more, and no budget grows past its limit', async (store, now) => {
    const spend = budget(store, 'one', now + 1000);
    const restore = () => write(store, (tx) => tx.budgets.restore('one'));
    await restore();
    await spend(now, 1);
    await restore();
    await restore();
    assert.equal((await spend(now, 1))?.used, 1);
    assert.equal(await spend(now, 1), undefined);
  }),
  rule('collecting takes budgets whose window is over, up to its limit', async (store, now) => {
    for (const key of ['a', 'b', 'c']) await budget(store, key, now - 1)(now - 10, 5);
    await budget(store, 'kept', now)(now - 10, 5);
    const collect = (limit: number) => store.transact((tx) => tx.budgets.collect(now, limit));
    assert.deepEqual([await collect(2), await collect(2), await collect(2)], [2, 1, 0]);
    assert.equal((await store.rowCounts())['budgets'], 1);
  }),
];
