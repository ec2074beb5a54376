/**
 * What is done about a key that was stolen: nobody who follows the feed takes anything that it has signed from then on, and
 * whoever fetches the keys does not find it.
 */
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Transaction } from '../store.ts';
import { tellFeedOfKey } from '../tokens/tell-feed.ts';
import type { SigningKeyRecord } from './key.ts';
import type { KeyLife } from './key-line.ts';
import { makeKey } from './make-key.ts';
import { jwksMaxAge, notInUse, type RotationByHand } from './rotate-keys.ts';

/**
 * Withdraws all keys of an algorithm, also the next one, which lay beside those that were stolen, and signs with a new one at
 * once. JWTs of before are dead; sessions go on with the next refresh. Throws `input_invalid` for an algorithm that is not in
 * use.
 */
export async function withdrawKeys(
  life: KeyLife,
  { actor, network, algorithm = life.settings.signingAlgorithm }: Omit<RotationByHand, 'force'>,
): Promise<void> {
  const { store, vault, settings, now } = life;
  const [active, next] = [await makeKey(vault, algorithm, now), await makeKey(vault, algorithm, now)];
  const born = [{ ...active, state: 'active', activeAt: now } as const, next];
  await store.transact(async (tx) => {
    const line = (await tx.signingKeys.list()).filter((key) => key.algorithm === algorithm);
    if (line.every(({ state }) => state === 'retired')) throw fail('input_invalid', { fields: [notInUse] });
    // One key of an algorithm is active at a time: the place is vacated before another passes through it.
    for (const key of line.toSorted((one, other) => turns[one.state] - turns[other.state]))
      await retireForGood(tx, key);
    for (const kid of await tx.signingKeys.deleteRetired(1)) {
      await tellFeedOfKey(tx, kid, { at: now, seconds: Math.max(jwksMaxAge, settings.accessTokenSeconds) });
      await appendEvent(tx, now, { type: 'key.deleted', actor, network, data: { kid, reason: 'stolen' } });
    }
    for (const key of born) {
      await tx.signingKeys.insert(key);
      const { kid, state } = key;
      await appendEvent(tx, now, { type: 'key.created', actor, network, data: { kid, algorithm, state } });
    }
  });
}

const turns = { active: 0, next: 1, retired: 2 } as const;

/** Marks a key as retired since ever, whose time is over at once. Each state is left by one statement, and by one hand. */
async function retireForGood(tx: Transaction, { kid, state }: SigningKeyRecord): Promise<void> {
  if (state === 'next') await tx.signingKeys.move({ kid, from: 'next', to: 'active', at: 0 });
  const from = state === 'retired' ? 'retired' : 'active';
  await tx.signingKeys.move({ kid, from, to: 'retired', at: 0 });
}
