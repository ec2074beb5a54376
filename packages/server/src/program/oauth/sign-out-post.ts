/**
 * What tells clients of ended sessions: at once when this process ended them, and every few seconds what other processes
 * left behind or what is to be tried again.
 */
import type { Cancel } from '../../base/clock.ts';
import { deliverNotices } from '../../domain/oauth/deliver-notices.ts';
import type { Ports } from '../../domain/ports.ts';

/** Milliseconds between two looks into the outbox. */
const round = 5000;

/** Delivers sign-out notices. */
export interface SignOutPost {
  /** Looks now: this process ended a session. */
  nudge(): void;
  /** Stops and waits for what is under way. */
  stop(): Promise<void>;
}

/** Starts the rounds. */
export function keepPost(ports: Ports): SignOutPost {
  let stopped = false;
  let again = false;
  let cancel: Cancel = () => undefined;
  let underWay: Promise<void> | undefined;
  const empty = async (): Promise<void> => {
    again = false;
    const isMore = await deliverNotices(ports);
    if ((isMore || again) && !stopped) await empty();
  };
  const work = async (): Promise<void> => {
    try {
      await empty();
    } catch (thrown) {
      ports.report(thrown);
    }
    underWay = undefined;
    if (stopped) return;
    if (again) start();
    else cancel = ports.clock.after(round, start);
  };
  const start = (): void => {
    cancel();
    again = true;
    if (!stopped) underWay ??= work();
  };
  cancel = ports.clock.after(round, start);
  return {
    nudge: start,
    stop: async () => {
      stopped = true;
      cancel();
      await underWay;
    },
  };
}
