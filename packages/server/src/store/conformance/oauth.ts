/** The rules of clients and their secrets. */
import assert from 'node:assert/strict';
import type { Client } from '../../domain/clients/client.ts';
import type { Store } from '../../domain/store.ts';
import { type ConformanceCase, rule, same, write } from './case.ts';
import {
  client,
  clientFamily,
  clientSecret,
  clients,
  grant,
  peopleAndClients,
  registrationToken,
} from './oauth-samples.ts';
import { digest, id } from './samples.ts';

/** A client whose every field is set. */
const whole = (now: number): Client => ({
  ...client(1, now),
  madeBy: 'registration',
  authentication: 'private_key_jwt',
  sectorIdentifier: 'client-1.example',
  jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x' }] },
  jwksUri: 'https://client-1.example/jwks',
  backchannelLogoutUri: 'https://client-1.example/sign-out',
  contacts: ['ada@client-1.example'],
  clientUri: 'https://client-1.example/',
  logoUri: 'https://client-1.example/logo',
  policyUri: 'https://client-1.example/policy',
  tosUri: 'https://client-1.example/terms',
});

const page = (number: number, now: number): Client => ({
  ...client(number, now),
  authentication: 'none',
  redirectUris: ['https://one.example/a', 'https://one.example/b', 'https://two.example:8443/'],
});

