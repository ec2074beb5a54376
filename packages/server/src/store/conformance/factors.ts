/** The rules of second factors, passkeys and remembered devices. */
import assert from 'node:assert/strict';
import type { Store, Transaction } from '../../domain/store.ts';
import { atOnce, type ConformanceCase, race, rule, same, type Turn, write } from './case.ts';
import { passkey, rememberedDevice, totp, totpDraft } from './factors-samples.ts';
import { digest, id, people } from './samples.ts';

const held = (store: Store, number: number) => store.read.factors.held(id(number));

const codes = (store: Store, number: number, of: readonly number[]): Promise<unknown> =>
  write(store, (tx) => tx.recoveryCodes.replace(id(number), { digests: of.map(digest), createdAt: 1 }));

/** Rules of authenticators. */
export const totpRules: readonly ConformanceCase[] = [
  rule('what an account has is counted, and of no other account', async (store, now) => {
    await people(store, 2, now);
    same(await held(store, 1), { totp: false, passkeys: 0, recoveryCodes: 0 });
    await write(store, async (tx) => {
      await tx.totps.put(totp(1, now));
      await tx.totpDrafts.put(totpDraft(2, now));
      for (const number of [1, 2]) await tx.passkeys.insert({ ...passkey(number, now), accountId: id(1) });
    });
    await codes(store, 1, [1, 2, 3]);
    same(await held(store, 1), { totp: true, passkeys: 2, recoveryCodes: 3 });
    same(await held(store, 2), { totp: false, passkeys: 0, recoveryCodes: 0 });
  }),
  rule('an authenticator is found as it was put, and the next one takes its place', async (store, now) => {
    await people(store, 1, now);
    for (const number of [1, 7]) {
      const put = { ...totp(number, now), accountId: id(1) };
      await write(store, (tx) => tx.totps.put(put));
      same(await store.read.totps.find(id(1)), put);
    }
    assert.equal(await store.transact((tx) => tx.totps.delete(id(1))), true);
    assert.equal(await store.transact((tx) => tx.totps.delete(id(1))), false);
    assert.equal(await store.read.totps.find(id(1)), undefined);
  }),
  rule('MFA-01: a step is taken once, and none before it afterwards', async (store, now) => {
    await people(store, 1, now);
    await write(store, (tx) => tx.totps.put(totp(1, now)));
    const accept = (step: number, of = 1) =>
      store.transact((tx) => tx.totps.accept({ id: id(of), accountId: id(1), step, usedAt: now + step }));
    assert.deepEqual([await accept(100), await accept(101), await accept(101)], [false, true, false]);
    assert.deepEqual([await accept(99), await accept(103), await accept(102)], [false, true, false]);
    assert.equal(await accept(200, 2), false, 'of an authenticator that is another one by now');
    same(await store.read.totps.find(id(1)), { ...totp(1, now), lastStep: 103, usedAt: now + 103 });
  }),
  rule(
    'a secret that awaits its code is taken out once, by its own name and in its time',
    async (store, now) => {
      await people(store, 2, now);
      await write(store, (tx) => tx.totpDrafts.put({ ...totpDraft(5, now), accountId: id(1) }));
      const draft = { ...totpDraft(6, now), accountId: id(1) };
      await write(store, (tx) => tx.totpDrafts.put(draft));
      same(await store.read.totpDrafts.find(id(1)), draft);
      const consume = (given: object) =>
        store.transact((tx) => tx.totpDrafts.consume({ id: id(6), accountId: id(1), now, ...given }));
      for (const wrong of [{ id: id(5) }, { accountId: id(2) }, { now: now + 1000 }])
        assert.equal(await consume(wrong), false);
      assert.deepEqual([await consume({ now: now + 999 }), await consume({})], [true, false]);
      assert.equal(await store.read.totpDrafts.find(id(1)), undefined);
    },
  ),
];

/** Rules of recovery codes. */
export const recoveryCodeRules: readonly ConformanceCase[] = [
  rule('MFA-09: a recovery code is taken out once, of its own account alone', async (store, now) => {
    await people(store, 2, now);
    await codes(store, 1, [1, 2]);
    const consume = (number: number, of: number) =>
      store.transact((tx) => tx.recoveryCodes.consume(id(number), digest(of)));
    assert.deepEqual([await consume(2, 1), await consume(1, 3)], [false, false]);
    assert.deepEqual(await store.read.recoveryCodes.list(id(1)), [digest(1), digest(2)].sort());
    assert.deepEqual([await consume(1, 1), await consume(1, 1)], [true, false]);
    const has = (of: number) => store.read.recoveryCodes.has(id(1), digest(of));
    assert.deepEqual([await has(1), await has(2)], [false, true]);
  }),
  rule('MFA-09: new recovery codes void all that were', async (store, now) => {
    await people(store, 2, now);
    await codes(store, 1, [1, 2]);
    await codes(store, 2, [1, 2]);
    await codes(store, 1, [3]);
    const has = (of: number) => store.read.recoveryCodes.has(id(1), digest(of));
    assert.deepEqual([await has(1), await has(2), await has(3)], [false, false, true]);
    await codes(store, 1, []);
    same(
      [await held(store, 1), await held(store, 2)].map(({ recoveryCodes }) => recoveryCodes),
      [0, 2],
    );
  }),
];

