import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { freshDatabase, now } from './folder.ts';

const source = new URL('../../src/store/sqlite/sqlite.ts', import.meta.url).href;

interface Ended {
  readonly code: unknown;
  readonly output: string;
}

/** Runs a few lines in a process of its own, with `openSqlite` and `path` at hand. */
async function inProcess(path: string, name: string, lines: string): Promise<Ended> {
  const program = join(dirname(path), `${name}.mjs`);
  writeFileSync(program, `import { openSqlite } from '${source}';\nconst path = process.argv[2];\n${lines}`);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, output };
}

test('four processes that open one new file at once migrate it once', async () => {
  const path = freshDatabase();
  const open = `
    const store = await openSqlite({ path, now: ${now} });
    await store.check();
    await store.close();
    console.log('open');`;
  const ended = await Promise.all(['a', 'b', 'c', 'd'].map((name) => inProcess(path, name, open)));
  expect(ended).toEqual(Array.from({ length: 4 }, () => ({ code: 0, output: 'open\n' })));
  const database = new DatabaseSync(path);
  const steps = database.prepare('SELECT number, run_at FROM migrations ORDER BY number').all();
  expect(steps.length).toBeGreaterThan(1);
  expect(steps).toEqual(steps.map((_, at) => ({ number: at + 1, run_at: now })));
  database.close();
});

test('a process that has nothing else to do waits for the lock to the end, and tells', async () => {
  const path = freshDatabase();
  const wait = `
    import { DatabaseSync } from 'node:sqlite';
    const store = await openSqlite({ path, now: ${now}, lockWait: 50 });
    const holder = new DatabaseSync(path);
    process.on('exit', () => holder.close());
    holder.exec('BEGIN IMMEDIATE');
    await store.check().catch(({ code }) => console.log(code));`;
  expect(await inProcess(path, 'waiter', wait)).toEqual({ code: 0, output: 'store_unavailable\n' });
});
