import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { floodOfSignIns } from '../../../bench/flood.ts';
import { startStopwatch, systemClock } from '../../../packages/server/src/base/clock.ts';
import type { StartedProcess } from '../../kit/process.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { type Caller, callerOf } from '../caller.ts';
import { expectQuiet } from '../crash.ts';
import { progress } from '../extent.ts';
import { makeSqlite, type Place } from '../ways.ts';
import { begin, signUpAs, statusOf } from '../work.ts';

const megabyte = 1_000_000;

let place: Place;
let server: StartedProcess;
let caller: Caller;
let access = '';
beforeAll(async () => {
  place = await makeSqlite();
  // The program as people start it, with its own bounds on hashing.
  server = await place.start({
    settings: { hashingQueue: 256, accessToken: 86_400, trustedProxies: '127.0.0.1' },
  });
  caller = callerOf(server.port);
  await signUpAs(caller, 'somebody@example.com', goodPassword);
  ({ access } = await begin(caller, { identifier: 'somebody@example.com', password: goodPassword }));
});
afterAll(async () => {
  caller.close();
  server.kill();
  await expectQuiet(server);
  await place.remove();
});

/** Milliseconds that the slowest in a hundred of so many checks took. */
async function slowest(checks: number): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < checks; count += 1) {
    const elapsed = startStopwatch();
    expect(await statusOf(caller, access)).toBe(200);
    times.push(elapsed());
  }
  return times.sort((one, other) => one - other)[Math.floor(checks * 0.99)] ?? Number.NaN;
}

const memory = (): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) * 1024;

/** Opens so many connections, a hundred at a time. */
async function open(count: number, greeting = ''): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(100, count - sockets.length) }, () => opened(greeting));
    sockets.push(...(await Promise.all(some)));
  }
  return sockets;
}

const opened = (greeting: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket: Socket = connect({ port: server.port, host: '127.0.0.1' }, () => {
      socket.write(greeting);
      resolve(socket);
    });
    socket.once('error', reject);
  });

describe('floods', () => {
  test('LOD-09: ten thousand idle connections: whoever comes is served, within bounded memory', async () => {
    const before = memory();
    const sockets = await open(10_000, 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [p99, grown] = [await slowest(1000), memory() - before];
    progress(`10,000 idle connections: p99 ${p99.toFixed(1)} ms, ${Math.round(grown / megabyte)} MB more`);
    expect(p99).toBeLessThan(50);
    expect(grown).toBeLessThan(400 * megabyte);
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(() => caller.ask('GET', '/health/ready'), { timeout: 10_000 })
      .toMatchObject({ status: 200 });
  });

  /** Connections that the server holds. */
  const held = (): number => readdirSync(`/proc/${server.pid}/fd`).length;

  test.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
    [
      'bodies',
      'POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{"a":"',
    ],
  ])(
    'INP-10: a thousand that send their %s by the letter are cut off, and keep nobody waiting',
    async (what, greeting) => {
      const before = held();
      const sockets = await open(1000, greeting);
      let cut = 0;
      const trickle = (socket: Socket): void => {
        if (socket.destroyed) return;
        socket.write('a');
        systemClock.after(1000, () => trickle(socket));
      };
      for (const socket of sockets) {
        socket
          .on('error', () => undefined)
          .on('close', () => {
            cut += 1;
          });
        socket.resume();
        trickle(socket);
      }
      const p99 = await slowest(1000);
      progress(`1,000 slow ${what}: p99 ${p99.toFixed(1)} ms`);
      expect(p99).toBeLessThan(50);
      // Headers may take ten seconds and a whole request thirty; the server looks every thirty.
      await expect.poll(() => cut, { timeout: 90_000, interval: 500 }).toBe(1000);
      await expect.poll(held, { timeout: 10_000 }).toBeLessThan(before + 20);
    },
  );

  test('INP-10: two hundred that ask for much and read nothing are cut off, and keep nobody waiting', async () => {
    const before = held();
    const page = await fetch(`http://127.0.0.1:${server.port}/docs`);
    const script = /src="([^"]*bundle[^"]*)"/.exec(await page.text())?.[1] ?? expect.fail();
    const sockets = await open(200, `GET ${script} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(20));
    for (const socket of sockets) socket.on('error', () => undefined).pause();
    const p99 = await slowest(1000);
    progress(`200 slow readers: p99 ${p99.toFixed(1)} ms`);
    expect(p99).toBeLessThan(50);
    await expect.poll(held, { timeout: 180_000, interval: 1000 }).toBeLessThan(before + 20);
    for (const socket of sockets) socket.destroy();
  });

  test('bodies, headers and lines beyond every limit are refused one by one, and keep nobody waiting', async () => {
    const flood = Array.from({ length: 50 }, async (_, turn) => {
      const own = callerOf(server.port);
      const large = { email: 'a'.repeat(20_000 + turn), password: goodPassword };
      const body = await own.ask('POST', '/api/v1/accounts', { body: large });
      const header = await own.ask('GET', '/health/live', { headers: { 'x-long': 'a'.repeat(20_000) } });
      own.close();
      return [body.status, header.status];
    });
    const p99 = await slowest(500);
    for (const statuses of await Promise.all(flood)) expect(statuses).toEqual([413, 431]);
    progress(`oversized requests: p99 ${p99.toFixed(1)} ms`);
    expect(p99).toBeLessThan(50);
    const nonsense = await open(500, 'NONSENSE\0\r\n\r\n');
    await Promise.all(
      nonsense.map((socket) => new Promise((resolve) => socket.resume().once('close', resolve))),
    );
    expect(await statusOf(caller, access)).toBe(200);
  });

  test('LOD-05, LOD-04: a flood of sign-ins from everywhere: checks go on as before, and who cannot be served hears so at once', async () => {
    const [{ name, values } = expect.fail()] = await floodOfSignIns();
    progress(`${name}: p99 ${values.p99?.toFixed(1)} ms, ${values.ratio?.toFixed(2)} times that in calm`);
    expect(values.ratio).toBeLessThanOrEqual(2);
  });
});
