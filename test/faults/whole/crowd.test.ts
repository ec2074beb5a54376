import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStopwatch } from '../../../packages/server/src/base/clock.ts';
import type { StartedProcess } from '../../kit/process.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { type Caller, callerOf } from '../caller.ts';
import { expectQuiet } from '../crash.ts';
import { progress } from '../extent.ts';
import { makeSqlite, type Place } from '../ways.ts';
import { type Begun, begin, signUpAs, statusOf } from '../work.ts';

const program = fileURLToPath(new URL('../server.ts', import.meta.url));
const hands = 32;
const hot = { sessions: 10_000, identifier: 'hot@example.com' };
const crowd = 100_000;

let place: Place;
let server: StartedProcess;
let caller: Caller;
let beside: Caller;
let other: Begun;
beforeAll(async () => {
  place = await makeSqlite();
  await open();
  await signUpAs(caller, 'other@example.com', goodPassword);
  other = await begin(caller, { identifier: 'other@example.com', password: goodPassword });
});
afterAll(async () => {
  await shut();
  await place.remove();
});

async function open(): Promise<void> {
  server = await place.start({ program, settings: { accessToken: 86_400 } });
  [caller, beside] = [callerOf(server.port), callerOf(server.port)];
}

async function shut(): Promise<void> {
  for (const each of [caller, beside]) each.close();
  server.kill();
  await expectQuiet(server);
}

/** Bytes that the server has in memory. */
const memory = (): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) * 1024;

async function signInOften(identifier: string, count: number): Promise<Begun[]> {
  const begun: Begun[] = [];
  let left = count;
  await Promise.all(
    Array.from({ length: hands }, async () => {
      const own = callerOf(server.port);
      while (left-- > 0) begun.push(await begin(own, { identifier, password: goodPassword }));
      own.close();
    }),
  );
  return begun;
}

/** What something took, and the slowest check of somebody else meanwhile, in milliseconds. */
async function timed(work: () => Promise<void>): Promise<{ took: number; slowest: number }> {
  const elapsed = startStopwatch();
  const state = { isOver: false, slowest: 0 };
  const watching = (async () => {
    while (!state.isOver) {
      const one = startStopwatch();
      expect(await statusOf(beside, other.access)).toBe(200);
      state.slowest = Math.max(state.slowest, one());
    }
  })();
  await work();
  const took = elapsed();
  state.isOver = true;
  await watching;
  return { took, slowest: state.slowest };
}

test('LOD-07: an account with 10,000 sessions is listed and ended within a second, and nobody else notices', async () => {
  await signUpAs(caller, hot.identifier, goodPassword);
  const begun = await signInOften(hot.identifier, hot.sessions);
  const [own, first] = [begun.at(-1) ?? expect.fail(), begun[0] ?? expect.fail()];
  const path = '/api/v1/account/sessions';
  const listing = await timed(async () => {
    expect((await caller.ask('GET', path, { bearer: own.access })).status).toBe(200);
  });
  progress(
    `10,000 sessions listed in ${listing.took.toFixed(0)} ms; others waited ${listing.slowest.toFixed(0)} ms`,
  );
  const ending = await timed(async () => {
    const { json } = await caller.ask('DELETE', path, { bearer: own.access });
    expect(json['ended']).toBe(hot.sessions - 1);
  });
  progress(
    `10,000 sessions ended in ${ending.took.toFixed(0)} ms; others waited ${ending.slowest.toFixed(0)} ms`,
  );
  expect(await statusOf(caller, first.access)).toBe(401);
  expect(await statusOf(caller, own.access)).toBe(200);
  for (const { took, slowest } of [listing, ending]) {
    expect(took).toBeLessThan(1000);
    expect(slowest).toBeLessThan(250);
  }
});

test('LOD-01: beside 100,000 live sessions a check takes as long as ever, and a start too', async () => {
  const before = memory();
  const begun = await signInOften('other@example.com', crowd);
  const each = (memory() - before) / crowd;
  const times: number[] = [];
  for (let count = 0; count < 20_000; count += 1) {
    const { access } = begun[(count * 7919) % crowd] ?? expect.fail();
    const one = startStopwatch();
    expect(await statusOf(caller, access)).toBe(200);
    times.push(one());
  }
  const p99 = times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
  await shut();
  const starting = startStopwatch();
  await open();
  const start = starting();
  progress(
    `100,000 sessions: p99 ${p99.toFixed(2)} ms, ${each.toFixed(0)} bytes of memory each, start ${start.toFixed(0)} ms`,
  );
  expect(p99).toBeLessThan(20);
  expect(each).toBeLessThan(2000);
  expect(start).toBeLessThan(5000);
  expect(await statusOf(caller, begun[crowd - 1]?.access ?? '')).toBe(200);
});
