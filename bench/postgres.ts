/**
 * Session checks and refreshes over HTTP on the embedded database and on Postgres, side by side. Postgres runs on the same
 * machine and writes to its disk as it would for others: fsync and synchronous_commit are on.
 */
import { makeDatabase, startPostgres } from '../test/kit/postgres.ts';
import { type Contender, compare } from './compare.ts';
import { beside, type Measurement } from './contract.ts';
import type { Measured } from './load.ts';
import { type Peer, start, withFolder } from './processes.ts';
import { refreshing, sessionChecks } from './throughput.ts';

const durable = { fsync: 'on', full_page_writes: 'on', shared_buffers: '256MB', max_wal_size: '4GB' };
const seeded = { serve: 'doorward', accounts: 100, sessions: 3000 } as const;

/** One process on each database. */
export const onPostgres = (): Promise<Measurement[]> =>
  withFolder((sqliteFolder) =>
    withFolder(async (dataFolder) => {
      const database = await startPostgres({ settings: durable });
      const databaseUrl = await makeDatabase(database.port, 'nothing');
      const sqlite = await start({ ...seeded, dataFolder: sqliteFolder });
      const postgres = await start({ ...seeded, dataFolder, databaseUrl });
      try {
        return await measure(sqlite, postgres);
      } finally {
        await Promise.all([sqlite.stop(), postgres.stop()]);
        await database.remove();
      }
    }),
  );

async function measure(sqlite: Peer, postgres: Peer): Promise<Measurement[]> {
  const on = (server: string, { usage }: Peer, run: () => Promise<Measured>): Contender => ({
    server: `Doorward, ${server}`,
    run,
    usage,
  });
  const [embedded, opaque, jwt] = [
    [...sqlite.refreshOpaque],
    [...postgres.refreshOpaque],
    [...postgres.refreshJwt],
  ];
  const { figures, ratio } = await compare({
    checkEmbedded: on('embedded, session check', sqlite, () => sessionChecks(sqlite, 'opaque')),
    check: on('Postgres, session check', postgres, () => sessionChecks(postgres, 'opaque')),
    refreshEmbedded: on('embedded, refresh', sqlite, () => refreshing(sqlite, embedded)),
    refreshOpaque: on('Postgres, opaque access token', postgres, () => refreshing(postgres, opaque)),
    refreshJwt: on('Postgres, EdDSA access token', postgres, () => refreshing(postgres, jwt)),
  });
  return [
    beside('postgres-session-check', [figures.check, figures.checkEmbedded], ratio('check', 'checkEmbedded')),
    beside('postgres-refresh-opaque', [figures.refreshOpaque, figures.refreshEmbedded]),
    beside('postgres-refresh-jwt', [figures.refreshJwt, figures.refreshEmbedded]),
  ];
}
