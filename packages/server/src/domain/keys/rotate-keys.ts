/**
 * The life of signing keys, each algorithm for itself: a next key is published ahead, becomes active, and is retired when
 * its successor takes over. A retired key stays published until its last token is dead. An algorithm comes into use by
 * the setting or when a client chooses it, and stays in use.
 */
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Settings, SigningAlgorithm } from '../settings.ts';
import { signingAlgorithms } from './key.ts';
import { type KeyLife, keepLine, lineOf, makeSpares, takeOver } from './key-line.ts';

/** Seconds that guards may keep a JWKS; a key is published for at least as long before it signs. */
export const jwksMaxAge = 300;

/**
 * Brings the keys to where the clock says they should be: makes missing ones, moves on what is due, deletes what no
 * live token can need. Safe to run in several processes at once. Unless it `begins`, the setting's algorithm does not
 * come into use beside another. Returns whether anything changed.
 */
export async function keepKeys(life: KeyLife, { begins = true } = {}): Promise<boolean> {
  const known = await life.store.read.signingKeys.list();
  const inUse = new Set<SigningAlgorithm>();
  for (const { algorithm, state } of known) if (state !== 'retired') inUse.add(algorithm);
  if (begins || inUse.size === 0) inUse.add(life.settings.signingAlgorithm);
  const lines = await Promise.all(
    Array.from(inUse, async (algorithm) => ({
      algorithm,
      spares: await makeSpares(life, known, { algorithm }),
    })),
  );
  return life.store.transact(async (tx) => {
    let changed = false;
    for (const line of lines) changed = (await keepLine(tx, life, line)) || changed;
    const gone = await tx.signingKeys.deleteRetired(life.now - retiredLife(life.settings));
    for (const kid of gone)
      await appendEvent(tx, life.now, { type: 'key.deleted', actor: 'system', data: { kid } });
    return changed || gone.length > 0;
  });
}

/**
 * Makes sure that a key of this algorithm is active. When the algorithm was not in use, its first key signs at once,
 * since there is no guard yet that could miss it, and a next one is published. Returns whether anything changed.
 */
export async function ensureKey(life: KeyLife, algorithm: SigningAlgorithm): Promise<boolean> {
  const known = await life.store.read.signingKeys.list();
  if (lineOf(known, algorithm).active) return false;
  const work = { algorithm, atOnce: true };
  const spares = await makeSpares(life, known, work);
  return life.store.transact((tx) => keepLine(tx, life, { ...work, spares }));
}

/**
 * Makes sure that keys of an algorithm are published before anything is signed with it: whoever keeps the set finds the first of
 * them there. One that waits for its time is not hurried. Returns whether anything changed.
 */
export async function publishKeys(life: KeyLife, algorithm: SigningAlgorithm): Promise<boolean> {
  const { active, next } = lineOf(await life.store.read.signingKeys.list(), algorithm);
  return active || next ? false : ensureKey(life, algorithm);
}

/** The same for what clients chose before this was done when they choose. */
export async function publishChosenKeys(life: KeyLife): Promise<void> {
  for (const algorithm of signingAlgorithms)
    if (await life.store.read.clients.signedBy(algorithm)) await publishKeys(life, algorithm);
}

/** A rotation by hand. */
export interface RotationByHand {
  readonly actor: string;
  readonly network?: string;
  /** Also while guards may not have seen the next key: the active one must go at once. */
  readonly force: boolean;
  /** The setting's unless given. */
  readonly algorithm?: SigningAlgorithm | undefined;
}

/**
 * Makes the next key of an algorithm active now. Throws `key_not_ready` while guards may not have seen it yet, unless by
 * force, and `input_invalid` for an algorithm that is not in use.
 */
export async function rotateKeys(
  life: KeyLife,
  { actor, network, force, algorithm = life.settings.signingAlgorithm }: RotationByHand,
): Promise<void> {
  await keepKeys(life, { begins: algorithm === life.settings.signingAlgorithm });
  await life.store.transact(async (tx) => {
    const { active, next } = lineOf(await tx.signingKeys.list(), algorithm);
    if (!active && !next) throw fail('input_invalid', { fields: [notInUse] });
    if (!next) throw fail('key_not_ready', { retryAfter: 1 });
    const wait = Math.ceil((next.createdAt + jwksMaxAge * 1000 - life.now) / 1000);
    if (wait > 0 && !force) throw fail('key_not_ready', { retryAfter: wait, detail: { kid: next.kid } });
    await takeOver(tx, life.now, { active, next, actor, network });
  });
  await keepKeys(life, { begins: false });
}

/** Told of an algorithm that no key is of. */
export const notInUse = { field: 'algorithm', message: 'No token is signed with this algorithm yet.' };

const retiredLife = (settings: Settings): number => (settings.accessTokenSeconds + jwksMaxAge) * 1000;
