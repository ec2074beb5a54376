/**
 * The client's only source of time. Whatever reads the hour or waits takes a clock, so that tests can move it.
 */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Runs `work` once, `milliseconds` from now, unless cancelled. A process stays alive for it only if it is `awaited`. */
  after(milliseconds: number, work: () => void, awaited?: boolean): Cancel;
  /** Hears what its user does in real time, until that is taken back: the hour of a rehearsal waits for it. Others need not. */
  doing?(what: RealWork): Cancel;
}

/** What is done in real time, whatever the hour: text is kept or read, a turn in a lock is waited for, a turn is had. */
export type RealWork = 'keeping' | 'waiting' | 'turn';

/** Takes back what was planned; calling it twice is harmless. */
export type Cancel = () => void;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, work, awaited = false) => {
    const timer: { unref?: () => unknown } | number = setTimeout(work, milliseconds);
    if (!awaited && typeof timer === 'object') timer.unref?.();
    return () => clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
};

/** Resolves `milliseconds` from now; somebody waits for it. */
export const pause = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(milliseconds, resolve, true);
  });

/** Lets whatever is ready run. */
export const settle = (): Promise<void> =>
  new Promise((resolve) => {
    // Browsers have no setImmediate; elsewhere it is a thousand times faster.
    const soon = globalThis.setImmediate as typeof setImmediate | undefined;
    if (soon) soon(resolve);
    else setTimeout(resolve, 0);
  });
