import type { Cancel, Clock } from './clock.ts';

/** A clock that can be set ahead of another one, and back. */
export interface TravellingClock extends Clock {
  /** Milliseconds that it is ahead. */
  ahead(): number;
  /** Sets it so many milliseconds ahead. What falls due on the way forward is run at once, in order; nothing waits longer for a way back. */
  travel(ahead: number): void;
}

interface Plan {
  /** When it is due on a line of time that only jumps forward. */
  readonly due: number;
  readonly work: () => void;
  cancel: Cancel;
}

/** Makes a clock that goes as `real` does until it travels. */
export function travellingClock(real: Clock): TravellingClock {
  const planned = new Set<Plan>();
  let ahead = 0;
  let jumped = 0;
  const elapsed = (): number => real.now() + jumped;
  const begin = (plan: Plan): void => {
    plan.cancel = real.after(Math.max(0, plan.due - elapsed()), () => {
      planned.delete(plan);
      plan.work();
    });
  };
  const catchUp = (): void => {
    const plans = [...planned].sort((one, other) => one.due - other.due);
    for (const plan of plans) {
      plan.cancel();
      if (plan.due > elapsed()) begin(plan);
      else if (planned.delete(plan)) plan.work();
    }
  };
  return {
    now: () => real.now() + ahead,
    after: (milliseconds, work) => {
      const plan: Plan = { due: elapsed() + milliseconds, work, cancel: () => undefined };
      planned.add(plan);
      begin(plan);
      return () => {
        planned.delete(plan);
        plan.cancel();
      };
    },
    ahead: () => ahead,
    travel: (to) => {
      const forward = to - ahead;
      ahead = to;
      if (forward <= 0) return;
      jumped += forward;
      catchUp();
    },
  };
}
