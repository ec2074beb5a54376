import { expect, test } from 'vitest';
import { manualClock } from '../src/clock.ts';
import type { Fetch } from '../src/ports.ts';
import { withServerTime } from '../src/server-time.ts';

const start = 1_000_000;

/** A guard's clock and fetch, against a server that says this of its time. */
const set = (issuer: string, told: string | undefined) => {
  const clock = manualClock(start);
  const headers = told === undefined ? {} : { 'doorward-time-ahead': told };
  const fetch: Fetch = async () => new Response(null, { headers });
  const timed = withServerTime({ issuer, clock, fetch });
  return { clock, timed, ask: () => timed.fetch(`${issuer}/x`) };
};

test.each(['http://localhost:3000', 'http://127.0.0.1:4000', 'http://[::1]:3000', 'http://localhost'])(
  'the time of %s is followed',
  async (issuer) => {
    const { clock, timed, ask } = set(issuer, '5000');
    expect(timed.clock.now()).toBe(start);
    await ask();
    expect(timed.clock.now()).toBe(start + 5000);
    clock.advance(10);
    expect(timed.clock.now()).toBe(start + 5010);
  },
);

test.each([
  'https://id.example.com',
  'https://localhost:3000',
  'http://localhost.example.com',
  'http://127.0.0.1.example.com',
  'http://10.0.0.1',
])('OPS-06: %s is believed nothing about the time', async (issuer) => {
  const { clock, timed, ask } = set(issuer, '5000');
  await ask();
  expect(timed.clock.now()).toBe(start);
  expect(timed.clock).toBe(clock);
});

test.each([undefined, '', '-5000', '1e9', '99999999999999', 'now'])(
  'what is told as %j moves nothing',
  async (told) => {
    const { timed, ask } = set('http://localhost:3000', told);
    await ask();
    expect(timed.clock.now()).toBe(start);
  },
);
