/** The program as people start it: real processes, run from the sources. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Ended,
  runProcess,
  type StartedProcess,
  serverCommand,
  startProcess,
} from '../../kit/process.ts';
import { goodPassword } from '../../kit/visitor.ts';

let folder: string;
let dataFolder: string;
const running: StartedProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorward-command-line-'));
  dataFolder = join(folder, 'data');
});
afterEach(async () => {
  for (const server of running.splice(0)) {
    server.kill('SIGKILL');
    await server.exited;
  }
  await rm(folder, { recursive: true });
});

async function start(options: Parameters<typeof startProcess>[0] = {}): Promise<StartedProcess> {
  const server = await startProcess({ dataFolder, ...options });
  running.push(server);
  return server;
}

const run = (...args: string[]): Promise<Ended> => runProcess([...args, '--data-folder', dataFolder]);

async function stop(server: StartedProcess): Promise<number | null> {
  server.kill();
  return server.exited;
}

async function runJson(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run(...args, '--json');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const post = (server: StartedProcess, path: string, body: unknown): Promise<Response> =>
  fetch(server.origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function signInAt(
  server: StartedProcess,
  identifier: string,
  password = goodPassword,
): Promise<string> {
  const response = await post(server, '/api/v1/sessions', { identifier, password, carrier: 'opaque' });
  expect(response.status).toBe(201);
  return ((await response.json()) as { access_token: string }).access_token;
}

const sessionOf = (server: StartedProcess, token: string): Promise<Response> =>
  fetch(`${server.origin}/api/v1/session`, { headers: { authorization: `Bearer ${token}` } });

/** On a connection of its own: those that are kept alive may lead to a worker that was killed. */
const statusOnFreshLine = (server: StartedProcess, token: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(`${server.origin}/api/v1/session`, { agent: false, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).once('error', reject);
  });

/** Does what the curl line of the screen says. */
async function pasteSignUp(server: StartedProcess): Promise<{ email: string; password: string }> {
  const [, url = '', data = ''] = /curl (\S+) .* -d '(.+)'/.exec(server.stdout()) ?? [];
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: data });
  expect(response.status).toBe(201);
  return JSON.parse(data) as { email: string; password: string };
}

test('from the first start to a restored backup', async () => {
  const server = await start();
  const { email, password } = await pasteSignUp(server);
  const token = await signInAt(server, email, password);

  // The set-up link makes one administrator, once.
  const [, link = ''] = /setup\?link=(\S+)/.exec(server.stdout()) ?? [];
  const useLink = (name: string): Promise<Response> => {
    const body = new URLSearchParams({ link, email: name, password: goodPassword });
    return fetch(`${server.origin}/setup`, { method: 'POST', body });
  };
  expect((await useLink('root@example.com')).status).toBe(200);
  expect((await useLink('rival@example.com')).status).toBe(403);
  expect((await runJson('accounts', 'list'))['accounts']).toMatchObject([
    { email, roles: [] },
    { email: 'root@example.com', roles: ['admin'] },
  ]);

  // The operator ends the session beside the running server, and can tell why it is refused.
  const backup = join(folder, 'backup.db');
  expect((await run('backup', backup)).code).toBe(0);
  expect((await run('backup', backup)).code).toBe(1);
  const [session] = (await runJson('sessions', 'list', email))['sessions'] as { id: string }[];
  expect((await run('sessions', 'end', session?.id ?? '')).code).toBe(0);
  const refused = await sessionOf(server, token);
  expect(refused.status).toBe(401);
  const { decision } = (await refused.json()) as { decision: string };
  const why = await runJson('why', decision);
  expect(why).toMatchObject({
    reason: expect.stringMatching(/^The session was ended at \S+ by operator \(ended-by-administrator\)\.$/),
    detail: { session: session?.id },
    links: { account: expect.stringContaining('/api/v1/admin/accounts/') },
  });
  expect((await run('why', decision.slice(0, -1))).code).toBe(1);

  // A restore waits for the server to stop, asks before it replaces, and revives nothing.
  expect((await run('restore', backup, '--force')).stderr).toContain('Stop it first');
  expect(await stop(server)).toBe(0);
  expect((await run('restore', backup)).stderr).toContain('--force');
  expect((await run('restore', backup, '--force')).code).toBe(0);
  expect((await readdir(dataFolder)).filter((name) => name.includes('.replaced-'))).toHaveLength(1);
  const again = await start();
  expect((await sessionOf(again, token)).status).toBe(401);
  expect(again.stdout()).not.toContain('setup?link');
  await signInAt(again, email, password);
  expect((await run('events', 'verify')).code).toBe(0);
});

