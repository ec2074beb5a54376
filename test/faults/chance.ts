/** Chance that can be had again: everything random in a run follows from its seed. */
import { randomInt } from 'node:crypto';

/** A row of numbers that a seed decides. */
export interface Chance {
  readonly seed: number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
}

/** Numbers from a seed: the one that FAULT_SEED names, else a new one. The generator is a 32-bit xorshift. */
export function chance(seed = Number(process.env['FAULT_SEED'] ?? randomInt(1, 2 ** 31))): Chance {
  let state = seed | 0 || 1;
  return {
    seed,
    between: (least, most) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return least + ((state >>> 0) % (most - least + 1));
    },
  };
}
