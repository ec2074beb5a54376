import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../packages/server/src/base/clock.ts';
import { people } from '../../packages/server/src/store/conformance/samples.ts';
import { openSqlite } from '../../packages/server/src/store/sqlite/sqlite.ts';
import { type Caller, callerOf } from '../faults/caller.ts';
import { begin, refreshBy, signUpAs, statusOf } from '../faults/work.ts';
import { runProcess, type StartedProcess, startProcess } from '../kit/process.ts';
import { goodPassword } from '../kit/visitor.ts';
import { freshDatabase } from './databases.ts';

const main = fileURLToPath(new URL('../../packages/server/src/program/main.ts', import.meta.url));
const program = fileURLToPath(new URL('../faults/server.ts', import.meta.url));
const settings = {
  issuer: 'http://localhost:3000',
  logLevel: 'error',
  networkAttempts: 1_000_000,
  signUpAttempts: 1_000_000,
  hashingQueue: 10_000,
};

/** Somebody who refreshes, looks in and signs in again and again, and must never be refused. */
async function live(
  callers: readonly Caller[],
  name: string,
  work: { isOver: boolean },
): Promise<{ refreshes: number; longest: number }> {
  const at = (turn: number): Caller => callers[turn % callers.length] ?? callerOf(0);
  const email = `${name}@example.com`;
  await signUpAs(at(0), email, goodPassword);
  let { refresh: token, access } = await begin(at(0), { identifier: email, password: goodPassword });
  const { cookie } = await at(0).ask('POST', '/api/v1/sessions', {
    body: { identifier: email, password: goodPassword },
  });
  const gone = await begin(at(1), { identifier: email, password: goodPassword });
  expect((await at(1).ask('DELETE', '/api/v1/session', { bearer: gone.access })).status).toBe(204);
  let refreshes = 0;
  let longest = 0;
  for (let turn = 0; !work.isOver; turn += 1) {
    const began = performance.now();
    const next = await refreshBy(at(turn), token);
    longest = Math.max(longest, performance.now() - began);
    expect(next.status).toBe(200);
    [token, access] = [next.next, next.access];
    refreshes += 1;
    expect(await statusOf(at(turn + 1), access)).toBe(200);
    const looked = await at(turn).ask('GET', '/api/v1/session', { headers: { cookie } });
    expect(looked.status).toBe(200);
    // What was signed out before stays so, on whichever store.
    expect(await statusOf(at(turn), gone.access)).toBe(401);
    expect((await refreshBy(at(turn + 1), gone.refresh)).status).toBe(401);
  }
  return { refreshes, longest };
}

/** Starts a move; `said` resolves when it has said so. */
function startMove(args: readonly string[]): { child: ChildProcess; said: (what: RegExp) => Promise<void> } {
  const child = spawn(process.execPath, [main, 'move', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  const said = async (what: RegExp): Promise<void> => {
    while (!what.test(text) && child.exitCode === null) await once(child.stdout ?? child, 'data');
    expect(text).toMatch(what);
  };
  return { child, said };
}

/** Stops a server, which has had nothing to complain of. */
async function stopped(server: StartedProcess): Promise<void> {
  server.kill();
  expect([await server.exited, server.stderr()]).toEqual([0, '']);
}

/** Starts a move and kills it while it copies. An unfinished target is nobody's store. */
async function dieAmid(there: readonly string[], address: string): Promise<void> {
  const { child, said } = startMove(there);
  await said(/copying: \d+ of \d+ rows, about \d+ s left/);
  child.kill('SIGKILL');
  await once(child, 'close');
  const early = await runProcess(['accounts', 'list'], { environment: { DOORWARD_DATABASE_URL: address } });
  expect([early.code, early.stderr]).toEqual([
    1,
    expect.stringMatching(/Data are being moved into this database/),
  ]);
}

test('servers serve while their data move to Postgres and back, the mover dies in between, and nobody is signed out', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'doorward-live-move-'));
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }));
  const path = join(dataFolder, 'doorward.db');
  const crowd = await openSqlite({ path, now: systemClock.now() });
  await people(crowd, 8000, systemClock.now());
  await crowd.close();
  const address = await freshDatabase('nothing');
  const start = (): Promise<StartedProcess> => startProcess({ dataFolder, program, settings });
  const servers = [await start(), await start()];
  const callers = servers.map(({ port }) => callerOf(port));
  const work = { isOver: false };
  const living = Promise.all(['ada', 'ben', 'eve', 'joe'].map((name) => live(callers, name, work))).catch(
    (thrown: unknown) => {
      const said = servers.map((server) => server.stderr()).join('');
      throw new Error(`somebody was refused; the servers said: ${said}`, { cause: thrown });
    },
  );
  const there = ['--to', address, '--data-folder', dataFolder];

  await dieAmid(there, address);
  const moved = await runProcess(['move', ...there]);
  expect([moved.code, moved.stderr]).toEqual([0, '']);
  expect(moved.stdout).toMatch(/Moved \d+ rows to doorward_\w+ at 127\.0\.0\.1:\d+ in \d+ s/);
  expect((await runProcess(['move', ...there])).stderr).toMatch(/have moved already/);

  // A server that starts with the old settings finds the new place, and so does a command.
  const late = await start();
  const lateCaller = callerOf(late.port);
  await signUpAs(lateCaller, 'late@example.com', goodPassword);
  const listed = await runProcess(['accounts', 'show', 'late@example.com', '--data-folder', dataFolder]);
  expect(listed.stdout).toContain('late@example.com');

  const back = await runProcess(['move', '--to', dataFolder, '--data-folder', dataFolder], {
    environment: { DOORWARD_DATABASE_URL: address },
  });
  expect([back.code, back.stderr]).toEqual([0, '']);
  await signUpAs(lateCaller, 'later@example.com', goodPassword);
  work.isOver = true;
  for (const { refreshes, longest } of await living) {
    expect(refreshes).toBeGreaterThan(10);
    expect(longest).toBeLessThan(10_000);
  }
  for (const caller of [...callers, lateCaller]) caller.close();
  await Promise.all([...servers, late].map(stopped));
  const home = await openSqlite({ path, now: systemClock.now(), integrityCheck: true });
  expect(await home.read.accounts.findByIdentifier('later@example.com')).toBeDefined();
  await home.close();
}, 180_000);