/** Rules of passkeys. */
export const passkeyRules: readonly ConformanceCase[] = [
  rule('a passkey is found by its credential and listed oldest first', async (store, now) => {
    await people(store, 2, now);
    await write(store, async (tx) => {
      for (const number of [3, 1]) await tx.passkeys.insert({ ...passkey(number, now), accountId: id(1) });
      await tx.passkeys.insert(passkey(2, now));
    });
    same(await store.read.passkeys.findByCredential('credential-2'), passkey(2, now));
    assert.equal(await store.read.passkeys.findByCredential('credential-9'), undefined);
    const listed = await store.read.passkeys.list(id(1));
    assert.deepEqual(
      listed.map((one) => one.id),
      [id(1), id(3)],
    );
  }),
  rule('PKY-03: a credential is registered once over all accounts', async (store, now) => {
    await people(store, 2, now);
    const insert = (number: number, of: number) =>
      store.transact((tx) =>
        tx.passkeys.insert({ ...passkey(number, now), accountId: id(of), credentialId: 'one' }),
      );
    assert.deepEqual([await insert(1, 1), await insert(2, 2), await insert(3, 1)], [true, false, false]);
    assert.equal((await store.read.passkeys.findByCredential('one'))?.accountId, id(1));
  }),
  rule('PKY-08: a count goes forward, or stays at zero', async (store, now) => {
    await people(store, 1, now);
    await write(store, (tx) => tx.passkeys.insert(passkey(1, now)));
    const use = (counter: number) =>
      store.transact((tx) => tx.passkeys.use({ id: id(1), counter, isBackedUp: true, usedAt: now + 5 }));
    assert.deepEqual([await use(0), await use(0), await use(7)], [true, true, true]);
    assert.deepEqual([await use(7), await use(6), await use(0), await use(8)], [false, false, false, true]);
    const used = { ...passkey(1, now), counter: 8, isBackedUp: true, usedAt: now + 5 };
    same(await store.read.passkeys.findByCredential('credential-1'), used);
  }),
  rule('a passkey is renamed and deleted by its own account alone', async (store, now) => {
    await people(store, 2, now);
    await write(store, (tx) => tx.passkeys.insert(passkey(1, now)));
    const rename = (of: number) =>
      store.transact((tx) => tx.passkeys.rename({ id: id(1), accountId: id(of), name: 'Phone' }));
    const remove = (of: number) => store.transact((tx) => tx.passkeys.delete(id(1), id(of)));
    assert.deepEqual([await rename(2), await remove(2), await rename(1)], [false, false, true]);
    assert.equal((await store.read.passkeys.list(id(1)))[0]?.name, 'Phone');
    assert.deepEqual([await remove(1), await remove(1)], [true, false]);
  }),
];

