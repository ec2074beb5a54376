/** The rules of what is used up once: authorizations, codes, devices and replays; and of client tokens. */
import assert from 'node:assert/strict';
import type { DeviceAuthorization } from '../../domain/oauth/device-authorization.ts';
import type { Store } from '../../domain/store.ts';
import { type ConformanceCase, rule, same, write } from './case.ts';
import { authorization, clientToken, code, device } from './oauth-samples.ts';
import { digest, id } from './samples.ts';

/** Rules of authorizations. */
export const authorizationRules: readonly ConformanceCase[] = [
  rule(
    'an authorization is found as it was written, and consumed by its digest, once',
    async (store, now) => {
      const waiting = [authorization(1, now), { ...authorization(2, now), pushed: false }];
      await write(store, async (tx) => {
        for (const one of waiting) await tx.authorizations.insert(one);
      });
      for (const one of waiting) same(await store.read.authorizations.find(one.id), one);
      const consume = (number: number, at: number) =>
        store.transact((tx) => tx.authorizations.consume({ id: id(1), digest: digest(number), now: at }));
      assert.equal(await consume(2, now), undefined);
      assert.equal(await consume(1, now + 1000), undefined);
      same(await consume(1, now + 999), waiting[0]);
      assert.equal(await consume(1, now), undefined);
      assert.equal(await store.read.authorizations.find(id(1)), undefined);
      assert.ok(await store.read.authorizations.find(id(2)));
    },
  ),
  rule('collecting takes authorizations that nobody came for, up to its limit', async (store, now) => {
    await write(store, async (tx) => {
      for (const number of [1, 2, 3])
        await tx.authorizations.insert({ ...authorization(number, now), expiresAt: now - 1 });
      await tx.authorizations.insert({ ...authorization(4, now), expiresAt: now });
    });
    const collect = () => store.transact((tx) => tx.authorizations.collect(now, 2));
    assert.deepEqual([await collect(), await collect(), await collect()], [2, 1, 0]);
    assert.ok(await store.read.authorizations.find(id(4)));
  }),
];

/** Rules of codes. */
export const codeRules: readonly ConformanceCase[] = [
  rule('a code is found as it was written', async (store, now) => {
    await write(store, (tx) => tx.codes.insert(code(1, now)));
    same(await store.read.codes.find(id(1)), code(1, now));
    assert.equal(await store.read.codes.find(id(2)), undefined);
  }),
  rule('collecting takes codes by their end', async (store, now) => {
    await write(store, async (tx) => {
      for (const number of [1, 2, 3])
        await tx.codes.insert({ ...code(number, now), expiresAt: now + number });
    });
    const collect = (before: number, limit: number) =>
      store.transact((tx) => tx.codes.collect(before, limit));
    assert.deepEqual([await collect(now + 3, 1), await collect(now + 3, 9)], [1, 1]);
    assert.ok(await store.read.codes.find(id(3)));
  }),
];

const proof = { provenAt: 6, amr: 'pwd otp mfa' };

const decide = (store: Store, status: 'allowed' | 'refused', now: number): Promise<boolean> =>
  store.transact((tx) =>
    tx.deviceAuthorizations.decide({ id: id(1), status, sessionId: id(7), grantedAt: 5, ...proof, now }),
  );

const redeemDevice = (store: Store, number: number, now: number): Promise<DeviceAuthorization | undefined> =>
  store.transact((tx) => tx.deviceAuthorizations.consume({ id: id(1), digest: digest(number), now }));

