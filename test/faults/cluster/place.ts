/** A place on a cluster: processes reach it through HAProxy alone, or through PgBouncer before it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf, type Layout } from '../../../ops/layout.ts';
import { removeCluster, startCluster, stopPrograms } from '../../../ops/start-stop.ts';
import { openPostgres } from '../../../packages/server/src/store/postgres/postgres.ts';
import { type Ended, runProcess, startProcess } from '../../kit/process.ts';
import type { Place } from '../ways.ts';
import { settings, soundnessOf, storeOptionsAt } from '../ways.ts';

/** The way in. */
export type Entrance = 'primary' | 'pgbouncer';

/** A place and its cluster. */
export interface ClusterPlace extends Place {
  readonly layout: Layout;
  /** Runs a command of the program to its end. */
  run(...args: readonly string[]): Promise<Ended>;
}

/** What processes are told beside the address. */
export const told = (entrance: Entrance) => ({ databasePrepared: entrance === 'pgbouncer' ? 'no' : 'yes' });

/** Makes a cluster with fresh data; its standby is synchronous unless told otherwise. */
export async function makeCluster(
  entrance: Entrance,
  pair: Partial<Pick<Layout, 'synchronous'>> = {},
): Promise<ClusterPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'doorward-fault-'));
  const layout = await startCluster(
    join(tmpdir(), `doorward-cluster-${randomBytes(6).toString('hex')}`),
    () => undefined,
    pair,
  );
  const address = addressOf(layout, { port: layout[entrance] });
  const direct = addressOf(layout, { port: layout.primary });
  return {
    folder,
    layout,
    start: (options = {}) => {
      // A secret is no flag of the program itself.
      const secret = options.program === undefined ? {} : { databaseUrl: address };
      return startProcess({
        ...options,
        dataFolder: join(folder, 'data'),
        settings: { ...settings, ...secret, ...told(entrance), ...options.settings },
        environment: { ...options.environment, DATABASE_URL: address },
      });
    },
    run: (...args) =>
      runProcess([...args, '--data-folder', join(folder, 'data')], {
        environment: { DATABASE_URL: address, DOORWARD_DATABASE_PREPARED: told(entrance).databasePrepared },
      }),
    inspect: async (look) => {
      const store = await openPostgres(storeOptionsAt(direct));
      try {
        return await look(store);
      } finally {
        await store.close();
      }
    },
    soundness: () => soundnessOf(direct),
    halt: async () => {
      await stopPrograms(layout);
      return [folder, layout.folder];
    },
    remove: async () => {
      await removeCluster(layout);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
