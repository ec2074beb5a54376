/**
 * A trial on data of its own: who passes leaves nothing behind, who fails ends what ran, and keeps data, ledgers and the
 * chances to fail again.
 */
import { type Chance, chance } from './chance.ts';
import { progress } from './extent.ts';
import type { Place } from './ways.ts';

/** Makes a place, tries, and removes the place unless the trial failed. */
export async function trial(
  make: () => Promise<Place>,
  attempt: (given: { readonly place: Place; readonly chance: Chance }) => Promise<unknown>,
): Promise<void> {
  const given = { place: await make(), chance: chance() };
  progress(`FAULT_SEED=${given.chance.seed}`);
  try {
    await attempt(given);
  } catch (thrown) {
    const kept = await given.place.halt().catch((fault: unknown) => [given.place.folder, String(fault)]);
    console.error(
      `again with FAULT_SEED=${given.chance.seed}; data and ledgers are kept in ${kept.join(' and ')}`,
    );
    throw thrown;
  }
  await given.place.remove();
}
