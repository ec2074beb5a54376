import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import type { KeyLife } from '../../../src/domain/keys/key-line.ts';
import { ensureKey, jwksMaxAge, keepKeys, rotateKeys } from '../../../src/domain/keys/rotate-keys.ts';
import { createVault } from '../../../src/domain/keys/vault.ts';
import type { SigningAlgorithm } from '../../../src/domain/settings.ts';
import type { Store } from '../../../src/domain/store.ts';
import { domainSettings, loadConfiguration } from '../../../src/program/configuration/configuration.ts';
import { openSqlite } from '../../../src/store/sqlite/sqlite.ts';
import { freshDatabase, now } from '../../store/folder.ts';

const day = 86_400_000;
const settings = domainSettings(loadConfiguration({ flags: {} }).values, 3000);
const vault = createVault(new Secret(new Uint8Array(randomBytes(32))));
let store: Store;
beforeEach(async () => {
  store = await openSqlite({ path: freshDatabase(), now });
  onTestFinished(() => store.close());
});

const life = (later = 0, signingAlgorithm: SigningAlgorithm = 'EdDSA'): KeyLife => ({
  store,
  vault,
  settings: { ...settings, signingAlgorithm },
  now: now + later,
});
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

describe('each algorithm for itself', () => {
  const lines = async (): Promise<string[]> =>
    (await store.read.signingKeys.list()).map(({ algorithm, state }) => `${algorithm} ${state}`).sort();
  const kidOf = async (line: string): Promise<string | undefined> =>
    (await store.read.signingKeys.list()).find(({ algorithm, state }) => `${algorithm} ${state}` === line)
      ?.kid;
  const main = ['EdDSA active', 'EdDSA next'];

  test('only the setting’s algorithm has keys until another is asked for; then its first key signs at once', async () => {
    await keepKeys(life());
    expect(await lines()).toEqual(main);
    expect(await ensureKey(life(), 'ES256')).toBe(true);
    expect(await lines()).toEqual(['ES256 active', 'ES256 next', ...main]);
    expect(await ensureKey(life(), 'ES256')).toBe(false);
    expect(await ensureKey(life(), 'EdDSA')).toBe(false);
    expect(await keepKeys(life())).toBe(false);
  });

  test('an RSA key has 3072 bits, and its making does not hold up the process', async () => {
    let turns = 0;
    let isMaking = true;
    const spin = (): void => {
      turns += 1;
      if (isMaking) setImmediate(spin);
    };
    setImmediate(spin);
    await ensureKey(life(), 'RS256');
    isMaking = false;
    expect(turns).toBeGreaterThan(20);
    for (const { publicJwk } of await store.read.signingKeys.list()) {
      const { n } = JSON.parse(publicJwk) as { n: string };
      expect(Buffer.from(n, 'base64url')).toHaveLength(384);
    }
  });

  test('processes that ask for an algorithm at the same moment make one active key of it', async () => {
    await keepKeys(life());
    await Promise.all(Array.from({ length: 8 }, () => ensureKey(life(), 'ES256')));
    expect(await lines()).toEqual(['ES256 active', 'ES256 next', ...main]);
  });

  test('each takes its turns when its own key is old, whatever the others do', async () => {
    await keepKeys(life());
    await ensureKey(life(10 * day), 'ES256');
    const next = await kidOf('ES256 next');
    await keepKeys(life(30 * day));
    expect(await lines()).toEqual(['ES256 active', 'ES256 next', ...main, 'EdDSA retired']);
    await keepKeys(life(40 * day - 1));
    expect(await kidOf('ES256 next')).toBe(next);
    await keepKeys(life(40 * day));
    expect(await kidOf('ES256 active')).toBe(next);
    expect(await lines()).toEqual(['ES256 active', 'ES256 next', 'ES256 retired', ...main]);
  });

  test('by hand one is rotated and the others are not', async () => {
    await keepKeys(life());
    await ensureKey(life(), 'ES256');
    const [ours, theirs] = [await kidOf('EdDSA active'), await kidOf('ES256 next')];
    const later = life(jwksMaxAge * 1000);
    await rotateKeys(later, { actor: 'operator', force: false, algorithm: 'ES256' });
    expect([await kidOf('EdDSA active'), await kidOf('ES256 active')]).toEqual([ours, theirs]);
    await rotateKeys(later, { actor: 'operator', force: false });
    expect(await kidOf('EdDSA retired')).toBe(ours);
    expect(await kidOf('ES256 active')).toBe(theirs);
  });

  test('one that is not in use is not rotated, and does not come into use by that', async () => {
    await keepKeys(life());
    const rotation = rotateKeys(life(), { actor: 'operator', force: true, algorithm: 'RS256' });
    await expect(rotation).rejects.toMatchObject({ code: 'input_invalid' });
    expect(await lines()).toEqual(main);
  });

  describe('after the setting was changed', () => {
    test('the first key of the new algorithm is published ahead; until it signs, the old one does', async () => {
      await keepKeys(life());
      await keepKeys(life(5000, 'ES256'));
      expect(await lines()).toEqual(['ES256 next', ...main]);
      expect(await keepKeys(life(5000 + day - 1, 'ES256'))).toBe(false);
      await keepKeys(life(5000 + day, 'ES256'));
      expect(await lines()).toEqual(['ES256 active', 'ES256 next', ...main]);
    });

    test('by hand it takes over as soon as guards have seen it', async () => {
      await keepKeys(life());
      const early = rotateKeys(life(0, 'ES256'), { actor: 'operator', force: false });
      await expect(early).rejects.toMatchObject({ code: 'key_not_ready', retryAfter: jwksMaxAge });
      await rotateKeys(life(jwksMaxAge * 1000, 'ES256'), { actor: 'operator', force: false });
      expect(await lines()).toEqual(['ES256 active', 'ES256 next', ...main]);
    });

    test('it signs at once where two others do: nothing tells which of them was the setting’s', async () => {
      await keepKeys(life());
      await ensureKey(life(), 'ES256');
      await keepKeys(life(5000, 'RS256'));
      expect(await lines()).toEqual(['ES256 active', 'ES256 next', ...main, 'RS256 active', 'RS256 next']);
    });

    test('a command that knows another setting brings nothing into use', async () => {
      await keepKeys(life());
      expect(await keepKeys(life(0, 'RS256'), { begins: false })).toBe(false);
      expect(await lines()).toEqual(main);
      await rotateKeys(life(0, 'RS256'), { actor: 'operator', force: true, algorithm: 'EdDSA' });
      expect(await lines()).toEqual([...main, 'EdDSA retired']);
    });
  });
});
