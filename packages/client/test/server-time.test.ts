import { expect, test } from 'vitest';
import { withServerTime } from '../src/server-time.ts';
import { manualClock } from '../src/testing/manual-clock.ts';

const set = (issuer: string, told: () => string) => {
  const clock = manualClock();
  let moves = 0;
  const fetch = async () => new Response(null, { headers: { 'doorward-time-ahead': told() } });
  const timed = withServerTime({ issuer, clock, fetch }, () => {
    moves += 1;
  });
  return { clock, timed, ask: () => timed.fetch(`${issuer}/x`), moves: () => moves };
};

test('the time of a server on this machine is followed, and each move is told once', async () => {
  let told = '5000';
  const { clock, timed, ask, moves } = set('http://localhost:3000', () => told);
  await ask();
  await ask();
  expect([timed.clock.now() - clock.now(), moves()]).toEqual([5000, 1]);
  told = '0';
  await ask();
  expect([timed.clock.now() - clock.now(), moves()]).toEqual([0, 2]);
});

test.each(['https://id.example.com', 'https://localhost:3000', 'http://localhost.example.com'])(
  'OPS-06: %s is believed nothing about the time',
  async (issuer) => {
    const { clock, timed, ask, moves } = set(issuer, () => '5000');
    await ask();
    expect([timed.clock.now(), moves()]).toEqual([clock.now(), 0]);
  },
);
