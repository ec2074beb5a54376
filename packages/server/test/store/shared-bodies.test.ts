/** Bodies that share a transaction without savepoints, on a real file: each still stands or falls alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyEvents } from '../../src/domain/admin/verify-events.ts';
import { appendEvent } from '../../src/domain/events.ts';
import { account, id } from '../../src/store/conformance/samples.ts';
import { openSqlite } from '../../src/store/sqlite/sqlite.ts';
import { freshDatabase, now } from './folder.ts';

class Fallen extends Error {}

/** What a body does before it stands or falls. */
const body = fc.record({
  writes: fc.boolean(),
  appends: fc.integer({ min: 0, max: 2 }),
  falls: fc.constantFrom('no', 'before', 'between', 'after', 'by a statement'),
});

type Body = typeof body extends fc.Arbitrary<infer Value> ? Value : never;

const stands = ({ falls, writes }: Body): boolean =>
  falls === 'no' || (falls === 'by a statement' && !writes);

test('a body that falls loses nothing of its neighbours and takes nothing with it', async () => {
  const store = await openSqlite({ path: freshDatabase(), now });
  let next = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 12 }), async (bodies) => {
      const first = next + 1;
      next += bodies.length;
      const before = (await store.read.events.head()).seq;
      const outcomes = await Promise.allSettled(
        bodies.map(({ writes, appends, falls }, at) =>
          store.transact(async (tx) => {
            const number = first + at;
            const fall = (place: Body['falls']): void => {
              if (falls === place) throw new Fallen();
            };
            fall('before');
            for (let turn = 0; turn < appends; turn += 1)
              await appendEvent(tx, now, { type: 'account.created', accountId: id(number), actor: 'system' });
            fall('between');
            if (writes) await tx.accounts.insert(account(number, now), []);
            fall('after');
            // The same id once more, which the database refuses.
            if (falls === 'by a statement' && writes) await tx.accounts.insert(account(number, now), []);
            return (await tx.accounts.find(id(number))) !== undefined;
          }),
        ),
      );
      const stood = bodies.filter(stands);
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(bodies.map(stands));
      for (const [at, { writes, appends, ...rest }] of bodies.entries()) {
        const kept = stands({ writes, appends, ...rest });
        const outcome = outcomes[at];
        expect(outcome?.status === 'fulfilled' && outcome.value).toBe(kept && writes);
        expect((await store.read.accounts.find(id(first + at))) !== undefined).toBe(kept && writes);
        const told = await store.read.events.list({ after: before, limit: 100, accountId: id(first + at) });
        expect(told.length).toBe(kept ? appends : 0);
      }
      const { seq } = await store.read.events.head();
      expect(seq - before).toBe(stood.reduce((sum, { appends }) => sum + appends, 0));
    }),
    { numRuns: 60 },
  );
  expect(await verifyEvents(store.read)).toMatchObject({ intact: true });
  await store.close();
});

test('events of a group follow on each other in the order of its bodies', async () => {
  const store = await openSqlite({ path: freshDatabase(), now });
  await Promise.all(
    Array.from({ length: 50 }, (_, number) =>
      store.transact(async (tx) => {
        await appendEvent(tx, now, { type: 'account.created', accountId: id(number), actor: 'system' });
        await appendEvent(tx, now, { type: 'account.changed', accountId: id(number), actor: 'system' });
      }),
    ),
  );
  const told = await store.read.events.list({ after: 0, limit: 200 });
  expect(told.map(({ accountId, type }) => [accountId, type])).toEqual(
    Array.from({ length: 50 }, (_, number) => [
      [id(number), 'account.created'],
      [id(number), 'account.changed'],
    ]).flat(),
  );
  expect(await verifyEvents(store.read)).toMatchObject({ intact: true });
  await store.close();
});
