/** What is done to a cluster around a failover, and waiting for it and its servers to be themselves again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import { addressOf, type Layout, type Node } from '../../../ops/layout.ts';
import { otherThan, primaryOf } from '../../../ops/members.ts';
import { postgresPrograms } from '../../../ops/packages.ts';
import { nobody, personNamed, runAs } from '../../../ops/unprivileged.ts';
import { until } from '../../../ops/until.ts';
import { queryAt } from '../../kit/postgres.ts';
import type { StartedProcess } from '../../kit/process.ts';
import { callerOf } from '../caller.ts';
import type { Scene } from '../history/campaign.ts';
import type { ClusterPlace } from './place.ts';

/** Waits until every process says that it is ready. */
export async function allReady({ fleet }: Pick<Scene, 'fleet'>): Promise<void> {
  for (const seat of fleet.seats) await ready(seat.current());
}

/** Waits until a process says that it is ready. */
export async function ready({ port }: Pick<StartedProcess, 'port'>): Promise<void> {
  const caller = callerOf(port);
  const isReady = await until(
    async () => (await caller.ask('GET', '/health/ready')).status === 200 || undefined,
    60_000,
  );
  expect(isReady).toBe(true);
  caller.close();
}

/** Waits until the other node leads. */
export async function replaced({ layout }: Pick<ClusterPlace, 'layout'>, lost: Node): Promise<Node> {
  const next = otherThan(layout, lost.name);
  const isPrimary = async (): Promise<true | undefined> =>
    (await primaryOf(layout))?.name === next.name || undefined;
  expect(await until(isPrimary, 120_000)).toBe(true);
  return next;
}

/** Waits until the standby has on its disk what the primary has written by now. */
export async function caughtUp(layout: Layout, { postgres }: Node): Promise<void> {
  const address = addressOf(layout, { port: postgres, who: 'postgres', database: 'postgres' });
  const [written] = await queryAt(address, 'SELECT pg_current_wal_lsn()::text AS at');
  const look = `SELECT 1 FROM pg_stat_replication WHERE flush_lsn >= '${String(written?.['at'])}'::pg_lsn`;
  const isThere = async (): Promise<true | undefined> =>
    (await queryAt(address, look)).length > 0 || undefined;
  expect(await until(isThere, 30_000)).toBe(true);
}

/** Starts what is left of a node without its Patroni, which nobody then leads or follows, as an operator would. The result stops it. */
export async function startAlone({ folder }: Layout, { name }: Node): Promise<() => Promise<void>> {
  const control = async (...words: readonly string[]): Promise<void> => {
    const command = [join(postgresPrograms, 'pg_ctl'), '-D', join(folder, name), '-w', ...words];
    const child = spawn(...runAs(personNamed('postgres') ?? nobody, command), {
      cwd: folder,
      stdio: 'ignore',
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
  };
  await control('-l', join(folder, name, 'alone.log'), 'start');
  return () => control('-m', 'fast', 'stop');
}
