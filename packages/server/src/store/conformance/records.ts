/** The rules of API keys, events, signing keys and revocations. */
import assert from 'node:assert/strict';
import { verifyEvents } from '../../domain/admin/verify-events.ts';
import { chainStart, type EventType, eventHash } from '../../domain/event.ts';
import { appendEvent } from '../../domain/events.ts';
import type { KeyState, SigningKeyRecord } from '../../domain/keys/key.ts';
import type { Store } from '../../domain/store.ts';
import { type ConformanceCase, rule, same, write } from './case.ts';
import { account, apiKey, id, people, signingKey } from './samples.ts';

/** Rules of API keys. */
export const apiKeyRules: readonly ConformanceCase[] = [
  rule('an API key is found with what a check needs of its account', async (store, now) => {
    await write(store, async (tx) => {
      await tx.accounts.insert({ ...account(1, now), status: 'disabled', roles: ['admin'] }, []);
      await tx.apiKeys.insert(apiKey(7, id(1), now));
    });
    const owner = { accountStatus: 'disabled', accountName: 'Person 1', roles: ['admin'] };
    same(await store.read.apiKeys.find(id(7)), { ...apiKey(7, id(1), now), ...owner });
    assert.equal(await store.read.apiKeys.find(id(8)), undefined);
  }),
  rule('the API keys of an account are listed youngest first', async (store, now) => {
    await people(store, 2, now);
    await write(store, async (tx) => {
      for (const number of [1, 2]) await tx.apiKeys.insert(apiKey(number, id(1), now));
      await tx.apiKeys.insert(apiKey(3, id(2), now));
    });
    same(await store.read.apiKeys.list(id(1)), [apiKey(2, id(1), now), apiKey(1, id(1), now)]);
  }),
  rule('use of an API key is noted forward and never back', async (store, now) => {
    await people(store, 1, now);
    await write(store, (tx) => tx.apiKeys.insert(apiKey(1, id(1), now)));
    for (const usedAt of [now, now - 5]) await write(store, (tx) => tx.apiKeys.touch(id(1), usedAt));
    assert.equal((await store.read.apiKeys.find(id(1)))?.usedAt, now);
  }),
  rule('an API key is deleted for its own account alone, once', async (store, now) => {
    await people(store, 2, now);
    await write(store, (tx) => tx.apiKeys.insert(apiKey(1, id(1), now)));
    const remove = (owner: number) => store.transact((tx) => tx.apiKeys.delete(id(1), id(owner)));
    assert.deepEqual([await remove(2), await remove(1), await remove(1)], [false, true, false]);
  }),
  rule('collecting takes expired API keys, up to its limit', async (store, now) => {
    await people(store, 1, now);
    await write(store, async (tx) => {
      for (const number of [1, 2, 3])
        await tx.apiKeys.insert({ ...apiKey(number, id(1), now), expiresAt: now - 1 });
      await tx.apiKeys.insert({ ...apiKey(4, id(1), now), expiresAt: now });
    });
    const collect = () => store.transact((tx) => tx.apiKeys.collect(now, 2));
    assert.deepEqual([await collect(), await collect(), await collect()], [2, 1, 0]);
    assert.deepEqual(
      (await store.read.apiKeys.list(id(1))).map((key) => key.id),
      [id(4)],
    );
  }),
];

interface Told {
  readonly at: number;
  readonly type?: EventType;
  readonly accountId?: string;
}

const tell = (store: Store, { at, type = 'session.started', accountId = '' }: Told): Promise<void> =>
  store.transact((tx) => appendEvent(tx, at, { type, accountId, actor: 'system', data: { at } }));

const numbers = (entries: readonly { readonly seq: number }[]): number[] => entries.map(({ seq }) => seq);

