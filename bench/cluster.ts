/**
 * `node bench/cluster.ts`: session checks and refreshes over HTTP on a Patroni pair with a synchronous standby, side by side: straight
 * to the primary, through HAProxy, and through PgBouncer in transaction mode before that. What ops/README.md needs must be
 * there. Prints a table; the pair and all else is gone in the end.
 */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { addressOf, type Layout } from '../ops/layout.ts';
import { settled } from '../ops/members.ts';
import { removeCluster, startCluster } from '../ops/start-stop.ts';
import { type Comparison, type Contender, compare } from './compare.ts';
import { thisMachine } from './machine.ts';
import { type Peer, start, withFolder } from './processes.ts';
import { columns, progress, shown } from './report.ts';
import { refreshing, sessionChecks } from './throughput.ts';

const { values } = parseArgs({ options: { asynchronous: { type: 'boolean', default: false } } });

const entrances = ['direct', 'haproxy', 'pgbouncer'] as const;
type Entrance = (typeof entrances)[number];
const works = ['check', 'refreshOpaque', 'refreshJwt'] as const;
type Work = (typeof works)[number];

const called: Readonly<Record<Entrance | Work, string>> = {
  direct: 'direct',
  haproxy: 'HAProxy',
  pgbouncer: 'PgBouncer',
  check: 'session check, opaque token',
  refreshOpaque: 'refresh, opaque access token',
  refreshJwt: 'refresh, EdDSA access token',
};

/** Requests of a round: fewer than elsewhere, for there are three times as many who ask. */
const requests = { check: 16_000, refresh: 6000 } as const;

/** Sessions enough for all rounds: no family is refreshed by two. */
const seeded = { accounts: 100, sessions: 6000 } as const;

type Peers = Readonly<Record<Entrance, Peer>>;

/** One process for each way in, all on the same data and under the same key. */
async function startPeers(layout: Layout, dataFolder: string): Promise<Peers> {
  const { postgres } = await settled(layout);
  const at = (port: number): string => addressOf(layout, { port });
  const ask = { serve: 'doorward', dataFolder, accounts: 0, sessions: 0 } as const;
  const direct = await start({ ...ask, ...seeded, databaseUrl: at(postgres) });
  return {
    direct,
    haproxy: await start({ ...ask, databaseUrl: at(layout.primary) }),
    pgbouncer: await start({ ...ask, databaseUrl: at(layout.pgbouncer), databasePrepared: 'no' }),
  };
}

function measure(peers: Peers): Promise<Comparison<`${Work} ${Entrance}`>> {
  const [opaque, jwt] = [[...peers.direct.refreshOpaque], [...peers.direct.refreshJwt]];
  const run = (work: Work, { port }: Peer): ReturnType<Contender['run']> => {
    const peer = { ...peers.direct, port };
    if (work === 'check') return sessionChecks(peer, 'opaque', requests.check);
    return refreshing(peer, work === 'refreshOpaque' ? opaque : jwt, requests.refresh);
  };
  const contenders = works.flatMap((work) =>
    entrances.map((entrance) => {
      const peer = peers[entrance];
      return [`${work} ${entrance}`, { server: called[entrance], run: () => run(work, peer) }] as const;
    }),
  );
  return compare(Object.fromEntries(contenders) as Record<`${Work} ${Entrance}`, Contender>);
}

const table = ({ figures, ratio }: Comparison<`${Work} ${Entrance}`>): string =>
  columns([
    ['', ...entrances.map((entrance) => called[entrance])],
    ...works.map((work) => [
      called[work],
      ...entrances.map((entrance) => {
        const { perSecond, p99 = Number.NaN } = figures[`${work} ${entrance}`];
        const times = ratio(`${work} ${entrance}`, `${work} direct`).toFixed(2);
        return `${shown(perSecond)}/s, p99 ${p99.toFixed(1)} ms, x ${times}`;
      }),
    ]),
  ]);

await withFolder(async (dataFolder) => {
  const folder = join(tmpdir(), `doorward-cluster-${randomBytes(6).toString('hex')}`);
  const layout = await startCluster(folder, progress, { synchronous: !values.asynchronous });
  // What a cluster consists of goes on when this process ends: whoever stops this, stops that.
  const stopping = Promise.withResolvers<never>();
  stopping.promise.catch(() => undefined);
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => stopping.reject(new Error(name)));
  try {
    const peers = await startPeers(layout, dataFolder);
    try {
      const measured = await Promise.race([measure(peers), stopping.promise]);
      process.stdout.write(`${table(measured)}\n${JSON.stringify(thisMachine())}\n`);
    } finally {
      for (const peer of Object.values(peers)) await peer.stop();
    }
  } finally {
    await removeCluster(layout);
  }
});
