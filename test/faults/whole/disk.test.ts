import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startStopwatch } from '../../../packages/server/src/base/clock.ts';
import { databasePath } from '../../../packages/server/src/program/open-store.ts';
import type { StartedProcess } from '../../kit/process.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { type Caller, callerOf } from '../caller.ts';
import { rounds } from '../extent.ts';
import { type Blow, survive } from '../history/campaign.ts';
import type { Shape } from '../history/fleet.ts';
import { inject } from '../tracer.ts';
import { trial } from '../trial.ts';
import { makeSqlite, type Place } from '../ways.ts';
import { begin, signUpAs, statusOf } from '../work.ts';

const program = fileURLToPath(new URL('../server.ts', import.meta.url));
const shape: Shape = { name: 'one process', processes: 1, workers: 1 };
const blows = Math.ceil(rounds(200) / 25);
/** Milliseconds in which a server must be itself again (FLT-05). */
const recovery = 5000;

/** Makes a trouble for a server; the result ends it. */
type Trouble = (server: StartedProcess) => Promise<() => Promise<void>>;

const expectExplained = (blow: Blow, make = makeSqlite): Promise<unknown> =>
  trial(make, (given) => {
    const options = { program, environment: { FAULT_TROUBLE: 'store' } };
    return survive({ ...given, shape, blow, blows, households: 4, options });
  });

const statusAt = async (caller: Caller, path: string): Promise<number> =>
  (await caller.ask('GET', path)).status;

/** While it lasts, whoever is signed in is served, whatever writes is refused clearly, and the server says so. */
const refusing =
  (trouble: Trouble, { isTotal = true } = {}): Blow =>
  async ({ fleet }) => {
    const server = fleet.seats[0]?.current() ?? expect.fail();
    const caller = callerOf(server.port);
    const email = `onlooker-${server.port}-${Math.trunc(startedAt())}@example.com`;
    await signUpAs(caller, email, goodPassword);
    const { access } = await begin(caller, { identifier: email, password: goodPassword });
    const end = await trouble(server);
    const refused = await caller.ask('POST', '/api/v1/accounts', {
      body: { email: `new-${email}`, password: goodPassword },
    });
    expect([refused.status, refused.json['code']]).toEqual([503, 'store_unavailable']);
    for (let look = 0; look < 20; look += 1) expect(await statusOf(caller, access)).toBe(200);
    expect(await statusAt(caller, '/health/live')).toBe(200);
    if (isTotal) expect(await statusAt(caller, '/health/ready')).toBe(503);
    await end();
    const sinceEnd = startStopwatch();
    while ((await statusAt(caller, '/health/ready')) !== 200) expect(sinceEnd()).toBeLessThan(recovery);
    await signUpAs(caller, `new-${email}`, goodPassword);
    caller.close();
  };

/** Writes until there is no room left. */
const fill: Trouble = async ({ dataFolder }) => {
  const filler = join(dataFolder, 'filler');
  const file = openSync(filler, 'w');
  const most = statfsSync(dataFolder);
  const block = Buffer.alloc(most.bsize);
  try {
    for (let written = 0; written <= most.blocks; written += 1) writeSync(file, block);
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'ENOSPC' });
  }
  closeSync(file);
  return async () => rmSync(filler);
};

/** Tells one blow from the other. */
const startedAt = (): number => performance.now() * 1000;

describe('a disk in trouble under load', () => {
  test.each([
    ['FLT-05: it is full', ['pwrite64:error=ENOSPC']],
    ['FLT-06: it has become read-only', ['pwrite64:error=EROFS']],
    ['FLT-02: fsync fails', ['fdatasync:error=EIO', 'fsync:error=EIO']],
    ['it fails altogether', ['pwrite64:error=EIO', 'fdatasync:error=EIO']],
  ])('%s: refused clearly, served what can be served, and itself again by itself', async (_, faults) => {
    await expectExplained(refusing((server) => inject(server, faults)));
  });

  test('FLT-10: it takes 200 milliseconds for each fsync: everybody waits, and nobody is refused', async () => {
    await expectExplained(async ({ fleet, answers }) => {
      const server = fleet.seats[0]?.current() ?? expect.fail();
      const caller = callerOf(server.port);
      const end = await inject(server, ['fdatasync:delay_exit=200000']);
      await answers(100);
      expect(await statusAt(caller, '/health/ready')).toBe(200);
      await end();
      caller.close();
    });
  });

  test('FLT-05: a file system of 64 MB that somebody else has filled', async () => {
    const small = async (): Promise<Place> => {
      const place = await makeSqlite();
      const dataFolder = join(place.folder, 'data');
      mkdirSync(dataFolder);
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', dataFolder]);
      if (mounted.status !== 0)
        throw new Error('This mounts a small file system, which takes root: run it with sudo.');
      const { remove } = place;
      return {
        ...place,
        remove: async () => {
          spawnSync('umount', [dataFolder]);
          await remove();
        },
      };
    };
    // What the log has room for already can still be written.
    await expectExplained(refusing(fill, { isTotal: false }), small);
  });
});

describe('a database that another process has locked', () => {
  test.each([
    ['for one second: everybody waits', 1000, 201],
    ['for longer than anybody waits: refused', 11_000, 503],
  ])('FLT-09: %s', async (_, hold, status) => {
    await expectExplained(async ({ fleet }) => {
      const server = fleet.seats[0]?.current() ?? expect.fail();
      const caller = callerOf(server.port);
      const beside = callerOf(server.port);
      const email = `waiting-${Math.trunc(startedAt())}@example.com`;
      await signUpAs(caller, email, goodPassword);
      const { access } = await begin(caller, { identifier: email, password: goodPassword });
      const other = new DatabaseSync(databasePath(server.dataFolder), { timeout: 5000 });
      other.exec('BEGIN EXCLUSIVE');
      const held = startStopwatch();
      const body = { email: `new-${email}`, password: goodPassword };
      const answer = caller.ask('POST', '/api/v1/accounts', { body });
      while (held() < hold) expect(await statusOf(beside, access)).toBe(200);
      other.exec('ROLLBACK');
      other.close();
      expect((await answer).status).toBe(status);
      caller.close();
      beside.close();
    });
  });
});
