/**
 * What a failover to a standby that was behind takes away (FLT-14). The world goes on as it was when the standby heard its last:
 * what was done since must be gone without a trace, and everything before and after must have an order without it.
 */
import type { Done } from './deeds.ts';

/** The moments of such a failover, in the count that orders all deeds. */
export interface Loss {
  /** What was answered before, the standby has. */
  readonly heard: number;
  /** What was asked after, it has not. */
  readonly deaf: number;
  /** The primary dies. What is asked after, its successor does. */
  readonly gone: number;
}

/** Marks what was lost, and takes away what was told of deeds that may have been. */
export const afterLosses = (history: readonly Done[], losses: readonly Loss[]): Done[] =>
  history.map((done) => {
    if (losses.some((loss) => isLost(done, loss))) return { ...done, standing: 'lost' };
    if (!losses.some((loss) => isTorn(done, loss))) return done;
    // Tokens of a family follow from each other: what comes after one is the same, whenever it is made.
    if (done.deed.does === 'refresh') return { ...done, standing: 'torn' };
    return { ...done, standing: 'torn', told: undefined, returned: Number.POSITIVE_INFINITY };
  });

const isLost = ({ called, returned }: Done, { deaf, gone }: Loss): boolean =>
  called > deaf && returned < gone;

const isTorn = ({ called, returned }: Done, { heard, gone }: Loss): boolean =>
  returned > heard && called < gone;
