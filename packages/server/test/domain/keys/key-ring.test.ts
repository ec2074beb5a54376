import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ManualClock, manualClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import {
  createKeyRing,
  type KeyRing,
  type KeyRingParts,
  type SignatureClaim,
  type SigningKey,
} from '../../../src/domain/keys/key-ring.ts';
import { ensureKey, keepKeys, rotateKeys } from '../../../src/domain/keys/rotate-keys.ts';
import { createVault } from '../../../src/domain/keys/vault.ts';
import type { Store } from '../../../src/domain/store.ts';
import { domainSettings, loadConfiguration } from '../../../src/program/configuration/configuration.ts';
import { openSqlite } from '../../../src/store/sqlite/sqlite.ts';
import { freshDatabase, now } from '../../store/folder.ts';

const settings = domainSettings(loadConfiguration({ flags: {} }).values, 3000);
const vault = createVault(new Secret(new Uint8Array(randomBytes(32))));
let store: Store;
let clock: ManualClock;
beforeEach(async () => {
  clock = manualClock(now);
  store = await openSqlite({ path: freshDatabase(), now });
  onTestFinished(() => store.close());
});

const parts = (): KeyRingParts => ({ store, vault, settings, clock });
const life = () => ({ store, vault, settings, now: clock.now() });
const force = { actor: 'operator', force: true };

async function loaded(given: Partial<KeyRingParts> = {}): Promise<KeyRing> {
  const ring = createKeyRing({ ...parts(), ...given });
  await ring.reload();
  return ring;
}

async function claimBy(key: SigningKey): Promise<SignatureClaim> {
  const signature = Buffer.from(await key.sign('text'), 'base64url');
  return { kid: key.kid, algorithm: key.algorithm, input: Buffer.from('text'), signature };
}

const decoded = (header: string): unknown => JSON.parse(Buffer.from(header, 'base64url').toString());

test('it signs with the active key and verifies by each that is published', async () => {
  const ring = await loaded();
  expect(() => ring.active()).toThrow('no active signing key');
  await keepKeys(life());
  await ring.reload();
  const claim = await claimBy(ring.active());
  expect(await ring.verify(claim)).toBe(true);
  expect(await ring.verify({ ...claim, input: Buffer.from('other') })).toBe(false);
  await rotateKeys(life(), force);
  await ring.reload();
  expect(ring.active().kid).not.toBe(claim.kid);
  expect(await ring.verify(claim)).toBe(true);
  const published = await ring.published();
  expect(published.map(({ kid }) => kid)).toContain(claim.kid);
  for (const jwk of published) expect(Object.keys(jwk)).not.toContain('d');
});

test('a key that another process made is found, at most one look a second', async () => {
  await keepKeys(life());
  const mine = await loaded();
  await rotateKeys(life(), force);
  await rotateKeys(life(), force);
  const claim = await claimBy((await loaded()).active());
  expect(await mine.verify(claim)).toBe(false);
  clock.advance(1000);
  expect(await mine.verify(claim)).toBe(true);
});

test('private halves are sealed: another master key cannot open them', async () => {
  await keepKeys(life());
  const stranger = createVault(new Secret(new Uint8Array(randomBytes(32))));
  await expect(loaded({ vault: stranger })).rejects.toThrow('sealed under another master key');
});

test('JWT-07: the header of each kind of token names its type, its key and nothing more', async () => {
  await keepKeys(life());
  const key = (await loaded()).active();
  for (const typ of ['JWT', 'at+jwt', 'logout+jwt'] as const)
    expect(decoded(key.headerFor(typ))).toEqual({ alg: 'EdDSA', typ, kid: key.kid });
  expect(key.header).toBe(key.headerFor('at+jwt'));
});

describe('several algorithms', () => {
  test('each signs with a key of its own, and access tokens with the setting’s', async () => {
    await keepKeys(life());
    const ring = await loaded();
    const main = ring.active();
    expect(() => ring.active('ES256')).toThrow('no active signing key of ES256');
    const key = await ring.ready('ES256');
    expect(key.algorithm).toBe('ES256');
    expect([ring.active('ES256'), ring.active(), ring.active('EdDSA')]).toEqual([key, main, main]);
    expect(await ring.ready('ES256')).toBe(key);
    expect((await ring.published()).map(({ alg }) => alg).sort()).toEqual([
      'ES256',
      'ES256',
      'EdDSA',
      'EdDSA',
    ]);
    for (const each of [key, main]) expect(await ring.verify(await claimBy(each))).toBe(true);
  });

  test('JWT-02: a key verifies under its own algorithm alone', async () => {
    await keepKeys(life());
    const ring = await loaded();
    for (const algorithm of ['EdDSA', 'ES256', 'RS256'] as const) {
      const claim = await claimBy(await ring.ready(algorithm));
      expect(await ring.verify(claim)).toBe(true);
      for (const other of ['EdDSA', 'ES256', 'RS256', 'PS256', 'HS256', 'none', ''])
        if (other !== algorithm) expect(await ring.verify({ ...claim, algorithm: other })).toBe(false);
      for (const { kid } of await ring.published())
        if (kid !== claim.kid) expect(await ring.verify({ ...claim, kid })).toBe(false);
    }
  });

  test('however many ask at once, the keys are made once', async () => {
    await keepKeys(life());
    const ring = await loaded();
    const seal = vi.spyOn(vault, 'seal');
    const asked = await Promise.all(Array.from({ length: 20 }, () => ring.ready('ES256')));
    expect(new Set(asked.map(({ kid }) => kid)).size).toBe(1);
    expect(seal).toHaveBeenCalledTimes(2);
    seal.mockRestore();
  });

  test('one who failed to bring an algorithm into use may try again', async () => {
    await keepKeys(life());
    const ring = await loaded();
    const transact = vi.spyOn(store, 'transact').mockRejectedValueOnce(new Error('the disk is full'));
    await expect(ring.ready('ES256')).rejects.toThrow('the disk is full');
    transact.mockRestore();
    expect((await ring.ready('ES256')).algorithm).toBe('ES256');
  });

  test('an algorithm that another process brought into use is found there', async () => {
    await keepKeys(life());
    const ring = await loaded();
    await ensureKey(life(), 'ES256');
    const theirs = (await store.read.signingKeys.list()).find(
      ({ algorithm, state }) => algorithm === 'ES256' && state === 'active',
    );
    expect((await ring.ready('ES256')).kid).toBe(theirs?.kid);
  });

  test('when the setting was changed the old algorithm signs until the new one may', async () => {
    await keepKeys(life());
    const changed = { ...settings, signingAlgorithm: 'ES256' } as const;
    await keepKeys({ ...life(), settings: changed });
    const ring = await loaded({ settings: changed });
    expect(ring.active().algorithm).toBe('EdDSA');
    clock.advance(1000);
    await ring.ready('RS256');
    expect(ring.active().algorithm).toBe('EdDSA');
    clock.advance(settings.keyPublishAheadSeconds * 1000);
    await keepKeys({ ...life(), settings: changed });
    await ring.reload();
    expect(ring.active().algorithm).toBe('ES256');
  });
});
