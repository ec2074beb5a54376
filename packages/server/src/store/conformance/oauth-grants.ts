/** The rules of grants, families of clients, identities and sign-out notices. */
import assert from 'node:assert/strict';
import type { AccessTerms } from '../../domain/oauth/family-grant.ts';
import type { Store } from '../../domain/store.ts';
import { type ConformanceCase, rule, same, write } from './case.ts';
import {
  clientFamily,
  code,
  familyGrant,
  grant,
  identity,
  notice,
  peopleAndClients,
} from './oauth-samples.ts';
import { digest, family, id, rotation, session } from './samples.ts';

/** Rules of grants. */
export const grantRules: readonly ConformanceCase[] = [
  rule('a grant is one row an account and client, and is replaced but for its birth', async (store, now) => {
    await peopleAndClients(store, now);
    const put = (change: object) => write(store, (tx) => tx.grants.put({ ...grant(now), ...change }));
    await put({});
    await put({ clientId: id(2) });
    await put({ accountId: id(2) });
    const more = { scopes: ['email', 'openid'], resources: ['https://api.example/'], updatedAt: now + 5 };
    await put({ ...more, createdAt: now + 5 });
    same(await store.read.grants.find(id(1), id(1)), { ...grant(now), ...more });
    same(await store.read.grants.list(id(1)), [
      { ...grant(now), ...more },
      { ...grant(now), clientId: id(2) },
    ]);
    assert.equal(await store.read.grants.find(id(2), id(2)), undefined);
  }),
  rule('a grant is withdrawn once, and goes with its account', async (store, now) => {
    await peopleAndClients(store, now);
    await write(store, async (tx) => {
      for (const number of [1, 2]) await tx.grants.put({ ...grant(now), accountId: id(number) });
    });
    const withdraw = () => store.transact((tx) => tx.grants.delete(id(1), id(1)));
    assert.deepEqual([await withdraw(), await withdraw()], [true, false]);
    await write(store, (tx) => tx.accounts.delete(id(2)));
    assert.equal((await store.rowCounts())['grants'], 0);
  }),
];

const ids = (families: readonly { readonly id: string }[]): string[] => families.map((one) => one.id);

/** Families 11 and 12 of both clients in the first session, 13 of the first client in the second. */
async function threeFamilies(store: Store, now: number): Promise<void> {
  await peopleAndClients(store, now);
  await write(store, async (tx) => {
    await clientFamily(tx, { number: 11, session: 1, of: 1, now });
    await clientFamily(tx, { number: 12, session: 1, of: 2, now });
    await clientFamily(tx, { number: 13, session: 2, of: 1, now });
  });
}

