/** The rules of transactions, of handles side by side, and of what may be bound. */
import assert from 'node:assert/strict';
import { verifyEvents } from '../../domain/admin/verify-events.ts';
import { appendEvent } from '../../domain/events.ts';
import type { Transaction } from '../../domain/store.ts';
import { atOnce, type ConformanceCase, race, rule, same, write } from './case.ts';
import { account, digest, family, id, people, rotation, session, signedIn } from './samples.ts';

class Undone extends Error {}

/** Rules of transactions. */
export const transactionRules: readonly ConformanceCase[] = [
  rule('a body that throws leaves nothing, and those beside it stand', async (store, now) => {
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((number) =>
        write(store, async (tx) => {
          await signedIn(tx, number, now);
          if (number % 2 === 0) throw new Undone();
        }),
      ),
    );
    assert.deepEqual(
      outcomes.map(({ status }) => status === 'fulfilled'),
      [true, false, true, false, true],
    );
    for (const outcome of outcomes)
      assert.ok(outcome.status === 'fulfilled' || outcome.reason instanceof Undone);
    const counts = await store.rowCounts();
    assert.deepEqual([counts['accounts'], counts['identifiers'], counts['families']], [3, 3, 3]);
  }),
  rule('a refused statement undoes its whole body and no other', async (store, now) => {
    await people(store, 1, now);
    const [refused, kept] = await Promise.allSettled([
      write(store, async (tx) => {
        await tx.accounts.update(id(1), { name: 'half', updatedAt: now });
        await tx.sessions.insert(session(1, now), digest(1));
      }),
      write(store, (tx) => tx.accounts.insert(account(2, now), [])),
    ]);
    assert.deepEqual([refused.status, kept.status], ['rejected', 'fulfilled']);
    assert.equal((await store.read.accounts.find(id(1)))?.name, 'Person 1');
  }),
  rule('a body sees what it wrote itself', async (store, now) => {
    const seen = await store.transact(async (tx) => {
      await signedIn(tx, 1, now);
      return (await tx.families.find(id(1)))?.session.accountName;
    });
    assert.equal(seen, 'Person 1');
  }),
  rule('reading outside sees only what is committed, also while transactions run', async (store, now) => {
    await people(store, 1, now);
    let outside: unknown = 'never read';
    await write(store, async (tx) => {
      await tx.accounts.update(id(1), { name: 'not yet', updatedAt: now });
      // Awaiting a stranger inside a body is what callers must not do; only so can it be seen from outside.
      outside = (await store.read.accounts.find(id(1)))?.name;
    });
    assert.equal(outside, 'Person 1');
    assert.equal((await store.read.accounts.find(id(1)))?.name, 'not yet');
  }),
  {
    name: 'what was acknowledged is there after closing and opening again',
    run: async ({ open, now }) => {
      const first = await open();
      await people(first, 20, now);
      await write(first, (tx) => appendEvent(tx, now, { type: 'account.created', actor: 'system' }));
      const before = await first.rowCounts();
      await first.close();
      const second = await open();
      assert.deepEqual(await second.rowCounts(), before);
      same((await second.read.families.find(id(20)))?.digest, family(20, now).digest);
      await second.close();
    },
  },
  {
    name: 'closing waits for what was queued, and refuses what comes after',
    run: async ({ open, now }) => {
      const store = await open();
      const queued = atOnce(20, (turn) => write(store, (tx) => signedIn(tx, turn + 1, now)));
      const closing = store.close();
      await assert.rejects(
        write(store, (tx) => signedIn(tx, 99, now)),
        { code: 'store_unavailable' },
      );
      await Promise.all([queued, closing]);
      const again = await open();
      assert.equal((await again.rowCounts())['sessions'], 20);
      await again.close();
    },
  },
  rule('the check resolves while the store can be had', async (store) => store.check()),
];

/** What a careless caller could hand over where a number belongs. */
const oddities = (now: number): unknown[] => [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  undefined,
  new Date(now),
  true,
  {},
];