/** Rules of events. */
export const eventRules: readonly ConformanceCase[] = [
  rule('the chain begins at its start, and each event follows on the one before', async (store, now) => {
    const start = { seq: 0, hash: chainStart, anchorSeq: 0, anchorHash: chainStart };
    assert.deepEqual(await store.read.events.head(), start);
    await tell(store, { at: now, type: 'account.created' });
    const [event] = await store.read.events.list({ after: 0, limit: 10 });
    assert.equal(event?.data, JSON.stringify({ at: now }));
    assert.deepEqual(await store.read.events.head(), { ...start, seq: 1, hash: event?.hash });
    await store.transact(async (tx) => {
      for (const type of ['session.started', 'session.ended'] as const)
        await appendEvent(tx, now, { type, actor: 'system' });
    });
    const [, second, third] = await store.read.events.list({ after: 0, limit: 10 });
    assert.deepEqual([second?.type, third?.type], ['session.started', 'session.ended']);
    assert.equal(second && eventHash(event?.hash ?? '', second), second?.hash);
    assert.deepEqual(await store.read.events.head(), { ...start, seq: 3, hash: third?.hash });
    assert.deepEqual(await verifyEvents(store.read), { intact: true, events: 3, fault: undefined });
  }),
  rule('what a body appends is gone with it', async (store, now) => {
    const undone = store.transact(async (tx) => {
      await appendEvent(tx, now, { type: 'session.started', actor: 'system' });
      await tx.revocations.append({ sessionId: id(1), at: now, expiresAt: now });
      throw new Error('undone');
    });
    await assert.rejects(undone, /undone/);
    await tell(store, { at: now });
    assert.deepEqual(numbers(await store.read.events.list({ after: 0, limit: 9 })), [1]);
    assert.deepEqual(await store.read.revocations.bounds(), { last: 0, collected: 0 });
  }),
  rule(
    'events are listed forward and back, by account and by type, within their limit',
    async (store, now) => {
      for (const [accountId, type] of [
        [id(1), 'session.started'],
        [id(2), 'session.started'],
        [id(1), 'session.ended'],
        [id(1), 'session.started'],
        ['', 'key.created'],
      ] as const)
        await tell(store, { at: now, type, accountId });
      const { events } = store.read;
      assert.deepEqual(numbers(await events.list({ after: 1, limit: 2 })), [2, 3]);
      assert.deepEqual(numbers(await events.list({ after: 0, limit: 9, accountId: id(1) })), [1, 3, 4]);
      const both = { accountId: id(1), type: 'session.started' };
      assert.deepEqual(numbers(await events.list({ after: 1, limit: 9, ...both })), [4]);
      assert.deepEqual(
        numbers(await events.list({ after: 0, limit: 9, type: 'session.started' })),
        [1, 2, 4],
      );
      assert.deepEqual(numbers(await events.listBack({ before: 5, limit: 2 })), [4, 3]);
      assert.deepEqual(numbers(await events.listBack({ before: 4, limit: 9, accountId: id(1) })), [3, 1]);
      assert.deepEqual(numbers(await events.listBack({ before: 9, limit: 9, ...both })), [4, 1]);
    },
  ),
  rule('collecting events moves the anchor and leaves an unbroken chain', async (store, now) => {
    for (const at of [1, 2, 3, 4, 5]) await tell(store, { at: now + at });
    const removed = await store.read.events.list({ after: 0, limit: 5 });
    const collect = (before: number, limit: number) =>
      store.transact((tx) => tx.events.collect(now + before, limit));
    assert.deepEqual([await collect(4, 2), await collect(4, 2), await collect(4, 2)], [2, 1, 0]);
    const { anchorSeq, anchorHash } = await store.read.events.head();
    assert.deepEqual([anchorSeq, anchorHash], [3, removed[2]?.hash]);
    assert.deepEqual(await verifyEvents(store.read), { intact: true, events: 2, fault: undefined });
    assert.deepEqual([await collect(99, 9), await collect(99, 9)], [2, 0]);
    await tell(store, { at: now });
    assert.deepEqual(await verifyEvents(store.read), { intact: true, events: 1, fault: undefined });
  }),
  rule('an event from before a kept one is kept with it when the clock went back', async (store, now) => {
    for (const at of [1, 9, 2]) await tell(store, { at: now + at });
    assert.equal(await store.transact((tx) => tx.events.collect(now + 5, 9)), 1);
    assert.deepEqual(numbers(await store.read.events.list({ after: 0, limit: 9 })), [2, 3]);
    assert.equal((await verifyEvents(store.read)).intact, true);
  }),
];

const bear = (store: Store, key: SigningKeyRecord): Promise<boolean> =>
  store.transact((tx) => tx.signingKeys.insert(key));

const inState = (number: number, now: number, state: KeyState): SigningKeyRecord => ({
  ...signingKey(number, now),
  state,
});

