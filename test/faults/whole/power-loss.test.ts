import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../packages/server/src/base/clock.ts';
import { verifyEvents } from '../../../packages/server/src/domain/admin/verify-events.ts';
import type { Reads } from '../../../packages/server/src/domain/store.ts';
import { openSqlite } from '../../../packages/server/src/store/sqlite/sqlite.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { callerOf } from '../caller.ts';
import { chance } from '../chance.ts';
import { progress } from '../extent.ts';
import { workersOf } from '../history/fleet.ts';
import { type Image, imagesOf } from '../power/images.ts';
import { type Call, nameHeader, readTrace, recording } from '../power/trace.ts';
import { requireTool } from '../tools.ts';
import { type Place, ways } from '../ways.ts';
import { familyOf } from '../work.ts';

const images = Number(process.env['FAULT_IMAGES'] ?? 300);
const clients = 8;
const cycles = 40;
const program = fileURLToPath(new URL('../server.ts', import.meta.url));

/** What must be there once the request of that name was answered. */
type Promised = (read: Reads) => Promise<boolean>;

const promises = new Map<string, Promised>();
let calls: Call[] = [];
let place: Place;

/** One client signs up, in, refreshes and out, again and again; each request has a name of its own. */
async function work(port: number, client: number): Promise<void> {
  const caller = callerOf(port);
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const email = `person-${client}-${cycle}@example.com`;
    const ask = async (
      what: string,
      request: readonly [string, string, object],
      promised: (json: never) => Promised,
    ) => {
      const [method, path, saying] = request;
      const name = `${what}-${client}-${cycle}`;
      const answer = await caller.ask(method, path, { ...saying, headers: { [nameHeader]: name } });
      promises.set(name, promised(answer.json as never));
      return answer.json as Record<string, string> & { session: { id: string } };
    };
    await ask(
      'sign-up',
      ['POST', '/api/v1/accounts', { body: { email, password: goodPassword } }],
      ({ id }: { id: string }) =>
        async ({ accounts }) =>
          (await accounts.findByIdentifier(email))?.id === id,
    );
    const body = { identifier: email, password: goodPassword, carrier: 'opaque' };
    const begun = await ask(
      'sign-in',
      ['POST', '/api/v1/sessions', { body }],
      ({ session }: { session: { id: string } }) =>
        async ({ sessions }) =>
          (await sessions.find(session.id)) !== undefined,
    );
    const token = begun['refresh_token'] ?? '';
    const next = await ask(
      'refresh',
      ['POST', '/api/v1/tokens/refresh', { body: { refresh_token: token } }],
      () =>
        async ({ families }) =>
          (await families.find(familyOf(token)))?.generation === 1,
    );
    if (cycle % 2 === 0) continue;
    await ask(
      'sign-out',
      ['DELETE', '/api/v1/session', { bearer: next['access_token'] }],
      () =>
        async ({ sessions }) =>
          (await sessions.find(begun.session.id))?.ended !== undefined,
    );
  }
  caller.close();
}

beforeAll(async () => {
  requireTool('strace', 'strace');
  place = await (ways[0] ?? expect.fail()).make();
  const trace = join(place.folder, 'trace');
  const server = await place.start({ program, under: ['strace', ...recording(trace)] });
  await Promise.all(Array.from({ length: clients }, (_, client) => work(server.port, client)));
  // The tracer ends with the server, and has written everything then.
  for (const traced of workersOf(server)) process.kill(traced, 'SIGKILL');
  await server.exited;
  calls = await readTrace(trace, server.dataFolder);
  const count = (does: Call['does']): number => calls.filter((call) => call.does === does).length;
  progress(`${count('write')} writes, ${count('sync')} syncs, ${count('answer')} answers`);
});
afterAll(() => place.remove());

test('FLT-02: no answer goes out while anything in the log waits for the disk', () => {
  const waiting = new Set<string>();
  let answers = 0;
  const early: string[] = [];
  for (const call of calls) {
    if (call.does === 'write') waiting.add(call.file);
    else if (call.does === 'sync') waiting.delete(call.file);
    else if (call.does === 'answer') {
      answers += 1;
      if (waiting.has('doorward.db-wal')) early.push(call.name);
    }
  }
  expect(early).toEqual([]);
  expect(answers).toBe(promises.size);
});

test('a log that nobody waits for would be found out', async () => {
  const hasty = calls.filter((call) => call.does !== 'sync' || call.file !== 'doorward.db-wal');
  const lost: string[] = [];
  for (const image of imagesOf(hasty, 10, chance())) lost.push(...(await lostIn(image, 'hasty')));
  expect(lost).not.toEqual([]);
});

test(`FLT-03: of ${images} disks after a power loss none is damaged, and none has lost what was acknowledged`, async () => {
  const chances = chance();
  console.error(`again with FAULT_SEED=${chances.seed}`);
  let number = 0;
  const lost: string[] = [];
  for (const image of imagesOf(calls, images, chances)) {
    number += 1;
    lost.push(...(await lostIn(image, `image-${number}`)));
    if (number % 50 === 0) progress(`${number} of ${images} disks`);
  }
  expect(lost).toEqual([]);
});

/** What was acknowledged and is not on a disk. Fails when the database is damaged. */
async function lostIn({ files, answered }: Image, name: string): Promise<string[]> {
  const folder = join(place.folder, name);
  mkdirSync(folder, { recursive: true });
  // The index beside the log is in memory, and gone with the power.
  for (const [file, content] of files) if (!file.endsWith('-shm')) writeFileSync(join(folder, file), content);
  const store = await openSqlite({
    path: join(folder, 'doorward.db'),
    now: systemClock.now(),
    integrityCheck: true,
  });
  const lost: string[] = [];
  for (const request of answered)
    if (!(await promises.get(request)?.(store.read))) lost.push(`${name}: ${request}`);
  expect(await verifyEvents(store.read)).toMatchObject({ intact: true });
  await store.close();
  rmSync(folder, { recursive: true });
  return lost;
}