/** Rules of what may be bound. */
export const binderRules: readonly ConformanceCase[] = [
  rule('what is no text, finite number or bytes is refused, and nothing is written', async (store, now) => {
    await people(store, 1, now);
    const before = await store.rowCounts();
    for (const odd of oddities(now)) {
      const number = odd as number;
      const bodies: ((tx: Transaction) => Promise<unknown>)[] = [
        (tx) => tx.sessions.insert({ ...session(2, now), accountId: id(1), seenAt: number }, digest(2)),
        (tx) => tx.sessions.touch(id(1), number),
        (tx) =>
          tx.families.rotate(
            { id: id(1), generation: 0, digest: digest(1) },
            { ...rotation(1, now), rotatedAt: number },
          ),
        (tx) => tx.budgets.spend({ key: 'k', limit: number, now, resetsAt: now }),
        (tx) => tx.setUps.offer({ id: id(1), digest: digest(1), expiresAt: number }),
        (tx) => tx.revocations.append({ sessionId: id(1), at: now, expiresAt: number }),
        (tx) => tx.accounts.insert({ ...account(3, now), createdAt: number }, []),
      ];
      for (const body of bodies) await assert.rejects(write(store, body), TypeError, String(odd));
    }
    assert.deepEqual(await store.rowCounts(), before);
    const found = await store.read.families.find(id(1));
    assert.deepEqual([found?.generation, found?.session.seenAt], [0, now]);
    assert.deepEqual(await store.read.revocations.bounds(), { last: 0, collected: 0 });
  }),
  rule('a field that must be there cannot be null', async (store, now) => {
    await people(store, 1, now);
    const nothing: unknown = null;
    await assert.rejects(
      write(store, (tx) => tx.sessions.insert({ ...session(2, now), network: nothing as string }, digest(2))),
    );
    assert.equal((await store.rowCounts())['sessions'], 1);
  }),
];

const won = (outcomes: readonly boolean[]): number => outcomes.filter(Boolean).length;

/** Rules that three handles on the same data keep together. */
export const raceRules: readonly ConformanceCase[] = [
  race('TOK-20: of fifty that consume one set-up link over three handles, one wins', async (store, now) => {
    const link = { id: id(1), digest: digest(1) };
    await write(store(0), (tx) => tx.setUps.offer({ ...link, expiresAt: now + 1000 }));
    const outcomes = await atOnce(50, (turn) =>
      store(turn).transact((tx) => tx.setUps.consume({ ...link, now })),
    );
    assert.equal(won(outcomes), 1);
  }),
  race('TOK-02: of fifty that rotate one generation over three handles, one wins', async (store, now) => {
    await people(store(0), 1, now);
    const outcomes = await atOnce(50, (turn) =>
      store(turn).transact((tx) =>
        tx.families.rotate({ id: id(1), generation: 0, digest: digest(1) }, rotation(turn, now)),
      ),
    );
    assert.equal(won(outcomes), 1);
    const found = await store(1).read.families.find(id(1));
    assert.equal(found?.generation, 1);
    same(found?.digest, rotation(outcomes.indexOf(true), now).digest);
  }),
  race(
    'RLM-08: a budget of ten lets exactly ten of two hundred through over three handles',
    async (store, now) => {
      const spending = { key: 'one', limit: 10, now, resetsAt: now + 1000 };
      const outcomes = await atOnce(200, (turn) => store(turn).transact((tx) => tx.budgets.spend(spending)));
      assert.equal(won(outcomes.map((spent) => spent !== undefined)), 10);
    },
  ),
  race(
    'of thirty accounts that ask for one identifier over three handles, one is written',
    async (store, now) => {
      const identifier = { kind: 'username', typed: 'ada', canonical: 'ada' } as const;
      const outcomes = await atOnce(30, (turn) =>
        store(turn).transact((tx) => tx.accounts.insert(account(turn, now), [identifier])),
      );
      assert.equal(won(outcomes), 1);
      assert.equal((await store(0).rowCounts())['accounts'], 1);
    },
  ),
  race('events appended over three handles make one chain', async (store, now) => {
    await atOnce(90, (turn) =>
      store(turn).transact((tx) => appendEvent(tx, now, { type: 'session.started', actor: `${turn}` })),
    );
    assert.deepEqual(await verifyEvents(store(0).read), { intact: true, events: 90, fault: undefined });
  }),
  race(
    'revocation numbers have no gap and no double over three handles, at any moment',
    async (store, now) => {
      const moment = { over: false };
      const appending = atOnce(90, (turn) =>
        store(turn).transact((tx) => tx.revocations.append({ sessionId: id(turn), at: 1, expiresAt: now })),
      ).finally(() => {
        moment.over = true;
      });
      let seen = 0;
      const follow = async (): Promise<void> => {
        const page = await store(1).read.revocations.list(seen, 100);
        for (const { seq } of page) {
          seen += 1;
          assert.equal(seq, seen);
        }
      };
      while (!moment.over) {
        await follow();
        await new Promise(setImmediate);
      }
      await appending;
      await follow();
      assert.equal(seen, 90);
      assert.deepEqual(await store(2).read.revocations.bounds(), { last: 90, collected: 0 });
    },
  ),
  race('what one handle committed, every other one reads', async (store, now) => {
    await people(store(0), 1, now);
    await write(store(1), (tx) => tx.sessions.end(id(1), { at: now, by: 'system', reason: 'sign-out' }));
    for (const turn of [0, 1, 2]) assert.ok((await store(turn).read.sessions.find(id(1)))?.ended);
  }),
];