describe('stopping', () => {
  test('what was accepted is finished, though the connections are kept alive, and no stream holds the server up', async () => {
    const server = await start({ settings: { hashingConcurrency: 1 } });
    const { email: identifier, password } = await pasteSignUp(server);
    const stream = await fetch(`${server.origin}/api/v1/revocations`, {
      headers: { accept: 'text/event-stream' },
    });
    const body = { identifier, password, carrier: 'opaque' };
    // One after the other through one hasher: most of them still wait when the signal comes.
    const requests = Array.from({ length: 20 }, () => post(server, '/api/v1/sessions', body));
    await Promise.race(requests);
    server.kill();
    const answers = await Promise.all(requests);
    expect(answers.map(({ status }) => status)).toEqual(requests.map(() => 201));
    await stream.text();
    expect(await server.exited).toBe(0);
    await expect(post(server, '/api/v1/sessions', body)).rejects.toThrow('fetch failed');
  });

  test('a second signal ends it at once', async () => {
    const server = await start({ settings: { hashingConcurrency: 1 } });
    const { email: identifier, password } = await pasteSignUp(server);
    const body = { identifier, password, carrier: 'opaque' };
    const requests = Array.from({ length: 200 }, () =>
      post(server, '/api/v1/sessions', body).catch(() => undefined),
    );
    await Promise.race(requests);
    server.kill();
    while (!server.stderr().includes('stopping')) await new Promise(setImmediate);
    server.kill();
    expect(await server.exited).toBe(1);
    await Promise.all(requests);
  });

  test('LOG-06: a log that nobody reads neither stops the answers nor the stop', async () => {
    const [command, args] = serverCommand({ port: 0, dataFolder, logLevel: 'debug' });
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [screen] = (await once(child.stdout, 'data')) as [Buffer];
    const [origin = ''] = /http:\/\/localhost:\d+/.exec(String(screen)) ?? [];
    // More than a pipe holds, of about 200 bytes each.
    for (let count = 0; count < 500; count += 1) {
      const response = await fetch(`${origin}/health/live`);
      expect(response.status).toBe(200);
      await response.text();
    }
    child.kill();
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
    child.stderr.destroy();
  });
});

test('two workers serve one database, one that dies is replaced, and both stop', async () => {
  const server = await start({ workers: 2, settings: { metricsPort: await freePort() } });
  const { email, password } = await pasteSignUp(server);
  const token = await signInAt(server, email, password);
  const answers = await Promise.all(Array.from({ length: 20 }, () => sessionOf(server, token)));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  const children = await readFile(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').catch(() => '');
  const [worker] = children.trim().split(' ').map(Number);
  if (worker) {
    process.kill(worker, 'SIGKILL');
    while (!server.stderr().includes('started again')) await new Promise(setImmediate);
    expect(await statusOnFreshLine(server, token)).toBe(200);
  }
  server.kill('SIGINT');
  expect(await server.exited).toBe(0);
});

/**
 * A port that is free, and so is the next: the second worker tells its metrics there. They lie below those that the system gives
 * out, so that nobody has got one of them before the server does.
 */
async function freePort(): Promise<number> {
  const port = randomInt(15_000, 32_000);
  return (await isFree(port)) && (await isFree(port + 1)) ? port : freePort();
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  const heard = await once(probe, 'listening').catch(() => undefined);
  await new Promise((resolve) => void probe.close(resolve));
  return heard !== undefined;
}

test('ADM-09: the listener of the metrics answers nothing else, and the front gives them to nobody without sign-in', async () => {
  const metricsPort = await freePort();
  const server = await start({ settings: { metricsPort } });
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  expect(text).toContain('doorward_build_info{');
  for (const path of ['/', '/api/v1/session', '/health/live', '/metrics/..'])
    expect((await fetch(`http://127.0.0.1:${metricsPort}${path}`)).status).toBe(404);
  expect((await fetch(`${server.origin}/metrics`)).status).toBe(401);
});

test('a port that is taken is told with what to do, and the database is not touched', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  for (const workers of ['1', '2']) {
    const { code, stderr } = await run('serve', '--port', String(port), '--workers', workers);
    expect(code).toBe(1);
    expect(stderr).toContain(`127.0.0.1:${port} is taken`);
    expect(stderr).toContain(`--port ${port + 1}`);
  }
  other.close();
});

test('LOG-01: accounts are made with a password from standard input, which no output repeats', async () => {
  const input = `${goodPassword}\n`;
  const args = ['accounts', 'create', '--email', 'ada@example.com', '--roles', 'admin', '--password-stdin'];
  const made = await runProcess([...args, '--data-folder', dataFolder, '--json'], { input });
  expect(made.code).toBe(0);
  expect(JSON.parse(made.stdout)).toMatchObject({ account: { email: 'ada@example.com', roles: ['admin'] } });
  expect(made.stdout + made.stderr).not.toContain(goodPassword);
  expect((await run('accounts', 'show', 'nobody@example.com')).code).toBe(1);
  expect((await run('doctor', '--port', '0')).code).toBe(0);
  const server = await start();
  expect(server.stdout()).not.toContain('setup?link');
  await signInAt(server, 'Ada@Example.com');
});