/** Rules of remembered devices. */
export const rememberedDeviceRules: readonly ConformanceCase[] = [
  rule(
    'MFA-13: a remembered device is used by its handle, its account and in its time',
    async (store, now) => {
      await people(store, 2, now);
      await write(store, (tx) => tx.rememberedDevices.insert(rememberedDevice(1, now)));
      const rotate = (given: object) =>
        store.transact((tx) =>
          tx.rememberedDevices.rotate(
            { id: id(1), accountId: id(1), digest: digest(1), now, ...given },
            { digest: digest(9), network: '192.0.2.9' },
          ),
        );
      for (const wrong of [{ id: id(2) }, { accountId: id(2) }, { digest: digest(2) }, { now: now + 1000 }])
        assert.equal(await rotate(wrong), false);
      assert.deepEqual([await rotate({ now: now + 5 }), await rotate({})], [true, false]);
      const used = { digest: digest(9), network: '192.0.2.9', usedAt: now + 5 };
      same(await store.read.rememberedDevices.find(id(1)), { ...rememberedDevice(1, now), ...used });
    },
  ),
  rule(
    'remembered devices are listed youngest first and forgotten by their own account',
    async (store, now) => {
      await people(store, 2, now);
      await write(store, async (tx) => {
        for (const number of [1, 2, 3])
          await tx.rememberedDevices.insert({ ...rememberedDevice(number, now), accountId: id(1) });
      });
      const listed = async () => (await store.read.rememberedDevices.list(id(1))).map((one) => one.id);
      assert.deepEqual(await listed(), [id(3), id(2), id(1)]);
      const forget = (of: number) => store.transact((tx) => tx.rememberedDevices.delete(id(2), id(of)));
      assert.deepEqual([await forget(2), await forget(1), await forget(1)], [false, true, false]);
      assert.equal(await store.transact((tx) => tx.rememberedDevices.deleteAll(id(1))), 2);
      assert.deepEqual(await listed(), []);
    },
  ),
  rule('collecting takes what is past its time, and keeps to its limit', async (store, now) => {
    await people(store, 3, now);
    await write(store, async (tx) => {
      for (const number of [1, 2, 3]) {
        const expiresAt = now + number;
        await tx.totpDrafts.put({ ...totpDraft(number, now), expiresAt });
        await tx.rememberedDevices.insert({ ...rememberedDevice(number, now), expiresAt });
      }
    });
    const collect = (of: (tx: Transaction) => Promise<number>) => store.transact(of);
    assert.equal(await collect((tx) => tx.totpDrafts.collect(now + 3, 1)), 1);
    assert.equal(await collect((tx) => tx.totpDrafts.collect(now + 3, 9)), 1);
    assert.equal(await collect((tx) => tx.rememberedDevices.collect(now + 3, 1)), 1);
    assert.equal(await collect((tx) => tx.rememberedDevices.collect(now + 3, 9)), 1);
    assert.ok(await store.read.totpDrafts.find(id(3)));
    assert.ok(await store.read.rememberedDevices.find(id(3)));
  }),
  rule('with an account go all its factors', async (store, now) => {
    await people(store, 2, now);
    for (const number of [1, 2]) {
      await write(store, async (tx) => {
        await tx.totps.put(totp(number, now));
        await tx.totpDrafts.put(totpDraft(number, now));
        await tx.passkeys.insert(passkey(number, now));
        await tx.rememberedDevices.insert(rememberedDevice(number, now));
      });
      await codes(store, number, [1]);
    }
    await write(store, (tx) => tx.accounts.delete(id(1)));
    const counts = await store.rowCounts();
    for (const table of ['totps', 'totp_drafts', 'recovery_codes', 'passkeys', 'remembered_devices'])
      assert.equal(counts[table], 1, table);
  }),
];

const winners = async (count: number, work: (turn: number) => Promise<boolean>): Promise<number> =>
  (await atOnce(count, work)).filter(Boolean).length;

/** Rules that only several handles can break. */
export const factorRaceRules: readonly ConformanceCase[] = [
  race('MFA-02: of fifty that show one code at once, one has it taken', async (store, now) => {
    await people(store(0), 1, now);
    await write(store(0), (tx) => tx.totps.put(totp(1, now)));
    const use = { id: id(1), accountId: id(1), step: 101, usedAt: now };
    assert.equal(await winners(50, (turn) => store(turn).transact((tx) => tx.totps.accept(use))), 1);
  }),
  race('MFA-09: of fifty that show one recovery code at once, one has it taken', async (store, now) => {
    await people(store(0), 1, now);
    await codes(store(0), 1, [1]);
    const consume = (tx: Transaction) => tx.recoveryCodes.consume(id(1), digest(1));
    assert.equal(await winners(50, (turn) => store(turn).transact(consume)), 1);
  }),
  race('of twenty that confirm one enrolment at once, one does', async (store, now) => {
    await people(store(0), 1, now);
    await write(store(0), (tx) => tx.totpDrafts.put(totpDraft(1, now)));
    const consume = (tx: Transaction) => tx.totpDrafts.consume({ id: id(1), accountId: id(1), now });
    assert.equal(await winners(20, (turn) => store(turn).transact(consume)), 1);
  }),
  race('of twenty that register one credential at once, one has it', async (store, now) => {
    await people(store(0), 20, now);
    const insert = (turn: number) => (tx: Transaction) =>
      tx.passkeys.insert({ ...passkey(turn + 1, now), credentialId: 'one' });
    assert.equal(await winners(20, (turn) => store(turn).transact(insert(turn))), 1);
  }),
  race('of twenty that use one remembered device at once, one does', (store, now) =>
    rotateAtOnce(store, now),
  ),
];

async function rotateAtOnce(store: Turn, now: number): Promise<void> {
  await people(store(0), 1, now);
  await write(store(0), (tx) => tx.rememberedDevices.insert(rememberedDevice(1, now)));
  const from = { id: id(1), accountId: id(1), digest: digest(1), now };
  const to = (turn: number) => ({ digest: digest(turn + 2), network: '' });
  const rotated = (turn: number) => store(turn).transact((tx) => tx.rememberedDevices.rotate(from, to(turn)));
  assert.equal(await winners(20, rotated), 1);
}
