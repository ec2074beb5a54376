/**
 * `node ops/cluster.ts start|status|failover|switchover|stop`: a pair of Postgres servers under Patroni with synchronous
 * replication, behind HAProxy and PgBouncer, on this machine alone. For trying; not a way to run it.
 */
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { addressOf, keptLayout, type Layout } from './layout.ts';
import { membersOf, settled, switchOver } from './members.ts';
import { pidOf, programNames } from './programs.ts';
import { failOver, removeCluster, startCluster } from './start-stop.ts';

const usage = `node ops/cluster.ts <command> [--folder <path>]

  start        makes a cluster in the folder, which must not be there yet;
               --asynchronous lets the primary acknowledge what the standby does not have
  status       says which programs run, and who is the primary
  failover     kills the primary with -9, and brings it back as the standby
  switchover   lets the two change places in peace
  stop         stops everything, and removes the folder

The folder is ${join(tmpdir(), 'doorward-cluster')} unless another is named.`;

const tell = (words: string): void => console.log(words);

function clusterIn(folder: string): Layout {
  const layout = keptLayout(folder);
  if (!layout) throw new Error(`There is no cluster in ${folder}. "start" makes one.`);
  return layout;
}

/** What was asked for beside the command. */
interface Asked {
  readonly asynchronous?: boolean | undefined;
}

const commands: Readonly<Record<string, (folder: string, asked: Asked) => Promise<void>>> = {
  start: async (folder, { asynchronous = false }) => {
    if (keptLayout(folder)) throw new Error(`There is a cluster in ${folder} already. "stop" takes it away.`);
    const layout = await startCluster(folder, tell, { synchronous: !asynchronous });
    const [primary, replica, pooled] = [layout.primary, layout.replica, layout.pgbouncer].map((port) =>
      addressOf(layout, { port }),
    );
    tell(`
The primary, through HAProxy:    DATABASE_URL=${primary}
The same, through PgBouncer:     DATABASE_URL=${pooled} DOORWARD_DATABASE_PREPARED=no
The standby, through HAProxy:    DOORWARD_READ_DATABASE_URL=${replica}`);
  },
  status: async (folder) => {
    const layout = clusterIn(folder);
    for (const name of programNames) tell(`${name.padEnd(10)} ${pidOf(name, layout) ?? 'does not run'}`);
    for (const { name, role, state, lag } of await membersOf(layout))
      tell(`${name} is ${role}, ${state}${lag === undefined ? '' : `, ${lag} bytes behind`}`);
  },
  failover: (folder) => failOver(clusterIn(folder), tell),
  switchover: async (folder) => {
    const layout = clusterIn(folder);
    await switchOver(layout);
    tell(`${(await settled(layout)).name} is the primary now.`);
  },
  stop: async (folder) => {
    await removeCluster(clusterIn(folder));
    tell('Everything is stopped, and the folder is gone.');
  },
};

async function main(): Promise<void> {
  const options = { folder: { type: 'string' }, asynchronous: { type: 'boolean' } } as const;
  const { positionals, values } = parseArgs({ allowPositionals: true, options });
  const command = commands[positionals[0] ?? ''];
  if (!command || positionals.length > 1) throw new Error(usage);
  if (values.asynchronous && positionals[0] !== 'start') throw new Error(usage);
  await command(resolve(values.folder ?? join(tmpdir(), 'doorward-cluster')), values);
}

try {
  await main();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
