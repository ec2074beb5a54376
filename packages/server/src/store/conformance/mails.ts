/** The rules of the outbox of mails. */
import assert from 'node:assert/strict';
import { utf8 } from '../../base/bytes.ts';
import { neverDue, type WaitingMail } from '../../domain/mail/waiting-mail.ts';
import { atOnce, type ConformanceCase, race, rule, same, write } from './case.ts';
import { id, people } from './samples.ts';

/** A mail that is due, and worth sending for 100 milliseconds. */
export const waitingMail = (number: number, now: number): WaitingMail => ({
  id: id(number),
  kind: 'sign-in',
  accountId: id(1),
  sealed: utf8(`sealed ${number}`),
  attempts: 0,
  nextAt: now,
  createdAt: now,
  expiresAt: now + 100,
});

const ids = (mails: readonly WaitingMail[]): string[] => mails.map((mail) => mail.id);

/** Rules of mails. */
export const mailRules: readonly ConformanceCase[] = [
  rule('due mails are claimed oldest first, and are hidden while they are tried', async (store, now) => {
    await write(store, async (tx) => {
      for (const number of [1, 2, 3]) await tx.mails.insert(waitingMail(number, now));
      await tx.mails.insert({ ...waitingMail(4, now), nextAt: now + 1 });
    });
    const claim = (at: number, limit: number) =>
      store.transact((tx) => tx.mails.claim({ now: at, until: at + 100, limit }));
    const tried = (number: number) => ({ ...waitingMail(number, now), attempts: 1, nextAt: now + 100 });
    same(await claim(now, 2), [tried(1), tried(2)]);
    same(await claim(now, 9), [tried(3)]);
    assert.deepEqual(await claim(now, 9), []);
    assert.deepEqual(ids(await claim(now + 100, 9)), [id(1), id(2), id(3), id(4)]);
  }),
  rule('a mail is deferred, sent once, or given up when its time is over', async (store, now) => {
    await write(store, async (tx) => {
      for (const number of [1, 2, 3])
        await tx.mails.insert({ ...waitingMail(number, now), expiresAt: now + number });
      await tx.mails.defer({ id: id(1), attempts: 0 }, now + 50);
    });
    const claim = (at: number) => store.transact((tx) => tx.mails.claim({ now: at, until: at, limit: 9 }));
    assert.deepEqual(ids(await claim(now + 49)), [id(2), id(3)]);
    assert.deepEqual(ids(await claim(now + 50)), [id(1), id(2), id(3)]);
    const send = () => store.transact((tx) => tx.mails.delete(id(1)));
    assert.deepEqual([await send(), await send()], [true, false]);
    assert.equal(await store.transact((tx) => tx.mails.collect(now + 3, 9)), 1);
    assert.deepEqual(ids(await store.read.mails.latest({ limit: 9 })), [id(3)]);
  }),
  rule(
    'who has claimed a mail too long ago does not put it off for whoever has it now',
    async (store, now) => {
      await write(store, (tx) => tx.mails.insert(waitingMail(1, now)));
      const claim = (at: number) =>
        store.transact((tx) => tx.mails.claim({ now: at, until: at + 100, limit: 1 }));
      const [late = assert.fail('no mail')] = await claim(now);
      const [holder] = await claim(now + 100);
      await write(store, (tx) => tx.mails.defer(late, now + 100));
      assert.deepEqual(await claim(now + 199), []);
      assert.equal(holder?.attempts, 2);
    },
  ),
  rule('mails are read youngest first, and those of the inbox do not wait', async (store, now) => {
    await write(store, async (tx) => {
      await tx.mails.insert(waitingMail(1, now));
      await tx.mails.insert({ ...waitingMail(2, now), nextAt: neverDue });
    });
    same(await store.read.mails.latest({ limit: 1 }), [{ ...waitingMail(2, now), nextAt: neverDue }]);
    same(await store.read.mails.latest({ limit: 9, before: id(2) }), [waitingMail(1, now)]);
    same(await store.read.mails.find(id(1)), waitingMail(1, now));
    assert.equal(await store.read.mails.find(id(3)), undefined);
    assert.equal(await store.read.mails.countWaiting(), 1);
    assert.deepEqual(
      await store.transact((tx) => tx.mails.claim({ now: now + 1e12, until: now, limit: 9 })).then(ids),
      [id(1)],
    );
    assert.equal(await store.transact((tx) => tx.mails.clear()), 2);
    assert.deepEqual(await store.read.mails.latest({ limit: 9 }), []);
  }),
  rule('a mail outlives the account that it tells of', async (store, now) => {
    await people(store, 1, now);
    await write(store, async (tx) => {
      await tx.mails.insert(waitingMail(1, now));
      await tx.accounts.delete(id(1));
    });
    assert.equal((await store.rowCounts())['mails'], 1);
  }),
];

/** Rules of mails that only several handles can break. */
export const mailRaceRules: readonly ConformanceCase[] = [
  race('of fifty that claim over three handles each mail goes to one', async (store, now) => {
    await write(store(0), async (tx) => {
      for (let number = 1; number <= 20; number += 1) await tx.mails.insert(waitingMail(number, now));
    });
    const claims = await atOnce(50, (turn) =>
      store(turn).transact((tx) => tx.mails.claim({ now, until: now + 100, limit: 3 })),
    );
    const claimed = ids(claims.flat());
    assert.deepEqual([claimed.length, new Set(claimed).size], [20, 20]);
  }),
];
