import { systemClock } from '../../packages/server/src/base/clock.ts';

/** Lets so many milliseconds of the real time go by; what is tried here runs in processes whose clocks nobody sets. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    // A timer of the clock keeps no process alive.
    const { port1: hold } = new MessageChannel();
    hold.ref();
    systemClock.after(milliseconds, () => {
      hold.close();
      resolve();
    });
  });
