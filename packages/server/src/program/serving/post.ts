/**
 * What empties an outbox: at once when this process wrote into it or hears that another did, and every few seconds what was left behind
 * or what is to be tried again.
 */
import type { Cancel } from '../../base/clock.ts';
import type { Ports } from '../../domain/ports.ts';

/** Milliseconds between two looks into the outbox. */
const round = 5000;

/** Empties an outbox. */
export interface Post {
  /** Looks now: this process wrote into it. */
  nudge(): void;
  /** Stops and waits for what is under way. */
  stop(): Promise<void>;
}

/** Starts the rounds; `deliver` tries what is due and tells whether there may be more of it. */
export function keepPost(
  { clock, report }: Pick<Ports, 'clock' | 'report'>,
  deliver: () => Promise<boolean>,
): Post {
  let stopped = false;
  let again = false;
  let cancel: Cancel = () => undefined;
  let underWay: Promise<void> | undefined;
  const empty = async (): Promise<void> => {
    again = false;
    const isMore = await deliver();
    if ((isMore || again) && !stopped) await empty();
  };
  const work = async (): Promise<void> => {
    try {
      await empty();
    } catch (thrown) {
      report(thrown);
    }
    underWay = undefined;
    if (stopped) return;
    if (again) start();
    else cancel = clock.after(round, start);
  };
  const start = (): void => {
    cancel();
    again = true;
    if (!stopped) underWay ??= work();
  };
  cancel = clock.after(round, start);
  return {
    nudge: start,
    stop: async () => {
      stopped = true;
      cancel();
      await underWay;
    },
  };
}
