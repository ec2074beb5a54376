import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shellLines, shellWords } from '../../kit/documents.ts';

const tool = fileURLToPath(new URL('../../../tools/examples.mjs', import.meta.url));
const names = ['opaque-token', 'jwt-bearer', 'session-cookie', 'jwt-cookie', 'token-client'] as const;

let data: string;
let child: ChildProcess | undefined;
let screen: string;
let ended: Promise<number | null>;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'doorward-examples-'));
});
afterEach(async () => {
  child?.kill('SIGINT');
  await ended;
  child = undefined;
  await rm(data, { recursive: true });
});

/** Starts all five; what the tool prints is collected in `screen`. */
function start(ports: string, [program = '', ...args]: string[] = [process.execPath, tool]): ChildProcess {
  screen = '';
  const started = spawn(program, args, {
    env: { ...process.env, EXAMPLES_PORTS: ports, EXAMPLES_DATA: data, npm_lifecycle_event: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [started.stdout, started.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
      started.emit('printed');
    });
  ended = new Promise((resolve) => started.once('close', resolve));
  child = started;
  return started;
}

const started = (tools: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    tools.on('printed', () => {
      if (screen.includes('Ctrl-C stops all five.')) resolve();
    });
    tools.once('close', () => reject(new Error(screen)));
  });

const addressOf = (name: string): string =>
  new RegExp(`^${name} +(http://127\\.0\\.0\\.1:\\d+)$`, 'm').exec(screen)?.[1] ??
  `no line of ${name}:\n${screen}`;

test('the five systems run side by side, each at the address that its line says, until Ctrl-C', async () => {
  const running = start('0,0,0,0,0');
  await started(running);
  const addresses = names.map(addressOf);
  const pages = ['/', '/cupcakes', '/api/v1/status', '/', '/health'];
  const answers = await Promise.all(pages.map((page, at) => fetch(`${addresses[at]}${page}`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const [opaque, cupcakes, status, page, health] = await Promise.all(answers.map((answer) => answer.text()));
  expect([opaque, cupcakes, status]).toEqual(['Authentication server running', '[]', '{"status":"OK"}']);
  expect(page).toContain('<form');
  expect(JSON.parse(health ?? '')).toMatchObject({ status: 'healthy', dependencies: { auth: 'up' } });

  running.kill('SIGINT');
  expect(await ended).toBe(0);
  for (const address of addresses) await expect(fetch(address)).rejects.toThrow('fetch failed');
});

test('the command of the page starts them, and a word to npm alone stops them', async () => {
  const page = new URL('../../../examples/README.md', import.meta.url);
  const command = (await shellLines(page)).find((line) => line.endsWith('examples')) ?? '';
  const npm = start('0,0,0,0,0', shellWords(command, {}));
  await started(npm);
  npm.kill('SIGTERM');
  // The screen closes when the last of those that write on it has ended.
  await ended;
  await expect(fetch(addressOf('opaque-token'))).rejects.toThrow('fetch failed');
});

test('secrets are made once, for their owner alone, and found again', async () => {
  const file = join(data, 'jwt-bearer', '.env');
  const first = start('0,0,0,0,0');
  await started(first);
  const secrets = await readFile(file, 'utf8');
  expect(secrets).toMatch(/^TOKEN_SECRET=[\w-]{43}\nENCRYPTION_KEY=[\w-]{43}\n$/);
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
  first.kill('SIGTERM');
  await ended;
  await started(start('0,0,0,0,0'));
  expect(await readFile(file, 'utf8')).toBe(secrets);
});

test('a taken port is told with the name of the system, and none of the others stays behind', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  start(`0,0,${port},0,0`);
  expect(await ended).toBe(1);
  other.close();
  expect(screen).toContain(`session-cookie does not run: Port ${port} is taken by another program.`);
  expect(screen).toContain('EXAMPLES_PORTS=');
  expect(screen).not.toContain('Ctrl-C stops');
});

test.each(['', '5000', '1,2,3,4,x', '1,2,3,4,5,6'])('the ports %j are refused', async (ports) => {
  start(ports);
  expect(await ended).toBe(1);
  expect(screen).toContain('EXAMPLES_PORTS must be 5 ports, such as 5000,5001,5002,5003,8000.');
});