/** Rules of signing keys. */
export const signingKeyRules: readonly ConformanceCase[] = [
  rule('signing keys are listed oldest first, as they were written', async (store, now) => {
    await bear(store, inState(2, now, 'active'));
    await bear(store, signingKey(1, now));
    same(await store.read.signingKeys.list(), [signingKey(1, now), inState(2, now, 'active')]);
  }),
  rule(
    'each algorithm has one next and one active signing key, and any number of retired ones',
    async (store, now) => {
      const states = ['next', 'next', 'active', 'active', 'retired', 'retired'] as const;
      for (const algorithm of ['EdDSA', 'RS256'] as const) {
        const born: boolean[] = [];
        for (const [at, state] of states.entries()) {
          const kid = `${algorithm} ${at}`;
          born.push(await bear(store, { ...inState(at, now, state), kid, algorithm }));
        }
        assert.deepEqual(born, [true, false, true, false, true, true]);
      }
    },
  ),
  rule('a signing key moves on only from where it stands, and notes when', async (store, now) => {
    await bear(store, signingKey(1, now));
    const move = (from: KeyState, to: KeyState, at: number) =>
      store.transact((tx) => tx.signingKeys.move({ kid: 'kid-1', from: from, to: to, at: at }));
    assert.equal(await move('active', 'retired', now), false);
    assert.equal(await move('next', 'active', now + 5), true);
    assert.equal(await move('next', 'active', now + 6), false);
    assert.equal(await move('active', 'retired', now + 9), true);
    const life = { state: 'retired', activeAt: now + 5, retiredAt: now + 9 } as const;
    same(await store.read.signingKeys.list(), [{ ...signingKey(1, now), ...life }]);
  }),
  rule(
    'only signing keys that retired before the moment are deleted, and they are named',
    async (store, now) => {
      await bear(store, inState(1, now, 'active'));
      for (const number of [2, 3])
        await write(store, (tx) =>
          tx.signingKeys.insert({ ...signingKey(number, now), state: 'retired', retiredAt: now + number }),
        );
      const gone = await store.transact((tx) => tx.signingKeys.deleteRetired(now + 3));
      assert.deepEqual(gone, ['kid-2']);
      assert.deepEqual(
        (await store.read.signingKeys.list()).map(({ kid }) => kid),
        ['kid-1', 'kid-3'],
      );
    },
  ),
];

const revoke = (store: Store, number: number, expiresAt: number): Promise<unknown> =>
  write(store, (tx) => tx.revocations.append({ sessionId: id(number), at: 1, expiresAt }));

/** Rules of revocations. */
export const revocationRules: readonly ConformanceCase[] = [
  rule(
    'revocations are numbered one after the other and listed after a number, within a limit',
    async (store, now) => {
      assert.deepEqual(await store.read.revocations.bounds(), { last: 0, collected: 0 });
      for (const number of [7, 8, 9]) await revoke(store, number, now);
      const entry = (seq: number, number: number) => ({ seq, sessionId: id(number), at: 1, expiresAt: now });
      same(await store.read.revocations.list(0, 2), [entry(1, 7), entry(2, 8)]);
      same(await store.read.revocations.list(2, 9), [entry(3, 9)]);
      assert.deepEqual(await store.read.revocations.bounds(), { last: 3, collected: 0 });
    },
  ),
  rule(
    'FLT-14: a revocation has a number of its own time: those that a failover has lost are not given again',
    async (store, now) => {
      const at = (time: number, number: number) =>
        write(store, (tx) => tx.revocations.append({ sessionId: id(number), at: time, expiresAt: now }));
      await at(now, 1);
      await write(store, async (tx) => {
        for (const number of [2, 3])
          await tx.revocations.append({ sessionId: id(number), at: now + 50 * number, expiresAt: now });
      });
      // By a process whose clock is behind.
      await at(now - 60_000, 4);
      assert.deepEqual(numbers(await store.read.revocations.list(0, 9)), [
        now,
        now + 149,
        now + 150,
        now + 151,
      ]);
      assert.equal((await store.read.revocations.bounds()).last, now + 151);
    },
  ),
  rule('a revocation that is undone leaves no gap', async (store, now) => {
    await revoke(store, 1, now);
    await assert.rejects(
      write(store, async (tx) => {
        await tx.revocations.append({ sessionId: id(2), at: 1, expiresAt: now });
        throw new Error('undone');
      }),
    );
    await revoke(store, 3, now);
    assert.deepEqual(numbers(await store.read.revocations.list(0, 9)), [1, 2]);
  }),
  rule(
    'collecting revocations keeps the bounds: the youngest ever and the youngest collected',
    async (store, now) => {
      for (const expiresAt of [now - 2, now + 5, now - 1, now]) await revoke(store, 1, expiresAt);
      const collect = () => store.transact((tx) => tx.revocations.collect(now, 1));
      assert.deepEqual([await collect(), await collect(), await collect()], [1, 1, 0]);
      assert.deepEqual(numbers(await store.read.revocations.list(0, 9)), [2, 4]);
      assert.deepEqual(await store.read.revocations.bounds(), { last: 4, collected: 3 });
      await revoke(store, 1, now);
      assert.deepEqual(await store.read.revocations.bounds(), { last: 5, collected: 3 });
    },
  ),
];
