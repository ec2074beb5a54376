import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Guard, guard } from '../../../packages/guard/src/index.ts';
import { type StartedProcess, startProcess } from '../../kit/process.ts';
import { goodPassword, member } from '../../kit/visitor.ts';

const api = 'https://api.example.com/reports';
/** The bound of a sign-out, in milliseconds. */
const bound = 2000;
const guards: Guard[] = [];

/** What a guard says of an access token: the account, or the code of the failure. */
async function say(one: Guard, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const { principal, failure } = await one.verify(new Request(api, { headers }));
  return principal ? principal.accountId : failure.code;
}

const started: StartedProcess[] = [];
let dataFolder: string;
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'doorward-guard-'));
});
afterEach(async () => {
  for (const one of guards.splice(0)) one.close();
  for (const one of started.splice(0)) {
    one.kill('SIGKILL');
    await one.exited;
  }
  await rm(dataFolder, { recursive: true });
});
const begin = async (port = 0): Promise<StartedProcess> => {
  const one = await startProcess({ dataFolder, settings: { port } });
  started.push(one);
  return one;
};
const post = async (url: string, body: unknown): Promise<Record<string, unknown>> => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
};
const enter = async (origin: string): Promise<string> => {
  const body = { identifier: 'ada@example.com', password: goodPassword, carrier: 'jwt' };
  return member(await post(`${origin}/api/v1/sessions`, body), 'access_token');
};
const leave = async (origin: string, token: string): Promise<void> => {
  const headers = { authorization: `Bearer ${token}` };
  const { status } = await fetch(`${origin}/api/v1/session`, { method: 'DELETE', headers });
  expect(status).toBe(204);
};

test('when it is started again the guard resumes, and hears what it missed', async () => {
  const first = await begin();
  const { origin, port } = first;
  const { id } = await post(`${origin}/api/v1/accounts`, {
    email: 'ada@example.com',
    password: goodPassword,
  });
  const one = guard({ issuer: origin, onFeedLoss: 'continue', log: () => undefined });
  guards.push(one);
  const [early, late] = [await enter(origin), await enter(origin)];
  expect(await say(one, early)).toBe(id);
  first.kill();
  await first.exited;
  expect(await say(one, early)).toBe(id);
  await begin(port);
  await leave(origin, early);
  const patience = { timeout: 15_000, interval: 20 };
  await vi.waitFor(async () => expect(await say(one, early)).toBe('credentials_invalid'), patience);
  expect([one.state().feed.status, await say(one, late)]).toEqual(['following', id]);
  await leave(origin, late);
  await vi.waitFor(async () => expect(await say(one, late)).toBe('credentials_invalid'), {
    timeout: bound,
  });
});

test('a program that follows the feed ends when it has nothing else to do', async () => {
  const { origin } = await begin();
  const { id } = await post(`${origin}/api/v1/accounts`, {
    email: 'ada@example.com',
    password: goodPassword,
  });
  const program = `
    import { guard } from ${JSON.stringify(new URL('../../../packages/guard/src/index.ts', import.meta.url).href)};
    const [issuer, authorization] = process.argv.slice(1);
    const one = guard({ issuer, log: () => undefined });
    const { principal } = await one.verify(new Request('${api}', { headers: { authorization } }));
    // Time enough to listen, and a sign of life.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const { heardSecondsAgo, status } = one.state().feed;
    process.stdout.write([principal.accountId, status, heardSecondsAgo < 1.2].join(' '));`;
  const args = ['--input-type=module', '-e', program, origin, `Bearer ${await enter(origin)}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 10_000 });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([said, code]).toEqual([`${String(id)} following true`, 0]);
});
