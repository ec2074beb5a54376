import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { manualClock } from '../../../src/base/clock.ts';
import { Secret } from '../../../src/base/secret.ts';
import { createKeyRing, signText } from '../../../src/domain/keys/key-ring.ts';
import { jwksMaxAge, type KeyLife, keepKeys, rotateKeys } from '../../../src/domain/keys/rotate-keys.ts';
import { createVault } from '../../../src/domain/keys/vault.ts';
import type { Store } from '../../../src/domain/store.ts';
import { domainSettings, loadConfiguration } from '../../../src/program/configuration.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import { freshDatabase, now } from '../../store/folder.ts';

const day = 86_400_000;
const settings = domainSettings(loadConfiguration({ flags: {} }).values, 3000);
const vault = createVault(new Secret(new Uint8Array(randomBytes(32))));
let store: Store;
beforeEach(async () => {
  store = await openSqlite({ path: freshDatabase(), now });
  onTestFinished(() => store.close());
});

const life = (later = 0): KeyLife => ({ store, vault, settings, now: now + later });
const states = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await store.read.signingKeys.list()).map(({ kid, state }) => [kid, state]));
const kidIn = async (state: string): Promise<string> =>
  Object.entries(await states()).find(([, its]) => its === state)?.[0] ?? '';
const sorted = async (): Promise<string[]> => Object.values(await states()).sort();

test('the first round makes an active key and a next one; the second changes nothing', async () => {
  expect(await keepKeys(life())).toBe(true);
  expect(await sorted()).toEqual(['active', 'next']);
  expect(await keepKeys(life())).toBe(false);
});

test('rounds of many processes at once make no key too many', async () => {
  await Promise.all(Array.from({ length: 8 }, () => keepKeys(life())));
  expect(await sorted()).toEqual(['active', 'next']);
  await Promise.all(Array.from({ length: 8 }, () => keepKeys(life(30 * day))));
  expect(await sorted()).toEqual(['active', 'next', 'retired']);
});

test('a key signs for thirty days to the second; the next has long been published by then', async () => {
  await keepKeys(life());
  const [first, second] = [await kidIn('active'), await kidIn('next')];
  await keepKeys(life(30 * day - 1));
  expect(await kidIn('active')).toBe(first);
  await keepKeys(life(30 * day));
  expect([await kidIn('retired'), await kidIn('active')]).toEqual([first, second]);
});

test('a next key that is too young does not take over, however late it is', async () => {
  await keepKeys(life());
  await rotateKeys(life(29 * day), { actor: 'operator', force: true });
  const young = await kidIn('next');
  await keepKeys(life(59 * day - 1));
  expect(await kidIn('next')).toBe(young);
  await store.transact(async (tx) => {
    await tx.signingKeys.move({ kid: young, from: 'next', to: 'retired', at: now + 59 * day });
  });
  await keepKeys(life(59 * day));
  const fresh = await kidIn('next');
  await keepKeys(life(60 * day - 1));
  expect(await kidIn('next')).toBe(fresh);
  await keepKeys(life(60 * day));
  expect(await kidIn('active')).toBe(fresh);
});

test('a retired key stays until its last token is dead and every copy of the set is stale', async () => {
  await keepKeys(life());
  const first = await kidIn('active');
  await rotateKeys(life(), { actor: 'operator', force: true });
  const stays = (settings.accessTokenSeconds + jwksMaxAge) * 1000;
  await keepKeys(life(stays));
  expect(await kidIn('retired')).toBe(first);
  await keepKeys(life(stays + 1));
  expect(await sorted()).toEqual(['active', 'next']);
});

describe('by hand', () => {
  test('not before guards have surely seen the next key, unless by force', async () => {
    await keepKeys(life());
    const early = rotateKeys(life(jwksMaxAge * 1000 - 1), { actor: 'operator', force: false });
    await expect(early).rejects.toMatchObject({ code: 'key_not_ready', retryAfter: 1 });
    await rotateKeys(life(jwksMaxAge * 1000), { actor: 'operator', force: false });
    expect(await sorted()).toEqual(['active', 'next', 'retired']);
  });

  test('it is told who did it, in the transaction that did it', async () => {
    await keepKeys(life());
    await rotateKeys(life(), { actor: 'somebody', force: true });
    const events = await store.read.events.list({ after: 0, limit: 20 });
    expect(events.map(({ type, actor }) => `${type} ${actor}`)).toEqual([
      'key.created system',
      'key.created system',
      'key.retired somebody',
      'key.activated somebody',
      'key.created system',
    ]);
  });
});

describe('the ring', () => {
  const claimBy = async (
    ring: ReturnType<typeof createKeyRing>,
  ): Promise<Parameters<(typeof ring)['verify']>[0]> => {
    const key = ring.active();
    const signature = Buffer.from(await signText(key, 'text'), 'base64url');
    return { kid: key.kid, algorithm: key.algorithm, input: Buffer.from('text'), signature };
  };

  test('it signs with the active key and verifies by each that is published', async () => {
    const ring = createKeyRing({ read: store.read, vault, clock: manualClock(now) });
    expect(() => ring.active()).toThrow('no active signing key');
    await keepKeys(life());
    await ring.reload();
    const claim = await claimBy(ring);
    expect(await ring.verify(claim)).toBe(true);
    expect(await ring.verify({ ...claim, algorithm: 'ES256' })).toBe(false);
    expect(await ring.verify({ ...claim, input: Buffer.from('other') })).toBe(false);
    await rotateKeys(life(), { actor: 'operator', force: true });
    await ring.reload();
    expect(ring.active().kid).not.toBe(claim.kid);
    expect(await ring.verify(claim)).toBe(true);
    expect(ring.published().map(({ kid }) => kid)).toContain(claim.kid);
    for (const jwk of ring.published()) expect(Object.keys(jwk)).not.toContain('d');
  });

  test('a key that another process made is found, at most one look a second', async () => {
    const clock = manualClock(now);
    await keepKeys(life());
    const [mine, theirs] = [0, 1].map(() => createKeyRing({ read: store.read, vault, clock }));
    if (!mine || !theirs) throw new Error('two rings were made');
    await mine.reload();
    await rotateKeys(life(), { actor: 'operator', force: true });
    await rotateKeys(life(), { actor: 'operator', force: true });
    await theirs.reload();
    const claim = await claimBy(theirs);
    expect(await mine.verify(claim)).toBe(false);
    clock.advance(1000);
    expect(await mine.verify(claim)).toBe(true);
  });

  test('private halves are sealed: another master key cannot open them', async () => {
    await keepKeys(life());
    const stranger = createVault(new Secret(new Uint8Array(randomBytes(32))));
    const ring = createKeyRing({ read: store.read, vault: stranger, clock: manualClock(now) });
    await expect(ring.reload()).rejects.toThrow('sealed under another master key');
  });
});
