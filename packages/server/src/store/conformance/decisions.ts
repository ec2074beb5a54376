/**
 * The rules of bodies that look and then decide. One writer at a time keeps them by itself; where bodies run side by side,
 * what was found must stay until they are done.
 */
import assert from 'node:assert/strict';
import type { Identifier } from '../../domain/accounts/account.ts';
import { verifyEvents } from '../../domain/admin/verify-events.ts';
import { appendEvent } from '../../domain/events.ts';
import type { Store, Transaction } from '../../domain/store.ts';
import { atOnce, type ConformanceCase, race, write } from './case.ts';
import { grant, identity, peopleAndClients } from './oauth-samples.ts';
import { account, apiKey, digest, id, people, session } from './samples.ts';

class Refused extends Error {}

/** Whether it was done; what a body refuses by itself was not. */
const done = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (thrown: unknown) => {
      if (thrown instanceof Refused) return false;
      throw thrown;
    },
  );

async function found<T>(finding: Promise<T | undefined>): Promise<T> {
  const value = await finding;
  if (value === undefined) throw new Refused();
  return value;
}

const openSessions = async (store: Store, number: number): Promise<number> =>
  (await store.read.sessions.listOpen(id(number))).length;

const endAll = async (tx: Transaction, number: number, now: number): Promise<void> => {
  for (const one of await tx.sessions.listOpen(id(number)))
    await tx.sessions.end(one.id, { at: now, by: 'system', reason: 'sign-out' });
};

/** How many accounts each rule is tried on at once. */
const accounts = 12;

