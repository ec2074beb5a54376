/** Making a cluster, taking it away, and doing to its nodes what happens to machines. */
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { startStopwatch } from '../packages/server/src/base/clock.ts';
import { configurations } from './configurations.ts';
import { addressOf, keepLayout, type Layout, type Node, newLayout } from './layout.ts';
import { otherThan, primaryOf, settled } from './members.ts';
import { installationOf, missingPackages } from './packages.ts';
import { signal } from './process-tree.ts';
import {
  pidOf,
  postmasterOf,
  processesOf,
  programNames,
  sendersOf,
  startProgram,
  stopProgram,
} from './programs.ts';
import { isRoot, nobody, type Person, personNamed } from './unprivileged.ts';
import { until } from './until.ts';

/** Told of each step. */
export type Tell = (words: string) => void;

/** Whoever the programs run as: the one whom Debian made for Postgres. */
const person = (): Person => personNamed('postgres') ?? nobody;

/** Makes a cluster in a folder that is not there yet, and a database for Doorward in it. Throws with words for a person. */
export async function startCluster(
  folder: string,
  tell: Tell,
  { synchronous = true }: Partial<Pick<Layout, 'synchronous'>> = {},
): Promise<Layout> {
  const missing = missingPackages();
  if (missing.length > 0) throw new Error(installationOf(missing));
  mkdirSync(folder, { mode: 0o700 });
  const layout = await newLayout(folder, { synchronous });
  const owner = person();
  for (const [path, text] of Object.entries(configurations(layout)))
    writeFileSync(join(folder, path), text, { mode: 0o600 });
  keepLayout(layout);
  if (isRoot)
    for (const path of ['', ...Object.keys(configurations(layout))]) give(join(folder, path), owner);
  try {
    tell('Starting etcd, which says who is the primary.');
    startProgram('etcd', layout, owner);
    await answering(`http://127.0.0.1:${layout.etcd}/health`, 'etcd');
    tell('Starting one and two: Patroni makes a database, and copies it to the other.');
    startProgram('one', layout, owner);
    startProgram('two', layout, owner);
    const { name } = await settled(layout);
    tell(`${name} is the primary, and the other follows it${synchronous ? ' synchronously' : ''}.`);
    startProgram('haproxy', layout, owner);
    startProgram('pgbouncer', layout, owner);
    await makeDatabase(layout);
    tell('HAProxy and PgBouncer lead there, and a database for Doorward is made.');
    return layout;
  } catch (thrown) {
    await stopPrograms(layout);
    throw thrown;
  }
}

const give = (path: string, { uid, gid }: Person): void => chownSync(path, uid, gid);

async function answering(url: string, name: string): Promise<void> {
  const answer = await until(
    () =>
      fetch(url).then(
        ({ ok }) => ok || undefined,
        () => undefined,
      ),
    30_000,
  );
  if (!answer) throw new Error(`${name} does not answer.`);
}

async function makeDatabase(layout: Layout): Promise<void> {
  const address = addressOf(layout, { port: layout.primary, who: 'postgres', database: 'postgres' });
  const found = await until(async () => {
    const client = new Client({ connectionString: address, connectionTimeoutMillis: 2000 });
    try {
      await client.connect();
      return client;
    } catch {
      return undefined;
    }
  }, 30_000);
  if (!found) throw new Error('HAProxy does not lead to the primary.');
  // The password is of our own making, and has no quotes.
  await found.query(`CREATE ROLE doorward LOGIN PASSWORD '${layout.passwords.doorward}'`);
  await found.query('CREATE DATABASE doorward OWNER doorward');
  await found.end();
}

/** Stops everything, and removes the folder. */
export async function removeCluster(layout: Layout): Promise<void> {
  await stopPrograms(layout);
  rmSync(layout.folder, { recursive: true, force: true });
}

/** Stops everything, and keeps what it has written. */
export async function stopPrograms(layout: Layout): Promise<void> {
  // Patroni tells etcd when it leaves, so that goes last.
  for (const name of programNames.toReversed()) await stopProgram(name, layout);
}

/** Ends a node as if its machine had lost its power. */
export const killNode = (layout: Layout, { name }: Node): void =>
  signal(processesOf(name, layout), 'SIGKILL');

/** Ends the Postgres of a node as if it had crashed; its Patroni sees that. */
export function crashNode(layout: Layout, { name }: Node): void {
  const first = postmasterOf(name, layout);
  if (first !== undefined) signal([first], 'SIGKILL');
}

/**
 * Keeps the standby from hearing anything more: the primary acknowledges what it alone has. Postgres gives such a line up after a
 * minute. Throws when nobody follows.
 */
export function holdReplication(layout: Layout, { name }: Node): void {
  const senders = sendersOf(name, layout);
  if (senders.length === 0) throw new Error(`Nobody follows ${name}.`);
  signal(senders, 'SIGSTOP');
}

/** Keeps a node from running, as if its network were cut. */
export const freezeNode = (layout: Layout, { name }: Node): void =>
  signal(processesOf(name, layout), 'SIGSTOP');

/**
 * Lets the Postgres of a frozen node go on where it was, believing what it believed; its Patroni is ended, as a watchdog does
 * with one that slept. (Patroni 3.0 that sleeps longer than its lock lasts has been seen to take the lock back.)
 */
export function thawNode(layout: Layout, { name }: Node): void {
  const patroni = pidOf(name, layout);
  signal(patroni === undefined ? [] : [patroni], 'SIGKILL');
  signal(processesOf(name, layout), 'SIGCONT');
}

/** Starts the Patroni of a node that was killed or thawed; the node follows whoever is the primary then. */
export const startNode = (layout: Layout, { name }: Node): void => startProgram(name, layout, person());

/** Ends one of the programs before the pair and starts it again. */
export async function restartProgram(layout: Layout, name: 'haproxy' | 'pgbouncer'): Promise<void> {
  await stopProgram(name, layout);
  startProgram(name, layout, person());
}

/** Kills the primary, waits until the other leads, and brings the killed one back behind it. Tells of each step. */
export async function failOver(layout: Layout, tell: Tell): Promise<void> {
  const lost = await settled(layout);
  const passed = startStopwatch();
  const seconds = (): string => (passed() / 1000).toFixed(1);
  killNode(layout, lost);
  tell(`${lost.name} was the primary and is killed.`);
  const next = otherThan(layout, lost.name);
  await until(async () => ((await primaryOf(layout))?.name === next.name ? true : undefined), 120_000);
  tell(`${next.name} is the primary after ${seconds()} s.`);
  startNode(layout, lost);
  await settled(layout, ({ name }) => name === next.name);
  tell(`${lost.name} follows it after ${seconds()} s.`);
}
