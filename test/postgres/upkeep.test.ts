import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../packages/server/src/base/clock.ts';
import { people } from '../../packages/server/src/store/conformance/samples.ts';
import { mainJob } from '../../packages/server/src/store/migrations/0001-main-job.ts';
import { openSqlite } from '../../packages/server/src/store/sqlite/sqlite.ts';
import { queryAt } from '../kit/postgres.ts';
import { type Ended, runProcess } from '../kit/process.ts';
import { freshDatabase, open } from './databases.ts';

/** A database that only the first version has seen. */
const firstVersion: readonly string[] = [
  `CREATE TABLE migrations (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, run_at BIGINT NOT NULL)`,
  mainJob.sql,
  `INSERT INTO migrations VALUES (1, 'main job', '${hash('sha256', mainJob.sql)}', 1)`,
];

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-upkeep-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe.each<
  [string, () => Promise<{ run: (...args: string[]) => Promise<Ended>; isUntouched: () => Promise<boolean> }>]
>([
  [
    'a file',
    async () => {
      const folder = freshFolder();
      mkdirSync(folder, { recursive: true });
      const path = join(folder, 'doorward.db');
      const database = new DatabaseSync(path);
      for (const statement of firstVersion) database.exec(statement);
      database.close();
      return {
        run: (...args) => runProcess([...args, '--data-folder', folder]),
        isUntouched: async () => {
          const after = new DatabaseSync(path, { readOnly: true });
          const count = after.prepare('SELECT COUNT(*) AS n FROM migrations').get()?.['n'];
          after.close();
          return count === 1 && readdirSync(folder).every((name) => !name.includes('rehearsal'));
        },
      };
    },
  ],
  [
    'Postgres',
    async () => {
      const address = await freshDatabase('nothing');
      const folder = freshFolder();
      for (const statement of firstVersion) await queryAt(address, statement);
      return {
        run: (...args) =>
          runProcess([...args, '--data-folder', folder], { environment: { DATABASE_URL: address } }),
        isUntouched: async () => {
          const [row] = await queryAt(address, 'SELECT COUNT(*)::int AS n FROM migrations');
          const schemas = await queryAt(
            address,
            "SELECT 1 FROM pg_namespace WHERE nspname LIKE 'rehearsal%'",
          );
          return row?.['n'] === 1 && schemas.length === 0;
        },
      };
    },
  ],
])('OPS-04: an upgrade on %s', (_, make) => {
  test('is rehearsed on a copy, tells what is to come and who waits, and changes nothing', async () => {
    const { run, isUntouched } = await make();
    const rehearsed = await run('upgrade', '--rehearse');
    expect(rehearsed).toMatchObject({ code: 0, stderr: '' });
    expect(rehearsed.stdout).toMatch(/^\d+ to come: oauth, keys by algorithm/);
    expect(rehearsed.stdout).toMatch(/took \d+ ms on a copy[^]*waits[^]*Nothing was changed\./);
    expect(await isUntouched()).toBe(true);
    expect((await run('upgrade')).stdout).toBe('The schema is up to date.\n');
    expect(JSON.parse((await run('upgrade', '--rehearse', '--json')).stdout)).toMatchObject({
      steps: [],
      locks: [],
    });
  });
});

describe('growth', () => {
  test('on a file: rows, bytes, what came in a day, and when the disk is full', async () => {
    const folder = freshFolder();
    const store = await openSqlite({ path: join(folder, 'doorward.db'), now: systemClock.now() });
    await people(store, 200, systemClock.now());
    await store.close();
    const { code, stdout } = await runProcess(['growth', '--room', '1', '--data-folder', folder]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^table +rows +kB +rows a day +kB a day +grows\n/);
    expect(stdout).toMatch(/\nsessions +200 +\d+ +200 +\d+ +for \d+ days\n/);
    expect(stdout).toMatch(/\naccounts +200 +\d+ +200 +\d+ +with use\n/);
    expect(stdout).toMatch(/1 MB are free: at this rate full in \d+ days?\.\n$/);
  });

  test('on Postgres: the same, and the room is asked for', async () => {
    const address = await freshDatabase();
    const store = await open(address);
    await people(store, 200, systemClock.now());
    await store.close();
    const how = { environment: { DATABASE_URL: address } };
    const folder = freshFolder();
    const { stdout } = await runProcess(['growth', '--data-folder', folder], how);
    expect(stdout).toMatch(/\nsessions +200 +\d+ +200 +\d+ +for \d+ days\n/);
    expect(stdout).toMatch(/name it in megabytes with --room\.\n$/);
    const json = await runProcess(['growth', '--json', '--room', '1000', '--data-folder', folder], how);
    const { tables, free_bytes: free } = JSON.parse(json.stdout) as {
      tables: { table: string }[];
      free_bytes: number;
    };
    expect(free).toBe(1_000_000_000);
    expect(tables.find(({ table }) => table === 'accounts')).toMatchObject({ rows: 200, rows_per_day: 200 });
  });
});
