import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startStopwatch, systemClock } from '../../../packages/server/src/base/clock.ts';
import { databasePath } from '../../../packages/server/src/program/open-store.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { type Caller, callerOf } from '../caller.ts';
import { expectQuiet, expectSound } from '../crash.ts';
import { progress } from '../extent.ts';
import { makeSqlite } from '../ways.ts';
import { begin, signUpAs, statusOf } from '../work.ts';

const program = fileURLToPath(new URL('../server.ts', import.meta.url));
const rows = 1_000_000;

/** Rows whose time was over a day ago, in a million steps of one statement. */
const past = (table: string, columns: string, values: string): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO ${table} (${columns}) SELECT ${values} FROM n`;

/** Milliseconds that the slowest in a hundred of so many checks took. */
async function slowest(caller: Caller, access: string, checks: number): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < checks; count += 1) {
    const one = startStopwatch();
    expect(await statusOf(caller, access)).toBe(200);
    times.push(one());
  }
  return times.sort((a, b) => a - b)[Math.floor(checks * 0.99)] ?? Number.NaN;
}

test('LOD-06: two million expired rows of two kinds are removed while three processes serve; nobody waits for it, and the file grows no more', async () => {
  const place = await makeSqlite();
  const servers = [await place.start({ program, settings: { accessToken: 86_400 } })];
  const [first] = servers;
  const path = databasePath(first?.dataFolder ?? '');
  const yesterday = systemClock.now() - 86_400_000;
  const database = new DatabaseSync(path, { timeout: 10_000 });
  database.exec(past('budgets', 'key, used, resets_at', `'past:' || i, 1, ${yesterday}`));
  database.exec(past('replays', 'key, expires_at', `'past:' || i, ${yesterday}`));
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  servers.push(await place.start({ program }), await place.start({ program }));
  const caller = callerOf(first?.port ?? 0);
  await signUpAs(caller, 'ada@example.com', goodPassword);
  const { access } = await begin(caller, { identifier: 'ada@example.com', password: goodPassword });
  const left = (): number =>
    Number(
      database
        .prepare(
          'SELECT (SELECT COUNT(*) FROM budgets WHERE resets_at < ?) + (SELECT COUNT(*) FROM replays) AS n',
        )
        .get(yesterday + 1)?.['n'],
    );
  const calm = await slowest(caller, access, 2000);
  const size = statSync(path).size;
  let worst = 0;
  const since = startStopwatch();
  while (left() > 0) {
    worst = Math.max(worst, await slowest(caller, access, 500));
    expect(since()).toBeLessThan(600_000);
  }
  const grown = statSync(path).size / size;
  progress(
    `${2 * rows} expired rows went within ${(since() / 1000).toFixed(0)} s; p99 ${worst.toFixed(1)} ms instead of ${calm.toFixed(1)} ms; the file is ${grown.toFixed(2)} times as large; its log has ${statSync(join(path, '..', 'doorward.db-wal')).size} bytes`,
  );
  expect(worst).toBeLessThan(Math.max(50, 2 * calm));
  expect(grown).toBeLessThan(1.05);
  caller.close();
  database.close();
  for (const server of servers) {
    server.kill();
    await expectQuiet(server);
  }
  await expectSound(place);
  await place.remove();
});
