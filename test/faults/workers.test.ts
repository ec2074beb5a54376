import { expect, test } from 'vitest';
import { goodPassword } from '../kit/visitor.ts';
import { callerOf } from './caller.ts';
import { workersOf } from './history/fleet.ts';
import { makeSqlite } from './ways.ts';
import { begin, signUpAs } from './work.ts';

test('FLT-01: workers that all die at once are back where they were, although any free port was asked for', async () => {
  const place = await makeSqlite();
  const server = await place.start({ settings: { workers: 2 } });
  const caller = callerOf(server.port);
  await signUpAs(caller, 'ada@example.com', goodPassword);
  const { access } = await begin(caller, { identifier: 'ada@example.com', password: goodPassword });
  caller.close();
  for (const worker of workersOf(server)) process.kill(worker, 'SIGKILL');
  const headers = { authorization: `Bearer ${access}`, connection: 'close' };
  const ask = async (): Promise<number> => {
    const signal = AbortSignal.timeout(1000);
    return (await fetch(`http://127.0.0.1:${server.port}/api/v1/session`, { headers, signal })).status;
  };
  await expect.poll(() => ask().catch(() => 0), { timeout: 30_000 }).toBe(200);
  server.kill();
  expect(await server.exited).toBe(0);
  await place.remove();
});
