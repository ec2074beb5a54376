/**
 * A million accounts and two million sessions: session checks and refreshes against the same on an almost empty store,
 * in interleaved rounds.
 */
import { compare } from './compare.ts';
import { beside, type Measurement } from './contract.ts';
import { start, withFolder } from './processes.ts';
import { progress } from './report.ts';
import { refreshing, sessionChecks } from './throughput.ts';

const rounds = 3;

/** A large store. */
export const largeStore = (): Promise<Measurement[]> =>
  withFolder((small) =>
    withFolder(async (large) => {
      const few = await start({ serve: 'doorward', dataFolder: small, accounts: 100, sessions: 6000 });
      progress('  filling a large store');
      const size = { accounts: 1_000_000, sessions: 2_000_000 };
      const many = await start({ serve: 'doorward', dataFolder: large, ...size });
      const fewTokens = [...few.refreshOpaque];
      const manyTokens = [...many.refreshOpaque];
      const [empty, full] = ['Doorward, empty store', 'Doorward, 2 M sessions'];
      try {
        const checks = await compare(
          {
            empty: { server: empty, run: () => sessionChecks(few, 'cookie'), usage: few.usage },
            full: { server: full, run: () => sessionChecks(many, 'cookie'), usage: many.usage },
          },
          rounds,
        );
        const refreshes = await compare(
          {
            empty: { server: empty, run: () => refreshing(few, fewTokens), usage: few.usage },
            full: { server: full, run: () => refreshing(many, manyTokens), usage: many.usage },
          },
          rounds,
        );
        return [
          beside(
            'large-session-check',
            [checks.figures.full, checks.figures.empty],
            checks.ratio('empty', 'full'),
          ),
          beside(
            'large-refresh',
            [refreshes.figures.full, refreshes.figures.empty],
            refreshes.ratio('empty', 'full'),
          ),
        ];
      } finally {
        await Promise.all([few.stop(), many.stop()]);
      }
    }),
  );