/** Rules of families of clients. */
export const clientFamilyRules: readonly ConformanceCase[] = [
  rule(
    'a family says which client it belongs to, and one of our own carriers that to none',
    async (store, now) => {
      await threeFamilies(store, now);
      const { families, familyGrants } = store.read;
      for (const [number, client] of [
        [1, ''],
        [11, id(1)],
        [12, id(2)],
      ] as const) {
        assert.equal((await families.find(id(number)))?.clientId, client);
        assert.equal((await families.findAccess(id(number)))?.clientId, client);
      }
      same(await familyGrants.find(id(11)), familyGrant(11));
      assert.equal(await familyGrants.find(id(1)), undefined);
      assert.equal((await families.find(id(11)))?.session.id, id(1));
    },
  ),
  rule(
    'families of clients are listed by session, by account and by client, our own not',
    async (store, now) => {
      await threeFamilies(store, now);
      const { familyGrants } = store.read;
      same(await familyGrants.list({ accountId: id(2) }), [
        { ...familyGrant(13), clientId: id(1), sessionId: id(2) },
      ]);
      assert.deepEqual(ids(await familyGrants.list({ accountId: id(1) })), [id(12), id(11)]);
      assert.deepEqual(ids(await familyGrants.list({ accountId: id(1), clientId: id(1) })), [id(11)]);
      assert.deepEqual(ids(await familyGrants.listOfSession(id(1))), [id(12), id(11)]);
      await write(store, (tx) => tx.sessions.end(id(1), { at: now, by: 'system', reason: 'sign-out' }));
      assert.deepEqual(ids(await familyGrants.list({ accountId: id(1) })), []);
      assert.deepEqual(ids(await familyGrants.listOfSession(id(1))), [id(12), id(11)]);
    },
  ),
  rule('a family of a client rotates like one of our own', async (store, now) => {
    await threeFamilies(store, now);
    const from = { id: id(11), generation: 0, digest: digest(11) };
    const rotate = () => store.transact((tx) => tx.families.rotate(from, rotation(1, now)));
    assert.deepEqual([await rotate(), await rotate()], [true, false]);
    const found = await store.read.families.find(id(11));
    assert.deepEqual([found?.clientId, found?.digest], [id(1), rotation(1, now).digest]);
  }),
  rule('a new access token may be good for less; the one before keeps its terms', async (store, now) => {
    await threeFamilies(store, now);
    await store.read.familyGrants.find(id(11));
    const narrow: AccessTerms = { scopes: [], resources: ['https://api.example/'], dpopThumbprint: 'key' };
    await write(store, (tx) => tx.familyGrants.setAccess(id(11), narrow));
    const { access } = familyGrant(11);
    same(await store.read.familyGrants.find(id(11)), {
      ...familyGrant(11),
      access: narrow,
      priorAccess: access,
    });
    same(await store.read.familyGrants.find(id(12)), familyGrant(12));
  }),
  rule('a family of a client is ended alone, and what it gave is then unknown', async (store, now) => {
    await threeFamilies(store, now);
    await Promise.all([store.read.families.findAccess(id(11)), store.read.familyGrants.find(id(11))]);
    const end = (number: number) => store.transact((tx) => tx.familyGrants.end(id(number)));
    assert.deepEqual([await end(11), await end(11)], [true, false]);
    const { families, familyGrants, sessions } = store.read;
    const gone = [families.find(id(11)), families.findAccess(id(11)), familyGrants.find(id(11))];
    assert.deepEqual(await Promise.all(gone), [undefined, undefined, undefined]);
    assert.equal((await sessions.find(id(1)))?.ended, undefined);
    assert.ok(await families.find(id(12)));
    assert.equal(await end(1), false);
    assert.ok(await families.find(id(1)));
  }),
  rule('a family begins once, and when it ends its code goes with it', async (store, now) => {
    await peopleAndClients(store, now);
    await write(store, async (tx) => {
      for (const number of [11, 12, 13, 14]) await tx.codes.insert(code(number, now));
    });
    const begin = (number: number) =>
      store.transact((tx) => clientFamily(tx, { number, session: 1, of: 1, now }));
    assert.deepEqual(
      [await begin(11), await begin(11), await begin(12), await begin(13)],
      [true, false, true, true],
    );
    same(await store.read.familyGrants.find(id(11)), familyGrant(11));
    await write(store, (tx) => tx.familyGrants.end(id(11)));
    const known = async () =>
      (await Promise.all([11, 12, 13, 14].map((number) => store.read.codes.find(id(number))))).map(Boolean);
    assert.deepEqual(await known(), [false, true, true, true]);
    await write(store, (tx) => tx.familyGrants.collect({ rotatedBefore: now + 1, expiredBefore: 0 }, 1));
    assert.equal((await known()).filter(Boolean).length, 2);
    await write(store, (tx) => tx.familyGrants.endAll({ accountId: id(1), clientId: id(1) }));
    assert.deepEqual(await known(), [false, false, false, true]);
  }),
  rule('all families that a client has of an account end together', async (store, now) => {
    await threeFamilies(store, now);
    const endAll = (client: string) =>
      store.transact((tx) => tx.familyGrants.endAll({ accountId: id(1), clientId: client }));
    assert.deepEqual([await endAll(id(1)), await endAll(id(1)), await endAll('')], [1, 0, 0]);
    for (const number of [1, 2, 12, 13]) assert.ok(await store.read.families.find(id(number)));
  }),
  rule(
    'a session remembers at which clients it was, also when their families have ended',
    async (store, now) => {
      await threeFamilies(store, now);
      await write(store, (tx) => clientFamily(tx, { number: 14, session: 1, of: 1, now }));
      for (const number of [11, 14]) await write(store, (tx) => tx.familyGrants.end(id(number)));
      assert.deepEqual(await store.read.familyGrants.clientsOfSession(id(1)), [id(1), id(2)]);
      assert.deepEqual(await store.read.familyGrants.clientsOfSession(id(3)), []);
    },
  ),
  rule('with a session go its families of clients, and with an account', async (store, now) => {
    await threeFamilies(store, now);
    await write(store, (tx) => tx.accounts.delete(id(2)));
    await write(store, (tx) => tx.sessions.end(id(1), { at: now - 9, by: 'system', reason: 'sign-out' }));
    await write(store, (tx) => tx.sessions.collect({ endedBefore: now, seenBefore: 0 }, 9));
    const { families, session_clients: visits } = await store.rowCounts();
    assert.deepEqual([families, visits], [0, 0]);
  }),
  rule(
    'collecting takes families of clients that can do nothing more, and none of our own',
    async (store, now) => {
      await peopleAndClients(store, now);
      const insert = (number: number, change: object) =>
        write(store, (tx) => {
          const one = { ...family(number, now), sessionId: id(1), clientId: id(1), ...change };
          return tx.familyGrants.insert(one, familyGrant(number));
        });
      await insert(11, { rotatedAt: now - 50 });
      await insert(12, { rotatedAt: now - 49 });
      await insert(13, { digest: '', priorDigest: '', accessExpiresAt: now - 1 });
      await insert(14, { digest: '', priorDigest: '', accessExpiresAt: now });
      await insert(15, { accessExpiresAt: now - 1 });
      await write(store, (tx) =>
        tx.families.insert({ ...family(16, now), sessionId: id(1), rotatedAt: now - 99, accessExpiresAt: 0 }),
      );
      const bounds = { rotatedBefore: now - 49, expiredBefore: now };
      const collect = () => store.transact((tx) => tx.familyGrants.collect(bounds, 1));
      assert.deepEqual([await collect(), await collect(), await collect()], [1, 1, 0]);
      for (const number of [11, 13]) assert.equal(await store.read.families.find(id(number)), undefined);
      for (const number of [1, 12, 14, 15, 16]) assert.ok(await store.read.families.find(id(number)));
    },
  ),
];

