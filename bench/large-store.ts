/**
 * A million accounts and two million sessions: session checks and refreshes against the same on an almost empty store,
 * in interleaved rounds.
 */
import type { Measured } from './load.ts';
import { start, withFolder } from './processes.ts';
import { type Finding, median, shown } from './report.ts';
import { refreshing, sessionChecks } from './throughput.ts';

const rounds = 3;

/** The findings of a large store. */
export const largeStore = (): Promise<Finding[]> =>
  withFolder((small) =>
    withFolder(async (large) => {
      const few = await start({ serve: 'doorward', dataFolder: small, accounts: 100, sessions: 6000 });
      const many = await start({
        serve: 'doorward',
        dataFolder: large,
        accounts: 1_000_000,
        sessions: 2_000_000,
      });
      const measured = { fewChecks: [], manyChecks: [], fewRefreshes: [], manyRefreshes: [] } as Record<
        string,
        Measured[]
      >;
      const fewTokens = [...few.refreshOpaque];
      const manyTokens = [...many.refreshOpaque];
      try {
        for (let round = 0; round <= rounds; round += 1) {
          const now = {
            fewChecks: await sessionChecks(few, 'cookie'),
            manyChecks: await sessionChecks(many, 'cookie'),
            fewRefreshes: await refreshing(few, fewTokens),
            manyRefreshes: await refreshing(many, manyTokens),
          };
          if (round > 0) for (const [name, one] of Object.entries(now)) measured[name]?.push(one);
        }
      } finally {
        await Promise.all([few.stop(), many.stop()]);
      }
      return [line(measured, 'Checks', 'session check'), line(measured, 'Refreshes', 'refresh, opaque')];
    }),
  );

function line(measured: Readonly<Record<string, readonly Measured[]>>, kind: string, what: string): Finding {
  const few = measured[`few${kind}`] ?? [];
  const many = measured[`many${kind}`] ?? [];
  const slower = median(many.map(({ perSecond }, at) => (few[at]?.perSecond ?? Number.NaN) / perSecond));
  return {
    what: `${what}, 1 M accounts and 2 M sessions`,
    measured: `${shown(slower)} × the time on an empty store (${shown(median(many.map(({ perSecond }) => perSecond)))}/s)`,
    limit: '≤ 1.5 ×',
    holds: slower <= 1.5,
  };
}
