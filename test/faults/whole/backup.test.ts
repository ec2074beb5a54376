import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startStopwatch } from '../../../packages/server/src/base/clock.ts';
import { runProcess, type StartedProcess, startProcess } from '../../kit/process.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { type Caller, callerOf } from '../caller.ts';
import { progress, rounds } from '../extent.ts';
import { type Blow, survive } from '../history/campaign.ts';
import { trial } from '../trial.ts';
import { makeSqlite } from '../ways.ts';
import { begin, refreshBy, signUpAs, statusOf, trySignIn } from '../work.ts';

const program = fileURLToPath(new URL('../server.ts', import.meta.url));
const backups = Math.ceil(rounds(200) / 20);

/** Checks on and on; the result stops it and tells how long the slowest took, in milliseconds. */
function watch(caller: Caller, access: string): () => Promise<number> {
  const work = { isOver: false };
  const slowest = (async () => {
    let most = 0;
    while (!work.isOver) {
      const elapsed = startStopwatch();
      expect(await statusOf(caller, access)).toBe(200);
      most = Math.max(most, elapsed());
    }
    return most;
  })();
  return () => {
    work.isOver = true;
    return slowest;
  };
}

/** A server on a backup, elsewhere, with the master key that was kept beside it. */
async function restored(file: string, from: string): Promise<StartedProcess> {
  const dataFolder = `${file}.elsewhere`;
  mkdirSync(dataFolder, { mode: 0o700 });
  copyFileSync(join(from, 'master.key'), join(dataFolder, 'master.key'));
  const made = await runProcess(['restore', file, '--data-folder', dataFolder]);
  expect(made.code, made.stderr).toBe(0);
  const verified = await runProcess(['events', 'verify', '--data-folder', dataFolder]);
  expect(verified.code, verified.stdout).toBe(0);
  // Guesses that were counted for the network are in the copy, too.
  return startProcess({ dataFolder, program, settings: { logLevel: 'error', networkAttempts: 1_000_000 } });
}

test('FLT-25: backed up amid all kinds of things: what was acknowledged before is in it, and nothing that ended comes back', async () => {
  let number = 0;
  const blow: Blow = async ({ place, fleet, answers }) => {
    const server = fleet.seats[0]?.current() ?? expect.fail();
    const caller = callerOf(server.port);
    number += 1;
    const identifier = `kept-${number}@example.com`;
    await signUpAs(caller, identifier, goodPassword);
    const [stays, ended] = [
      await begin(caller, { identifier, password: goodPassword }),
      await begin(caller, { identifier, password: goodPassword }),
    ];
    expect((await caller.ask('DELETE', '/api/v1/session', { bearer: ended.access })).status).toBe(204);
    const stop = watch(callerOf(server.port), stays.access);
    const file = join(place.folder, `backup-${number}.db`);
    const made = await runProcess(['backup', file, '--data-folder', server.dataFolder]);
    expect(made.code, made.stderr).toBe(0);
    const slowest = await stop();
    progress(`backup ${number}: the slowest check took ${slowest.toFixed(0)} ms`);
    expect(slowest).toBeLessThan(500);
    const other = await restored(file, server.dataFolder);
    const there = callerOf(other.port);
    expect(await trySignIn(there, identifier, goodPassword)).toBe(201);
    for (const { access, refresh } of [stays, ended])
      expect([await statusOf(there, access), (await refreshBy(there, refresh)).status]).toEqual([401, 401]);
    there.close();
    other.kill();
    await other.exited;
    caller.close();
    await answers(20);
  };
  await trial(makeSqlite, (given) =>
    survive({
      ...given,
      shape: { name: 'one process', processes: 1, workers: 1 },
      blow,
      blows: backups,
      households: 4,
      options: { program },
    }),
  );
});