/** Rules of looking and deciding, over three handles. */
export const decisionRules: readonly ConformanceCase[] = [
  race('what a body has found stays as it was until the body is done', async (store, now) => {
    await people(store(0), 1, now);
    await write(store(0), (tx) => tx.accounts.update(id(1), { name: '0', updatedAt: now }));
    await atOnce(40, (turn) =>
      store(turn).transact(async (tx) => {
        const { name } = await found(tx.accounts.find(id(1)));
        await tx.accounts.update(id(1), { name: String(Number(name) + 1), updatedAt: now });
      }),
    );
    assert.equal((await store(0).read.accounts.find(id(1)))?.name, '40');
  }),
  race('whoever waited for an account sees all of it as it was left', async (store, now) => {
    await people(store(0), accounts, now);
    const address = (number: number, turn: number): Identifier => {
      const typed = `turn-${turn}@${number}.example.com`;
      return { kind: 'email', typed, canonical: typed };
    };
    await atOnce(4 * accounts, (turn) =>
      store(turn).transact(async (tx) => {
        const number = 1 + (turn % accounts);
        const { email, name } = await found(tx.accounts.find(id(number)));
        if (name.startsWith('turn-')) assert.equal(email, name);
        const next = address(number, turn);
        await tx.accounts.setIdentifier(id(number), next);
        await tx.accounts.update(id(number), { name: next.typed, updatedAt: now });
      }),
    );
  }),
  race('what is counted below a found account does not pass its limit', async (store, now) => {
    await people(store(0), 1, now);
    const outcomes = await atOnce(40, (turn) =>
      done(
        store(turn).transact(async (tx) => {
          await found(tx.accounts.find(id(1)));
          if ((await tx.apiKeys.list(id(1))).length >= 10) throw new Refused();
          await tx.apiKeys.insert(apiKey(turn, id(1), now));
        }),
      ),
    );
    assert.equal(outcomes.filter(Boolean).length, 10);
    assert.equal((await store(0).read.apiKeys.list(id(1))).length, 10);
  }),
  race('of two that take away the last but one way in, one stays', async (store, now) => {
    await people(store(0), accounts, now);
    await write(store(0), async (tx) => {
      for (let number = 1; number <= accounts; number += 1)
        for (const way of [0, 1]) await tx.identities.insert(identity(2 * number + way, id(number), now));
    });
    await atOnce(2 * accounts, (turn) =>
      done(
        store(turn).transact(async (tx) => {
          const number = 1 + Math.floor(turn / 2);
          await found(tx.accounts.find(id(number)));
          await tx.identities.delete(identity(2 * number + (turn % 2), id(number), now).id, id(number));
          if ((await tx.identities.list(id(number))).length === 0) throw new Refused();
        }),
      ),
    );
    for (let number = 1; number <= accounts; number += 1)
      assert.equal((await store(0).read.identities.list(id(number))).length, 1);
  }),
  race('nobody signs in to an account that is being disabled', async (store, now) => {
    await people(store(0), accounts, now);
    await atOnce(3 * accounts, (turn) => {
      const number = 1 + Math.floor(turn / 3);
      const disable = async (tx: Transaction): Promise<void> => {
        await found(tx.accounts.find(id(number)));
        await tx.accounts.update(id(number), { status: 'disabled', updatedAt: now });
        await endAll(tx, number, now);
      };
      const signIn = async (tx: Transaction): Promise<void> => {
        if ((await found(tx.accounts.find(id(number)))).status !== 'active') throw new Refused();
        await tx.sessions.insert({ ...session(100 + turn, now), accountId: id(number) }, digest(turn));
      };
      return done(store(turn).transact(turn % 3 === 1 ? disable : signIn));
    });
    for (let number = 1; number <= accounts; number += 1)
      assert.equal(await openSessions(store(0), number), 0, String(number));
  }),
  race('nobody signs in by a password that is being replaced', async (store, now) => {
    await people(store(0), accounts, now);
    await write(store(0), async (tx) => {
      for (let number = 1; number <= accounts; number += 1)
        await tx.accounts.setPassword({ accountId: id(number), phc: 'old', changedAt: now });
    });
    await atOnce(3 * accounts, (turn) => {
      const number = 1 + Math.floor(turn / 3);
      const replace = async (tx: Transaction): Promise<void> => {
        if (!(await tx.accounts.replaceHash(id(number), 'old', 'new'))) throw new Refused();
        await endAll(tx, number, now);
      };
      const signIn = async (tx: Transaction): Promise<void> => {
        await found(tx.accounts.find(id(number)));
        if ((await found(tx.accounts.password(id(number)))).phc !== 'old') throw new Refused();
        await tx.sessions.insert({ ...session(100 + turn, now), accountId: id(number) }, digest(turn));
      };
      return done(store(turn).transact(turn % 3 === 1 ? replace : signIn));
    });
    for (let number = 1; number <= accounts; number += 1)
      assert.equal(await openSessions(store(0), number), 0, String(number));
  }),
  race('a role is not given while it is deleted', async (store, now) => {
    await write(store(0), async (tx) => {
      for (let number = 1; number <= accounts; number += 1) {
        await tx.accounts.insert(account(number, now), []);
        await tx.roles.put({ name: `role-${number}`, permissions: [], requires: 'nothing' });
      }
    });
    await atOnce(2 * accounts, (turn) => {
      const number = 1 + Math.floor(turn / 2);
      const role = `role-${number}`;
      const give = async (tx: Transaction): Promise<void> => {
        await found(tx.roles.find(role));
        await tx.accounts.update(id(number), { roles: [role], updatedAt: now });
      };
      const remove = async (tx: Transaction): Promise<void> => {
        await found(tx.roles.find(role));
        await tx.roles.delete(role);
        if (await tx.accounts.roleHeld(role)) throw new Refused();
      };
      return done(store(turn).transact(turn % 2 === 0 ? give : remove));
    });
    for (let number = 1; number <= accounts; number += 1) {
      const held = await store(0).read.accounts.roleHeld(`role-${number}`);
      assert.equal((await store(0).read.roles.find(`role-${number}`)) !== undefined, held, String(number));
    }
  }),
  race('of thirty consents at once none takes back what another has allowed', async (store, now) => {
    await peopleAndClients(store(0), now);
    await atOnce(30, (turn) =>
      store(turn).transact(async (tx) => {
        await found(tx.accounts.find(id(1)));
        const before = await tx.grants.find(grant(now).accountId, grant(now).clientId);
        await tx.grants.put({ ...grant(now), scopes: [...(before?.scopes ?? []), `scope-${turn}`] });
      }),
    );
    const [left] = await store(1).read.grants.list(id(1));
    assert.equal(new Set(left?.scopes).size, 30);
  }),
  race(
    'bodies that tell of what they do, in whatever order, do not wait for each other',
    async (store, now) => {
      await people(store(0), accounts, now);
      await atOnce(5 * accounts, (turn) =>
        store(turn).transact(async (tx) => {
          const first = 1 + (turn % accounts);
          const telling = { type: 'session.proven', actor: 'system', data: { turn } } as const;
          if (turn % 2 === 0) await appendEvent(tx, now, telling);
          await tx.revocations.append({ sessionId: id(first), at: 1, expiresAt: now });
          await tx.sessions.touch(id(first), now + turn);
          if (turn % 2 === 1) await appendEvent(tx, now, telling);
        }),
      );
      const intact = { intact: true, events: 5 * accounts, fault: undefined };
      assert.deepEqual(await verifyEvents(store(1).read), intact);
      assert.equal((await store(2).read.revocations.bounds()).last, 5 * accounts);
    },
  ),
  race('TOK-02: of fifty single statements on one row one wins, and its word stands', async (store, now) => {
    await people(store(0), 1, now);
    const from = { id: id(1), generation: 0, digest: digest(1) };
    const to = { rotatedAt: now, accessDigest: '', accessExpiresAt: now };
    const outcomes = await atOnce(50, (turn) =>
      store(turn).once((_read, one) =>
        one(id(1), (tx) => tx.families.rotate(from, { ...to, digest: `turn ${turn}` })),
      ),
    );
    assert.equal(outcomes.filter(Boolean).length, 1);
    const family = await store(1).read.families.find(id(1));
    assert.deepEqual([family?.generation, family?.digest], [1, `turn ${outcomes.indexOf(true)}`]);
  }),
  race('single statements that say the same of many rows are each done to their own', async (store, now) => {
    await people(store(0), 60, now);
    const touch = (number: number, later: number): Promise<void> =>
      store(number).once((_read, one) => one(id(number), (tx) => tx.sessions.touch(id(number), now + later)));
    await atOnce(60, (turn) => touch(turn + 1, turn + 1));
    // Of two of one row the later word stands, in whatever order they are done.
    await Promise.all([touch(7, 300), touch(7, 200), touch(8, 200), touch(8, 300)]);
    for (let number = 1; number <= 60; number += 1) {
      const seenAt = now + (number === 7 || number === 8 ? 300 : number);
      assert.equal((await store(1).read.sessions.find(id(number)))?.seenAt, seenAt, String(number));
    }
  }),
  race('a single statement that is refused leaves those beside it standing', async (store, now) => {
    await people(store(0), 30, now);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, turn) =>
        turn % 10 === 3
          ? store(0).once((_read, one) => one(id(1), (tx) => tx.sessions.insert(session(1, now), digest(1))))
          : store(0).once((_read, one) =>
              one(id(turn + 1), (tx) => tx.sessions.touch(id(turn + 1), now + 5)),
            ),
      ),
    );
    outcomes.forEach(({ status }, turn) =>
      assert.equal(status === 'rejected', turn % 10 === 3, String(turn)),
    );
    assert.equal((await store(1).read.sessions.find(id(30)))?.seenAt, now + 5);
  }),
];
