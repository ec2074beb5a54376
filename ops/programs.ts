/** The programs of a cluster as processes of this machine. Each leaves its id in the folder, so that a later command finds it. */
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './layout.ts';
import { programAt } from './packages.ts';
import { childrenOf, signal } from './process-tree.ts';
import { type Person, runAs } from './unprivileged.ts';
import { until } from './until.ts';

/** What runs: the two nodes, and what stands around them. */
export type ProgramName = 'etcd' | 'one' | 'two' | 'haproxy' | 'pgbouncer';

/** In the order in which they start; they stop the other way round. */
export const programNames: readonly ProgramName[] = ['etcd', 'one', 'two', 'haproxy', 'pgbouncer'];

/** The program and what it is told, as words in a row. */
function commandOf(name: ProgramName, { folder, etcd, etcdPeers }: Layout): string {
  switch (name) {
    case 'etcd': {
      const [clients, peers] = [`http://127.0.0.1:${etcd}`, `http://127.0.0.1:${etcdPeers}`];
      return `etcd --name doorward --data-dir ${folder}/etcd --logger zap
        --listen-client-urls ${clients} --advertise-client-urls ${clients}
        --listen-peer-urls ${peers} --initial-advertise-peer-urls ${peers} --initial-cluster doorward=${peers}`;
    }
    case 'one':
    case 'two':
      return `patroni ${folder}/${name}.yml`;
    case 'haproxy':
      return `haproxy -db -f ${folder}/haproxy.cfg`;
    case 'pgbouncer':
      return `pgbouncer ${folder}/pgbouncer.ini`;
  }
}

/** Starts a program as `person`; it goes on when this process ends. Its words go to a file beside the configurations. */
export function startProgram(name: ProgramName, layout: Layout, person: Person): void {
  const [program = '', ...rest] = commandOf(name, layout).split(/\s+/);
  const [command, args] = runAs(person, [programAt(program) ?? program, ...rest]);
  const log = openSync(join(layout.folder, `${name}.log`), 'a', 0o600);
  const child = spawn(command, args, {
    cwd: layout.folder,
    detached: true,
    stdio: ['ignore', log, log],
    // What would lead these programs elsewhere stays outside.
    env: { PATH: process.env['PATH'], HOME: layout.folder, LANG: 'C.UTF-8' },
  });
  child.unref();
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started`);
  writeFileSync(recordOf(name, layout), `${pid} ${birthOf(pid) ?? ''}`);
}

const recordOf = (name: ProgramName, { folder }: Layout): string => join(folder, `${name}.pid`);

/** When a process began, in ticks since the start of the machine: an id alone may be somebody else's by now. */
function birthOf(pid: number): string | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return words[0] === 'Z' ? undefined : words[19];
  } catch {
    return undefined;
  }
}

/** The id of a program that we started; undefined when it does not run. */
export function pidOf(name: ProgramName, layout: Layout): number | undefined {
  if (!existsSync(recordOf(name, layout))) return undefined;
  const [pid = '', birth] = readFileSync(recordOf(name, layout), 'utf8').split(' ');
  return birth !== '' && birthOf(Number(pid)) === birth ? Number(pid) : undefined;
}

/** The first process of the Postgres that a node runs, whoever started it last; undefined when there is none. */
export function postmasterOf(name: 'one' | 'two', { folder }: Layout): number | undefined {
  // It may go at any moment, and so may the process.
  try {
    const record = readFileSync(join(folder, name, 'postmaster.pid'), 'utf8');
    const pid = Number(record.split('\n', 1)[0]);
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join(folder, name)) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Everything that makes up a node: Patroni, the first process of its Postgres, and all processes of that. */
export function processesOf(name: 'one' | 'two', layout: Layout): number[] {
  const first = postmasterOf(name, layout);
  const patroni = pidOf(name, layout);
  return [
    ...(patroni === undefined ? [] : [patroni]),
    ...(first === undefined ? [] : [first, ...childrenOf(first)]),
  ];
}

/** The processes of a node's Postgres that send its log to standby servers. */
export function sendersOf(name: 'one' | 'two', layout: Layout): number[] {
  const first = postmasterOf(name, layout);
  return first === undefined ? [] : childrenOf(first).filter(isSender);
}

/** Postgres writes into the title of each process what it is there for. */
function isSender(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('walsender');
  } catch {
    return false;
  }
}

/** Stops a program, kindly and then by force; a node takes its Postgres along. */
export async function stopProgram(name: ProgramName, layout: Layout): Promise<void> {
  const isNode = name === 'one' || name === 'two';
  const alive = (): number[] => {
    if (isNode) return processesOf(name, layout);
    const pid = pidOf(name, layout);
    return pid === undefined ? [] : [pid];
  };
  const first = pidOf(name, layout);
  // Who was stopped cannot hear.
  signal(alive(), 'SIGCONT');
  if (first !== undefined) signal([first], 'SIGTERM');
  const isGone = await until(() => (first === undefined || alive().length === 0 ? true : undefined), 15_000);
  if (!isGone || alive().length > 0) signal(alive(), 'SIGKILL');
  await until(() => (alive().length === 0 ? true : undefined), 5000);
}
