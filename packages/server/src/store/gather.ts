/**
 * Gathering: who comes while others are still coming goes with them. A group leaves when a turn of the event loop brought
 * nobody new, or when it is full. Alone, one waits for a turn, some microseconds; under load locks, fsyncs and wake-ups
 * are shared by many.
 */

/** Calls `leave` when no turn brings anybody new any more, or when `size` wait. `waiting` tells how many do. */
export function gather(waiting: () => number, size: number, leave: () => void): void {
  let before = 0;
  const turn = (): void => {
    const now = waiting();
    if (now === before || now >= size) return leave();
    before = now;
    setImmediate(turn);
  };
  setImmediate(turn);
}
