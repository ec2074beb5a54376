/** What a cluster consists of: a folder, ports of 127.0.0.1, two nodes, and who may come in. Kept in the folder for the next command. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';

/** A server of the pair, and the Patroni that sees to it. */
export interface Node {
  readonly name: 'one' | 'two';
  readonly postgres: number;
  readonly rest: number;
}

/** A cluster. Numbers are ports. */
export interface Layout {
  readonly folder: string;
  readonly nodes: readonly [Node, Node];
  readonly etcd: number;
  readonly etcdPeers: number;
  /** HAProxy: leads to the primary. */
  readonly primary: number;
  /** HAProxy: leads to a standby. */
  readonly replica: number;
  readonly pgbouncer: number;
  /** Whether nothing is acknowledged before the standby has it, too. */
  readonly synchronous: boolean;
  /** Of Postgres's own roles and of Doorward's, by name. */
  readonly passwords: Readonly<Record<'postgres' | 'replicator' | 'doorward', string>>;
}

/** Names a new cluster, on ports that are free now. */
export async function newLayout(
  folder: string,
  { synchronous }: Pick<Layout, 'synchronous'>,
): Promise<Layout> {
  const [a, b, c, d, etcd, etcdPeers, primary, replica, pgbouncer] = await freePorts();
  const secret = (): string => randomBytes(18).toString('base64url');
  return {
    folder,
    nodes: [
      { name: 'one', postgres: a, rest: b },
      { name: 'two', postgres: c, rest: d },
    ],
    etcd,
    etcdPeers,
    primary,
    replica,
    pgbouncer,
    synchronous,
    passwords: { postgres: secret(), replicator: secret(), doorward: secret() },
  };
}

const recordOf = (folder: string): string => join(folder, 'cluster.json');

/** Keeps a layout for later commands. */
export const keepLayout = (layout: Layout): void =>
  writeFileSync(recordOf(layout.folder), JSON.stringify(layout), { mode: 0o600 });

/** The layout that was kept in a folder; undefined when there is none. */
export function keptLayout(folder: string): Layout | undefined {
  if (!existsSync(recordOf(folder))) return undefined;
  const layout: Layout = JSON.parse(readFileSync(recordOf(folder), 'utf8'));
  return layout;
}

/** The address of the database as `who`, by one of the ways in. */
export function addressOf(
  { passwords }: Layout,
  {
    port,
    who = 'doorward',
    database = 'doorward',
  }: { port: number; who?: 'doorward' | 'postgres'; database?: string },
): string {
  return `postgres://${who}:${passwords[who]}@127.0.0.1:${port}/${database}`;
}

type Nine = [number, number, number, number, number, number, number, number, number];

/** Nine free ports, each held until all are found, so that none is found twice. */
async function freePorts(): Promise<Nine> {
  const servers: Server[] = [];
  const next = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port was free');
    return address.port;
  };
  const found: Nine = [
    await next(),
    await next(),
    await next(),
    await next(),
    await next(),
    await next(),
    await next(),
    await next(),
    await next(),
  ];
  await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
  return found;
}
