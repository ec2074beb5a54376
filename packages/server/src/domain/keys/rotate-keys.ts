/**
 * The life of signing keys: a next key is published ahead, becomes active, and is retired when its successor takes
 * over. A retired key stays published until its last token is dead.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { publicJwk } from '../../protocol/jwk.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Settings, SigningAlgorithm } from '../settings.ts';
import type { Store, Transaction } from '../store.ts';
import type { KeyState, SigningKeyRecord } from './key.ts';
import { keySealPurpose } from './key-ring.ts';
import type { Vault } from './vault.ts';

/** What the life of keys needs. */
export interface KeyLife {
  readonly store: Store;
  readonly vault: Vault;
  readonly settings: Settings;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Seconds that guards may keep a JWKS; a key is published for at least as long before it signs. */
export const jwksMaxAge = 300;

/**
 * Brings the keys to where the clock says they should be: makes missing ones, moves on what is due, deletes what no
 * live token can need. Safe to run in several processes at once. Returns whether anything changed.
 */
export async function keepKeys(life: KeyLife): Promise<boolean> {
  const spare = await readySpare(life);
  return life.store.transact(async (tx) => {
    const keys = await tx.signingKeys.list();
    const active = keys.find(({ state }) => state === 'active');
    const next = keys.find(({ state }) => state === 'next');
    let changed = false;
    if (!active && !next && spare[0])
      changed = await addKey(tx, life, { ...spare[0], state: 'active', activeAt: life.now });
    else if (active && next && isDue(life, active, next))
      changed = await takeOver(tx, life, { active, next, actor: 'system' });
    const vacant = (await tx.signingKeys.list()).every(({ state }) => state !== 'next');
    if (vacant && spare[1]) changed = (await addKey(tx, life, spare[1])) || changed;
    const gone = await tx.signingKeys.deleteRetired(life.now - retiredLife(life.settings));
    for (const kid of gone)
      await appendEvent(tx, life.now, { type: 'key.deleted', actor: 'system', data: { kid } });
    return changed || gone.length > 0;
  });
}

/**
 * Makes the next key active now. Throws `key_not_ready` while guards may not have seen it yet, unless `force` says
 * that the active key must go at once.
 */
export async function rotateKeys(
  life: KeyLife,
  { actor, network, force }: { actor: string; network?: string; force: boolean },
): Promise<void> {
  await keepKeys(life);
  await life.store.transact(async (tx) => {
    const keys = await tx.signingKeys.list();
    const active = keys.find(({ state }) => state === 'active');
    const next = keys.find(({ state }) => state === 'next');
    if (!active || !next) throw fail('key_not_ready', { retryAfter: 1 });
    const wait = Math.ceil((next.createdAt + jwksMaxAge * 1000 - life.now) / 1000);
    if (wait > 0 && !force) throw fail('key_not_ready', { retryAfter: wait, detail: { kid: next.kid } });
    await takeOver(tx, life, { active, next, actor, network });
  });
  await keepKeys(life);
}

const retiredLife = (settings: Settings): number => (settings.accessTokenSeconds + jwksMaxAge) * 1000;

const isDue = ({ settings, now }: KeyLife, active: SigningKeyRecord, next: SigningKeyRecord): boolean =>
  now - active.activeAt >= settings.keyActiveSeconds * 1000 &&
  now - next.createdAt >= settings.keyPublishAheadSeconds * 1000;

/** One key that leaves and one that takes over, and by whose hand. */
interface TakeOver {
  readonly active: SigningKeyRecord;
  readonly next: SigningKeyRecord;
  readonly actor: string;
  readonly network?: string | undefined;
}

async function takeOver(
  tx: Transaction,
  { now }: KeyLife,
  { active, next, actor, network }: TakeOver,
): Promise<boolean> {
  if (!(await tx.signingKeys.move({ kid: active.kid, from: 'active', to: 'retired', at: now }))) return false;
  if (!(await tx.signingKeys.move({ kid: next.kid, from: 'next', to: 'active', at: now })))
    throw fail('key_not_ready', { retryAfter: 1 });
  await appendEvent(tx, now, { type: 'key.retired', actor, network, data: { kid: active.kid } });
  await appendEvent(tx, now, { type: 'key.activated', actor, network, data: { kid: next.kid } });
  return true;
}

async function addKey(tx: Transaction, { now }: KeyLife, key: SigningKeyRecord): Promise<boolean> {
  if (!(await tx.signingKeys.insert(key))) return false;
  await appendEvent(tx, now, {
    type: 'key.created',
    actor: 'system',
    data: { kid: key.kid, state: key.state },
  });
  return true;
}

/** Keys are made before the transaction: an RSA key takes a tenth of a second and the lock is everybody's. */
async function readySpare(life: KeyLife): Promise<SigningKeyRecord[]> {
  const keys = await life.store.read.signingKeys.list();
  const has = (wanted: KeyState): boolean => keys.some(({ state }) => state === wanted);
  if (has('active') && has('next') && !keys.some((key) => key.state === 'active' && due(life, key)))
    return [];
  return [makeKey(life), makeKey(life)];
}

const due = ({ settings, now }: KeyLife, { activeAt }: SigningKeyRecord): boolean =>
  now - activeAt >= settings.keyActiveSeconds * 1000;

function makeKey({ vault, settings, now }: KeyLife): SigningKeyRecord {
  const { publicKey, privateKey } = keyPair(settings.signingAlgorithm);
  const jwk = publicJwk(publicKey, settings.signingAlgorithm);
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  return {
    kid: jwk.kid,
    algorithm: settings.signingAlgorithm,
    state: 'next',
    publicJwk: JSON.stringify(jwk),
    sealedPrivate: vault.seal(keySealPurpose, der, jwk.kid),
    createdAt: now,
    activeAt: 0,
    retiredAt: 0,
  };
}

function keyPair(algorithm: SigningAlgorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (algorithm) {
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 3072 });
  }
}
