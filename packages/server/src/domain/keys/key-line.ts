/**
 * The keys of one algorithm: which one signs, which one will, when the one gives way to the other. It knows nothing of
 * who asks.
 */
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Settings, SigningAlgorithm } from '../settings.ts';
import type { Store, Transaction } from '../store.ts';
import type { SigningKeyRecord } from './key.ts';
import { makeKey } from './make-key.ts';
import type { Vault } from './vault.ts';

/** What the life of keys needs. */
export interface KeyLife {
  readonly store: Store;
  readonly vault: Vault;
  readonly settings: Settings;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The keys of an algorithm that sign or will. */
export interface KeyLine {
  readonly active: SigningKeyRecord | undefined;
  readonly next: SigningKeyRecord | undefined;
}

/** The line of an algorithm among all keys. */
export function lineOf(keys: readonly SigningKeyRecord[], algorithm: SigningAlgorithm): KeyLine {
  const line = keys.filter((key) => key.algorithm === algorithm);
  return {
    active: line.find(({ state }) => state === 'active'),
    next: line.find(({ state }) => state === 'next'),
  };
}

/** What is to be kept. */
export interface LineWork {
  readonly algorithm: SigningAlgorithm;
  /** The first key of the algorithm signs at once and is not published ahead. */
  readonly atOnce?: boolean;
}

/** Keys for the places that `keepLine` may find vacant, made before its transaction: an RSA key takes a tenth of a second and the lock is everybody's. */
export async function makeSpares(
  life: KeyLife,
  known: readonly SigningKeyRecord[],
  work: LineWork,
): Promise<readonly SigningKeyRecord[]> {
  const { active, next } = lineOf(known, work.algorithm);
  const vacant = next ? Number(isDue(life, known, work)) : active ? 1 : 2;
  const making = Array.from({ length: vacant }, () => makeKey(life.vault, work.algorithm, life.now));
  return Promise.all(making);
}

/** Moves a line on when that is due and fills its places from `spares`. Returns whether anything changed. */
export async function keepLine(
  tx: Transaction,
  life: KeyLife,
  work: LineWork & { readonly spares: readonly SigningKeyRecord[] },
): Promise<boolean> {
  const { algorithm, spares } = work;
  const keys = await tx.signingKeys.list();
  const { active, next } = lineOf(keys, algorithm);
  let changed = false;
  if (next && isDue(life, keys, work))
    changed = await takeOver(tx, life.now, { active, next, actor: 'system' });
  const unused = [...spares];
  if (!active && !next && !waits(keys, work)) {
    const first = unused.shift();
    if (first) changed = await addKey(tx, { ...first, state: 'active', activeAt: life.now });
  }
  const successor = unused.shift();
  if (successor && !lineOf(await tx.signingKeys.list(), algorithm).next)
    changed = (await addKey(tx, successor)) || changed;
  return changed;
}

/** Whether the next key is to take over by itself. */
function isDue({ settings, now }: KeyLife, keys: readonly SigningKeyRecord[], work: LineWork): boolean {
  const { active, next } = lineOf(keys, work.algorithm);
  if (!next || (!active && !waits(keys, work))) return next !== undefined;
  const isOld = !active || now - active.activeAt >= settings.keyActiveSeconds * 1000;
  return isOld && now - next.createdAt >= settings.keyPublishAheadSeconds * 1000;
}

/**
 * Whether the first key of a line must be known before it signs. While one other algorithm signs, as it does after the
 * setting was changed, it goes on until then. Of two others nothing tells which one access tokens are signed with.
 */
const waits = (keys: readonly SigningKeyRecord[], { atOnce = false }: LineWork): boolean =>
  !atOnce && keys.filter(({ state }) => state === 'active').length === 1;

/** One key that leaves, unless the line is new, and one that takes over, and by whose hand. */
interface TakeOver extends KeyLine {
  readonly next: SigningKeyRecord;
  readonly actor: string;
  readonly network?: string | undefined;
}

/** Retires the active key for the next one. Returns whether that was still to be done; throws `key_not_ready` when the next key is gone. */
export async function takeOver(
  tx: Transaction,
  now: number,
  { active, next, actor, network }: TakeOver,
): Promise<boolean> {
  const told = { actor, network };
  if (active && !(await tx.signingKeys.move({ kid: active.kid, from: 'active', to: 'retired', at: now })))
    return false;
  if (!(await tx.signingKeys.move({ kid: next.kid, from: 'next', to: 'active', at: now })))
    throw fail('key_not_ready', { retryAfter: 1 });
  if (active) await appendEvent(tx, now, { ...told, type: 'key.retired', data: { kid: active.kid } });
  await appendEvent(tx, now, { ...told, type: 'key.activated', data: { kid: next.kid } });
  return true;
}

async function addKey(tx: Transaction, key: SigningKeyRecord): Promise<boolean> {
  if (!(await tx.signingKeys.insert(key))) return false;
  const { kid, algorithm, state, createdAt } = key;
  const data = { kid, algorithm, state };
  await appendEvent(tx, createdAt, { type: 'key.created', actor: 'system', data });
  return true;
}
