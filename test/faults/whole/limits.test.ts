import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startStopwatch } from '../../../packages/server/src/base/clock.ts';
import type { StartedProcess } from '../../kit/process.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { callerOf } from '../caller.ts';
import { expectQuiet, expectSound } from '../crash.ts';
import { requireTool } from '../tools.ts';
import { makeSqlite, type Place } from '../ways.ts';
import { begin, signUpAs, statusOf, trySignIn } from '../work.ts';

describe('FLT-27: a server that is given little', () => {
  let place: Place;
  beforeEach(async () => {
    place = await makeSqlite();
  });
  afterEach(() => place.remove());

  const somebody = async (server: StartedProcess) => {
    const caller = callerOf(server.port);
    await signUpAs(caller, 'ada@example.com', goodPassword);
    const begun = await begin(caller, { identifier: 'ada@example.com', password: goodPassword });
    return { caller, ...begun };
  };

  test('96 descriptors and 400 visitors: who was there is served, and everybody is once there is room', async () => {
    requireTool('prlimit', 'util-linux');
    const server = await place.start({ under: ['prlimit', '--nofile=96:96'] });
    const { caller, access } = await somebody(server);
    const sockets: Socket[] = [];
    for (let count = 0; count < 400; count += 1)
      sockets.push(connect({ port: server.port, host: '127.0.0.1' }).on('error', () => undefined));
    for (let look = 0; look < 200; look += 1) expect(await statusOf(caller, access)).toBe(200);
    expect(await trySignIn(caller, 'ada@example.com', goodPassword)).toBe(201);
    for (const socket of sockets) socket.destroy();
    const since = startStopwatch();
    const later = callerOf(server.port);
    expect(await statusOf(later, access)).toBe(200);
    expect(since()).toBeLessThan(5000);
    await expect
      .poll(() => readdirSync(`/proc/${server.pid}/fd`).length, { timeout: 10_000 })
      .toBeLessThan(60);
    for (const each of [caller, later]) each.close();
    server.kill();
    await expectQuiet(server);
    await expectSound(place);
  });

  test('64 MB of heap and a flood: what is refused is refused by a limit, and the server lives', async () => {
    const server = await place.start({
      environment: { NODE_OPTIONS: '--max-old-space-size=64' },
      settings: { hashingQueue: 256 },
    });
    const { caller, access } = await somebody(server);
    const statuses = new Set<number>();
    const flood = Array.from({ length: 400 }, async (_, turn) => {
      const own = callerOf(server.port);
      const body = { identifier: `nobody-${turn}@example.com`, password: 'x'.repeat(4000) };
      for (let count = 0; count < 3; count += 1)
        statuses.add((await own.ask('POST', '/api/v1/sessions', { body })).status);
      own.close();
    });
    for (let look = 0; look < 200; look += 1) expect(await statusOf(caller, access)).toBe(200);
    await Promise.all(flood);
    expect([...statuses].every((status) => [400, 401, 429, 503].includes(status))).toBe(true);
    expect(await trySignIn(caller, 'ada@example.com', goodPassword)).toBe(201);
    caller.close();
    server.kill();
    await expectQuiet(server);
    await expectSound(place);
  });
});
