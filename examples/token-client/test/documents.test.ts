import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../../../test/kit/browser.ts';
import { shellLines } from '../../../test/kit/documents.ts';
import { typed } from './shell.ts';
import { open, type Started, start } from './systems.ts';

const readme = new URL('../README.md', import.meta.url);
let program: Started;

beforeAll(async () => {
  program = await start();
});
afterAll(() => program.stop());

test('the steps of /demo/test-flow work when they are typed, for everybody who asks', async () => {
  for (const _ of ['once', 'twice']) {
    const { json } = await program.caller().ask('GET', '/demo/test-flow');
    const { email, username } = json['example_user'] as Record<string, string>;
    expect(json['message']).toBe('Complete Authentication Flow Test');
    expect(await typed(json['steps'] as string[])).toEqual([
      '{"message":"User registered successfully"}',
      '',
      expect.stringContaining('"has_access_token":true'),
      `{"message":"Access granted to ${email}"}`,
      expect.stringContaining(`"username":"${username}"`),
      '{"message":"Token refreshed successfully"}',
      `{"message":"Access granted to ${email}"}`,
      '{"message":"Successfully logged out"}',
      '{"detail":"No valid access token available. Please login first."}',
    ]);
  }
});

test('an address that would do something in a shell is not repeated to one', async () => {
  const system = await open({ AUTH_BASE_URL: 'http://127.0.0.1:9' });
  const steps = async (origin: string): Promise<unknown> =>
    (await system.caller('127.0.0.1', origin).ask('GET', '/demo/test-flow')).json['steps'];
  expect(await steps('http://app.example:81')).toContain('curl -s http://app.example:81/token/status');
  expect(await steps('http://a$(id).example')).toContain('curl -s http://localhost:8000/token/status');
  await system.close();
});

/** Milliseconds; npm and a browser take their time on a busy machine. */
const patience = 90_000;

describe('the commands of the README', () => {
  test('start the program', { timeout: patience }, async () => {
    const commands = (await shellLines(readme)).filter((line) => line.includes('npm start'));
    expect(commands).toHaveLength(3);
    for (const command of commands)
      expect(await firstLines(command)).toContain('Listening on http://127.0.0.1:');
  });

  test('do what it says, one after the other', async () => {
    const lines = (await shellLines(readme)).filter((line) => !line.includes('npm start'));
    const moved = lines.map((line) => line.replaceAll('http://localhost:8000', program.origin));
    expect(await typed(moved)).toEqual([
      '{"message":"User registered successfully"}',
      '',
      '{"message":"Access granted to ada@example.com"}',
      expect.stringContaining('"has_refresh_token":true'),
      '{"message":"Token refreshed successfully"}',
      expect.stringContaining('"full_name":"Ada Lovelace"'),
      expect.stringContaining('"status":"healthy"'),
      expect.stringContaining('token_client_refreshes_total{outcome="success"}'),
      expect.stringContaining('Complete Authentication Flow Test'),
      expect.stringMatching(/^\{"iss":.*"sid":/),
      '{"detail":"Could not validate credentials"}',
      '{"message":"Successfully logged out"}',
      '{"detail":"Could not validate credentials"}',
      '{"detail":"No valid access token available. Please login first."}',
    ]);
  });
});

/** What a command prints until it listens. Everything that it has started is ended. */
async function firstLines(command: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'token-client-'));
  const child = spawn('sh', ['-c', command], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...process.env, PORT: '0', DATA_FOLDER: folder },
    detached: true,
  });
  let printed = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  const listens = new Promise<void>((resolve) => {
    const hear = (text: Buffer): void => {
      printed += text.toString();
      if (printed.includes('Listening on')) resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', hear);
  });
  await Promise.race([listens, ended]);
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  await ended;
  await rm(folder, { recursive: true });
  return printed;
}

test('/docs is drawn in a browser that asks nobody else, under its policy, and its calls work', {
  timeout: patience,
}, async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const asked = new Set<string>();
    const complaints: string[] = [];
    page.on('request', (request) => asked.add(new URL(request.url()).protocol + new URL(request.url()).host));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (thrown) => complaints.push(thrown.message));
    await page.goto(`${program.origin}/docs`);
    await page.getByText('/token/status').first().click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.getByText('"has_access_token": false').first().waitFor();
    await page.goto(`${program.origin}/redoc`);
    await page.getByRole('heading', { name: 'POST /login' }).waitFor();
    const hosts = [...asked].filter((one) => !one.startsWith('data:'));
    expect(hosts).toEqual([`http:${new URL(program.origin).host}`]);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});

test('/redoc needs no script and names every endpoint of /openapi.json', async () => {
  const caller = program.caller();
  const page = await caller.ask('GET', '/redoc');
  expect(page.text).not.toContain('<script');
  const { json } = await caller.ask('GET', '/openapi.json');
  const paths = Object.entries(json['paths'] as Record<string, object>);
  const names = paths.flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(names).toHaveLength(10);
  for (const name of names) expect(page.text).toContain(`<code>${name}</code>`);
});