/** Rules of clients. */
export const clientRules: readonly ConformanceCase[] = [
  rule('a client is found as it was written, with all that was decided about it', async (store, now) => {
    await write(store, (tx) => tx.clients.insert(whole(now)));
    for (let time = 0; time < 2; time += 1) same(await store.read.clients.find(id(1)), whole(now));
    assert.equal(await store.read.clients.find(id(2)), undefined);
  }),
  rule('clients are listed in order of birth, after one and within a limit', async (store, now) => {
    await clients(store, 4, now);
    const list = async (after: string | undefined, limit: number) =>
      (await store.read.clients.list({ after, limit })).map((one) => one.id);
    assert.deepEqual(await list(undefined, 2), [id(1), id(2)]);
    assert.deepEqual(await list(id(2), 9), [id(3), id(4)]);
  }),
  rule('a client is changed in everything but its birth, and nobody else is', async (store, now) => {
    await clients(store, 2, now);
    await store.read.clients.find(id(1));
    const change = { ...whole(now), status: 'disabled', name: 'New', updatedAt: now + 5 } as const;
    const update = (to: Client) => store.transact((tx) => tx.clients.update(to));
    assert.equal(await update({ ...change, createdAt: 0 }), true);
    same(await store.read.clients.find(id(1)), change);
    same(await store.read.clients.find(id(2)), client(2, now));
    assert.equal(await update(client(3, now)), false);
  }),
  rule('an origin is held while an active client without a secret has pages of it', async (store, now) => {
    const held = async () => {
      const origins = ['https://one.example', 'https://two.example:8443', 'https://client-2.example'];
      return Promise.all(origins.map((origin) => store.read.clients.originHeld(origin)));
    };
    await write(store, async (tx) => {
      await tx.clients.insert(page(1, now));
      await tx.clients.insert(client(2, now));
    });
    assert.deepEqual(await held(), [true, true, false]);
    const moved = { ...page(1, now), redirectUris: ['https://one.example/a'] };
    await write(store, (tx) => tx.clients.update(moved));
    assert.deepEqual(await held(), [true, false, false]);
    await write(store, (tx) => tx.clients.update({ ...moved, status: 'disabled' }));
    assert.deepEqual(await held(), [false, false, false]);
  }),
  rule('an algorithm is found while any client has its ID tokens signed with it', async (store, now) => {
    const algorithms = ['EdDSA', 'ES256', 'RS256'] as const;
    const signed = () => Promise.all(algorithms.map((one) => store.read.clients.signedBy(one)));
    assert.deepEqual(await signed(), [false, false, false]);
    await clients(store, 2, now);
    assert.deepEqual(await signed(), [false, true, false]);
    await write(store, (tx) => tx.clients.update({ ...client(1, now), idTokenAlgorithm: 'RS256' }));
    assert.deepEqual(await signed(), [false, true, true]);
    await write(store, (tx) => tx.clients.delete(id(2)));
    assert.deepEqual(await signed(), [false, false, true]);
  }),
  rule('who manages a client is nobody at first, then who was told, then nobody', async (store, now) => {
    await clients(store, 1, now);
    const manager = () => store.read.clients.registrationDigest(id(1));
    assert.equal(await manager(), '');
    for (const to of [digest(1), '']) {
      await write(store, (tx) => tx.clients.setRegistrationDigest(id(1), to));
      assert.equal(await manager(), to);
    }
    assert.equal(await store.read.clients.registrationDigest(id(2)), undefined);
  }),
  rule('unused are clients that manage themselves and that nobody has let in', async (store, now) => {
    await peopleAndClients(store, now);
    await write(store, async (tx) => {
      for (const number of [3, 4, 5, 6]) await tx.clients.insert(client(number, now));
      for (const number of [1, 3, 4, 6]) await tx.clients.setRegistrationDigest(id(number), digest(number));
      await tx.grants.put({ ...grant(now), clientId: id(1) });
      await clientFamily(tx, { number: 14, session: 1, of: 4, now });
    });
    const unused = async (from: number, to: number, limit = 9) =>
      (await store.read.clients.listUnused({ from: id(from), to: id(to), limit })).map((one) => one.id);
    assert.deepEqual(await unused(1, 9), [id(3), id(6)]);
    assert.deepEqual(await unused(1, 9, 1), [id(3)]);
    assert.deepEqual([await unused(1, 6), await unused(4, 9)], [[id(3)], [id(6)]]);
  }),
  rule(
    'a client goes with its secrets, origins, grants and families; our own families stay',
    async (store, now) => {
      await peopleAndClients(store, now);
      await write(store, async (tx) => {
        await tx.clients.insert(page(3, now));
        for (const of of [1, 3]) {
          await clientFamily(tx, { number: 10 + of, session: 1, of, now });
          await tx.clientSecrets.rotate(clientSecret(of, id(of), now), { now, priorEndsAt: now });
          await tx.grants.put({ ...grant(now), clientId: id(of) });
        }
      });
      const remove = () => store.transact((tx) => tx.clients.delete(id(3)));
      assert.deepEqual([await remove(), await remove()], [true, false]);
      const counts = await store.rowCounts();
      const left = { clients: 2, client_origins: 0, client_secrets: 1, grants: 1, families: 3 };
      same({ ...counts, ...left }, counts);
      assert.equal(await store.read.clients.find(id(3)), undefined);
      assert.ok(await store.read.families.find(id(11)));
    },
  ),
];

const rotate = (store: Store, number: number, at: { now: number; priorEndsAt: number }): Promise<unknown> =>
  write(store, (tx) => tx.clientSecrets.rotate(clientSecret(number, id(1), at.now), at));

const ends = async (store: Store): Promise<(string | number)[][]> =>
  (await store.read.clientSecrets.list(id(1))).map((one) => [one.id, one.expiresAt]);