/** Rules of device authorizations. */
export const deviceRules: readonly ConformanceCase[] = [
  rule('a device is found by its id and by its user code, which no other may have', async (store, now) => {
    const insert = (number: number, userCode: string) =>
      store.transact((tx) => tx.deviceAuthorizations.insert({ ...device(number, now), userCode }));
    assert.deepEqual(
      [await insert(1, 'CODE1'), await insert(2, 'CODE1'), await insert(2, 'X')],
      [true, false, true],
    );
    same(await store.read.deviceAuthorizations.find(id(1)), device(1, now));
    same(await store.read.deviceAuthorizations.findByUserCode('CODE1'), device(1, now));
    assert.equal(await store.read.deviceAuthorizations.findByUserCode('CODE2'), undefined);
  }),
  rule(
    'a device is allowed once, before its end, and then redeemed by its digest, once',
    async (store, now) => {
      await write(store, (tx) => tx.deviceAuthorizations.insert(device(1, now)));
      assert.equal(await redeemDevice(store, 1, now), undefined);
      assert.equal(await decide(store, 'allowed', now + 1000), false);
      assert.equal(await decide(store, 'allowed', now), true);
      assert.equal(await decide(store, 'refused', now), false);
      const allowed = { ...device(1, now), status: 'allowed', sessionId: id(7), grantedAt: 5, ...proof };
      same(await store.read.deviceAuthorizations.find(id(1)), allowed);
      assert.equal(await redeemDevice(store, 2, now), undefined);
      assert.equal(await redeemDevice(store, 1, now + 1000), undefined);
      same(await redeemDevice(store, 1, now + 999), allowed);
      assert.equal(await redeemDevice(store, 1, now), undefined);
    },
  ),
  rule('a device is opened once, while it waits', async (store, now) => {
    await write(store, (tx) => tx.deviceAuthorizations.insert(device(1, now)));
    const open = (session: number, at: number) =>
      store.transact((tx) =>
        tx.deviceAuthorizations.open({ id: id(1), sessionId: id(session), scopes: ['email'], now: at }),
      );
    assert.deepEqual(
      [await open(6, now + 1000), await open(7, now + 999), await open(8, now), await open(7, now)],
      [false, true, false, false],
    );
    same(await store.read.deviceAuthorizations.find(id(1)), {
      ...device(1, now),
      sessionId: id(7),
      scopes: ['email'],
    });
  }),
  rule('a device that was decided is not opened any more', async (store, now) => {
    await write(store, (tx) => tx.deviceAuthorizations.insert(device(1, now)));
    await store.transact((tx) =>
      tx.deviceAuthorizations.decide({
        id: id(1),
        status: 'refused',
        sessionId: '',
        grantedAt: 0,
        provenAt: 0,
        amr: '',
        now,
      }),
    );
    assert.equal(
      await store.transact((tx) =>
        tx.deviceAuthorizations.open({ id: id(1), sessionId: id(7), scopes: [], now }),
      ),
      false,
    );
  }),
  rule('a device that was refused is neither allowed nor redeemed any more', async (store, now) => {
    await write(store, (tx) => tx.deviceAuthorizations.insert(device(1, now)));
    assert.deepEqual(
      [await decide(store, 'refused', now), await decide(store, 'allowed', now)],
      [true, false],
    );
    assert.equal(await redeemDevice(store, 1, now), undefined);
    assert.equal((await store.read.deviceAuthorizations.find(id(1)))?.status, 'refused');
  }),
  rule('a device that asks too soon waits longer from then on', async (store, now) => {
    await write(store, (tx) => tx.deviceAuthorizations.insert(device(1, now)));
    const poll = (at: number) => store.transact((tx) => tx.deviceAuthorizations.poll(id(1), now + at));
    assert.deepEqual([await poll(0), await poll(5000), await poll(9999)], [true, true, false]);
    const found = await store.read.deviceAuthorizations.find(id(1));
    assert.deepEqual([found?.intervalSeconds, found?.polledAt], [10, now + 9999]);
    assert.deepEqual([await poll(19_998), await poll(34_998)], [false, true]);
  }),
  rule('collecting takes devices whose time is over, up to its limit', async (store, now) => {
    await write(store, async (tx) => {
      for (const number of [1, 2, 3])
        await tx.deviceAuthorizations.insert({ ...device(number, now), expiresAt: now + number });
    });
    const collect = () => store.transact((tx) => tx.deviceAuthorizations.collect(now + 3, 1));
    assert.deepEqual([await collect(), await collect(), await collect()], [1, 1, 0]);
  }),
];

/** Rules of client tokens and replays. */
export const clientTokenRules: readonly ConformanceCase[] = [
  rule('a client token is found until it is revoked by its own client', async (store, now) => {
    await write(store, (tx) => tx.clientTokens.insert(clientToken(1, now)));
    same(await store.read.clientTokens.find(id(1)), clientToken(1, now));
    const revoke = (client: number) => store.transact((tx) => tx.clientTokens.delete(id(1), id(client)));
    assert.deepEqual([await revoke(2), await revoke(1), await revoke(1)], [false, true, false]);
    assert.equal(await store.read.clientTokens.find(id(1)), undefined);
  }),
  rule('collecting takes expired client tokens, up to its limit', async (store, now) => {
    await write(store, async (tx) => {
      for (const number of [1, 2, 3])
        await tx.clientTokens.insert({ ...clientToken(number, now), expiresAt: now + number });
    });
    const collect = () => store.transact((tx) => tx.clientTokens.collect(now + 3, 1));
    assert.deepEqual([await collect(), await collect(), await collect()], [1, 1, 0]);
    assert.ok(await store.read.clientTokens.find(id(3)));
  }),
  rule('what was seen is not new again until it is collected, each kind by itself', async (store, now) => {
    const see = (kind: 'dpop' | 'assertion', text: string) =>
      store.transact((tx) => tx.replays.see({ kind, digest: text, expiresAt: now }));
    assert.deepEqual(
      [await see('dpop', 'a'), await see('dpop', 'a'), await see('dpop', 'b')],
      [true, false, true],
    );
    assert.deepEqual([await see('assertion', 'a'), await see('assertion', 'a')], [true, false]);
    const collect = (before: number) => store.transact((tx) => tx.replays.collect(before, 2));
    assert.deepEqual([await collect(now), await collect(now + 1), await collect(now + 1)], [0, 2, 1]);
    assert.equal(await see('dpop', 'a'), true);
  }),
];
