import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshFolder, startSystem } from './started.ts';

let folder: Awaited<ReturnType<typeof freshFolder>>;
beforeAll(async () => {
  folder = await freshFolder();
});
afterAll(() => folder.remove());

const program = fileURLToPath(new URL('../../opaque-token/src/server.ts', import.meta.url));

/** Runs a program that is expected to end by itself. */
function run(environment: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, DATA_FOLDER: folder.path, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr })));
}

const reaches = (origin: string): Promise<boolean> =>
  fetch(origin, { headers: { connection: 'close' } }).then(
    () => true,
    () => false,
  );

test('a program listens on this machine alone, without a warning, and ends well when it is told to', async () => {
  const system = await startSystem('opaque-token', folder.path);
  expect(system.stdout()).toMatch(/^Listening on http:\/\/127\.0\.0\.1:\d+ \(opaque-token\)\n$/);
  expect(system.stderr()).toBe('');
  // Twice, as npm passes Ctrl-C on: the second one changes nothing.
  system.kill('SIGINT');
  expect(await system.stop()).toBe(0);
});

test('an idle connection is kept longer than common proxies and clients keep theirs: they find none that is just closing', async () => {
  const system = await startSystem('opaque-token', folder.path);
  expect((await fetch(system.origin)).headers.get('keep-alive')).toBe('timeout=65');
  expect(await system.stop()).toBe(0);
});

test('a request under way is answered before it ends, however often it is told to', async () => {
  const system = await startSystem('opaque-token', folder.path);
  const heard = fetch(`${system.origin}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new ReadableStream<Uint8Array>({
      start: async (controller) => {
        controller.enqueue(Buffer.from('id=ada%40'));
        // Its address is known to be closed when nobody new is let in.
        while (await reaches(system.origin)) for (const _ of [1, 2]) system.kill('SIGINT');
        controller.enqueue(Buffer.from('example.com'));
        controller.close();
      },
    }),
    duplex: 'half',
  });
  expect((await heard).status).toBe(200);
  expect(await system.exited).toBe(0);
});

test('whoever lets other machines in is warned in the words of the system', async () => {
  const system = await startSystem('opaque-token', folder.path, { HOST: '0.0.0.0' });
  expect(system.stdout()).toContain('http://0.0.0.0:');
  expect(system.stderr()).toContain('Warning: other machines can reach this. It has no real login');
  await system.stop();
});

test('a taken port is told in one sentence', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await run({ PORT: String(port) });
  other.close();
  expect(code).toBe(1);
  expect(stderr).toBe(
    `Port ${port} is taken by another program. Choose another one with PORT=${port + 50}.\n`,
  );
});

test.each(['-1', '65536', '5000x', ' 5000'])('a port of %j is refused', async (port) => {
  expect(await run({ PORT: port })).toEqual({
    code: 1,
    stderr: 'PORT must be a whole number from 0 to 65535.\n',
  });
});

test('a data folder that is made is for its owner alone', async () => {
  const dataFolder = `${folder.path}/made`;
  const system = await startSystem('opaque-token', dataFolder);
  expect(((await stat(dataFolder)).mode & 0o777).toString(8)).toBe('700');
  await system.stop();
});