/** Rules of registration tokens. */
export const registrationTokenRules: readonly ConformanceCase[] = [
  rule(
    'a registration token is used as often as it says, by its digest, until its end',
    async (store, now) => {
      await write(store, (tx) => tx.registrationTokens.insert(registrationToken(1, now)));
      same(await store.read.registrationTokens.find(id(1)), registrationToken(1, now));
      const consume = (number: number, at: number) =>
        store.transact((tx) => tx.registrationTokens.consume({ id: id(1), digest: digest(number), now: at }));
      assert.equal(await consume(2, now), false);
      assert.equal(await consume(1, now + 1000), false);
      assert.deepEqual(
        [await consume(1, now + 999), await consume(1, now), await consume(1, now)],
        [true, true, false],
      );
      assert.equal((await store.read.registrationTokens.find(id(1)))?.uses, 0);
    },
  ),
  rule('a registration token is taken back once, and collected after its end', async (store, now) => {
    await write(store, async (tx) => {
      for (const number of [1, 2, 3, 4]) await tx.registrationTokens.insert(registrationToken(number, now));
    });
    const remove = () => store.transact((tx) => tx.registrationTokens.delete(id(4)));
    assert.deepEqual([await remove(), await remove()], [true, false]);
    const collect = (before: number) => store.transact((tx) => tx.registrationTokens.collect(before, 2));
    assert.deepEqual(
      [await collect(now + 1000), await collect(now + 1001), await collect(now + 1001)],
      [0, 2, 1],
    );
    assert.equal(await store.read.registrationTokens.find(id(1)), undefined);
  }),
];

/** Rules of secrets of clients. */
export const clientSecretRules: readonly ConformanceCase[] = [
  rule('a secret is found by its id, and those of a client youngest first', async (store, now) => {
    await clients(store, 1, now);
    await rotate(store, 1, { now, priorEndsAt: now });
    same(await store.read.clientSecrets.find(id(1)), clientSecret(1, id(1), now));
    assert.equal(await store.read.clientSecrets.find(id(2)), undefined);
    assert.deepEqual(await ends(store), [[id(1), 0]]);
  }),
  rule('a rotation lets the secret before go on until its end, and no older one', async (store, now) => {
    await clients(store, 1, now);
    await rotate(store, 1, { now, priorEndsAt: now });
    await rotate(store, 2, { now, priorEndsAt: now + 100 });
    assert.deepEqual(await ends(store), [
      [id(2), 0],
      [id(1), now + 100],
    ]);
    await rotate(store, 3, { now: now + 50, priorEndsAt: now + 90 });
    assert.deepEqual(await ends(store), [
      [id(3), 0],
      [id(2), now + 90],
    ]);
    await rotate(store, 4, { now: now + 60, priorEndsAt: now + 999 });
    await rotate(store, 5, { now: now + 70, priorEndsAt: now + 60 });
    assert.deepEqual(await ends(store), [
      [id(5), 0],
      [id(4), now + 60],
    ]);
  }),
  rule('a rotation never lengthens the life of a secret', async (store, now) => {
    await clients(store, 1, now);
    const short = { ...clientSecret(1, id(1), now), expiresAt: now + 10 };
    await write(store, (tx) => tx.clientSecrets.rotate(short, { now, priorEndsAt: now }));
    await rotate(store, 2, { now, priorEndsAt: now + 100 });
    assert.deepEqual(await ends(store), [
      [id(2), 0],
      [id(1), now + 10],
    ]);
  }),
  rule('a secret is deleted for its own client alone, once', async (store, now) => {
    await clients(store, 2, now);
    await rotate(store, 1, { now, priorEndsAt: now });
    await store.read.clientSecrets.find(id(1));
    const remove = (owner: number) => store.transact((tx) => tx.clientSecrets.delete(id(1), id(owner)));
    assert.deepEqual([await remove(2), await remove(1), await remove(1)], [false, true, false]);
    assert.equal(await store.read.clientSecrets.find(id(1)), undefined);
  }),
  rule('collecting takes expired secrets and never one without an end', async (store, now) => {
    await clients(store, 1, now);
    await rotate(store, 1, { now: now - 9, priorEndsAt: now });
    await rotate(store, 2, { now: now - 8, priorEndsAt: now - 5 });
    const collect = (before: number) => store.transact((tx) => tx.clientSecrets.collect(before, 9));
    assert.deepEqual([await collect(now - 5), await collect(now), await collect(now)], [0, 1, 0]);
    assert.deepEqual(await ends(store), [[id(2), 0]]);
  }),
];