/** Rules of identities. */
export const identityRules: readonly ConformanceCase[] = [
  rule('a subject of an issuer is one account, whichever asks second', async (store, now) => {
    await peopleAndClients(store, now);
    const link = (number: number, account: number, change: object = {}) =>
      store.transact((tx) => tx.identities.insert({ ...identity(number, id(account), now), ...change }));
    assert.equal(await link(1, 1), true);
    assert.equal(await link(2, 2, { subject: 'subject 1' }), false);
    assert.equal(await link(3, 1, { subject: 'subject 1', issuer: 'https://other.example' }), true);
    const { identities } = store.read;
    same(await identities.find('https://provider.example', 'subject 1'), identity(1, id(1), now));
    assert.equal(await identities.find('https://provider.example', 'subject 2'), undefined);
    assert.deepEqual(ids(await identities.list(id(1))), [id(1), id(3)]);
  }),
  rule('an identity is unlinked for its own account alone, and goes with it', async (store, now) => {
    await peopleAndClients(store, now);
    await write(store, async (tx) => {
      await tx.identities.insert(identity(1, id(1), now));
      await tx.identities.insert(identity(2, id(2), now));
    });
    const unlink = (account: number) => store.transact((tx) => tx.identities.delete(id(1), id(account)));
    assert.deepEqual([await unlink(2), await unlink(1), await unlink(1)], [false, true, false]);
    await write(store, (tx) => tx.accounts.delete(id(2)));
    assert.equal((await store.rowCounts())['identities'], 0);
  }),
  rule('use of an identity is noted forward and never back', async (store, now) => {
    await peopleAndClients(store, now);
    await write(store, (tx) => tx.identities.insert(identity(1, id(1), now)));
    for (const usedAt of [now, now - 5]) await write(store, (tx) => tx.identities.touch(id(1), usedAt));
    assert.equal((await store.read.identities.list(id(1)))[0]?.usedAt, now);
  }),
];

/** Rules of sign-out notices. */
export const noticeRules: readonly ConformanceCase[] = [
  rule('due notices are claimed oldest first, and are hidden while they are tried', async (store, now) => {
    await write(store, async (tx) => {
      for (const number of [1, 2, 3]) await tx.signOutNotices.insert(notice(number, now));
      await tx.signOutNotices.insert({ ...notice(4, now), nextAt: now + 1 });
    });
    const claim = (at: number, limit: number) =>
      store.transact((tx) => tx.signOutNotices.claim({ now: at, until: at + 100, limit }));
    const tried = (number: number) => ({ ...notice(number, now), attempts: 1, nextAt: now + 100 });
    same(await claim(now, 2), [tried(1), tried(2)]);
    same(await claim(now, 9), [tried(3)]);
    assert.deepEqual(await claim(now, 9), []);
    const again = await claim(now + 100, 9);
    assert.deepEqual(
      again.map(({ id: one, attempts }) => [one, attempts]),
      [1, 2, 3, 4].map((number) => [id(number), number === 4 ? 1 : 2]),
    );
  }),
  rule('a notice is deferred, delivered once, or given up by age', async (store, now) => {
    await write(store, async (tx) => {
      for (const number of [1, 2, 3])
        await tx.signOutNotices.insert({ ...notice(number, now), createdAt: now + number });
    });
    await write(store, (tx) => tx.signOutNotices.defer({ id: id(1), attempts: 0 }, now + 50));
    const claim = (at: number) =>
      store.transact((tx) => tx.signOutNotices.claim({ now: at, until: at, limit: 9 }));
    assert.deepEqual(ids(await claim(now + 49)), [id(2), id(3)]);
    assert.deepEqual(ids(await claim(now + 50)), [id(1), id(2), id(3)]);
    const deliver = () => store.transact((tx) => tx.signOutNotices.delete(id(1)));
    assert.deepEqual([await deliver(), await deliver()], [true, false]);
    assert.equal(await store.transact((tx) => tx.signOutNotices.collect(now + 3, 9)), 1);
    assert.equal((await store.rowCounts())['sign_out_notices'], 1);
  }),
  rule('a notice outlives the session and the account that it tells of', async (store, now) => {
    await peopleAndClients(store, now);
    await write(store, async (tx) => {
      await tx.sessions.insert({ ...session(3, now), accountId: id(1) }, '');
      await tx.signOutNotices.insert(notice(1, now));
      await tx.accounts.delete(id(1));
    });
    assert.equal((await store.rowCounts())['sign_out_notices'], 1);
  }),
];
