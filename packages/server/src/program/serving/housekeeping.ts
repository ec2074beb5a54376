/**
 * What a serving process does by itself: removes what is past its time, moves signing keys along, and reads the keys
 * that other processes made.
 */
import type { Cancel } from '../../base/clock.ts';
import { collect } from '../../domain/admin/collect.ts';
import { keepKeys } from '../../domain/keys/rotate-keys.ts';
import type { Ports } from '../../domain/ports.ts';

/** Milliseconds between two rounds; well below the time that a next key is published ahead. */
const round = 60_000;

/** Starts the rounds; the result stops them and waits for the one under way. */
export function keepHouse(ports: Ports): () => Promise<void> {
  const { store, vault, settings, clock, keys, report } = ports;
  let stopped = false;
  let cancel: Cancel = () => undefined;
  let underWay = Promise.resolve();
  const work = async (): Promise<void> => {
    try {
      await collect(ports);
      await keepKeys({ store, vault, settings, now: clock.now() });
      await keys.reload();
    } catch (thrown) {
      report(thrown);
    }
  };
  const plan = (): void => {
    if (stopped) return;
    cancel = clock.after(round, () => {
      underWay = work();
      void underWay.then(plan);
    });
  };
  plan();
  return async () => {
    stopped = true;
    cancel();
    await underWay;
  };
}
