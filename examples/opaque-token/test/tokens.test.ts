import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { System } from '@doorward/examples-kit';
import { type ManualClock, manualClock } from 'doorward';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, answerOf, freshFolder } from '../../kit/test/started.ts';
import { createOpaqueToken } from '../src/app.ts';

const id = 'ada@example.com';
const minute = 60_000;

let folder: Awaited<ReturnType<typeof freshFolder>>;
let clock: ManualClock;
let system: System;

const open = (environment: Record<string, string> = {}): Promise<System> =>
  createOpaqueToken({ environment, dataFolder: folder.path, clock });

async function reopen(environment: Record<string, string>): Promise<void> {
  await system.close();
  system = await open(environment);
}

beforeEach(async () => {
  folder = await freshFolder();
  clock = manualClock(Date.UTC(2026, 0, 1));
  system = await open();
});
afterEach(async () => {
  await system.close();
  await folder.remove();
});

const post = async (path: string, form: Readonly<Record<string, string>>): Promise<Answer> =>
  answerOf(
    await system.fetch(
      new Request(`http://localhost:5000${path}`, { method: 'POST', body: new URLSearchParams(form) }),
    ),
  );
const logIn = async (email = id): Promise<string> =>
  ((await post('/login', { id: email })).json as { token: string }).token;
const echo = async (token: string): Promise<number> => (await post('/echo', { id, token, text: 'x' })).status;

test('a token lives for 30 minutes', async () => {
  const token = await logIn();
  clock.advance(30 * minute - 1);
  expect(await echo(token)).toBe(200);
  clock.advance(1);
  expect(await echo(token)).toBe(401);
});

test('TOKEN_TTL_SECONDS sets another life', async () => {
  await reopen({ TOKEN_TTL_SECONDS: '5' });
  const token = await logIn();
  clock.advance(4999);
  expect(await echo(token)).toBe(200);
  clock.advance(1);
  expect(await echo(token)).toBe(401);
});

test.each(['0', '-1', '1.5', 'long', '86401'])('a life of %s is no setting', async (life) => {
  await expect(open({ TOKEN_TTL_SECONDS: life })).rejects.toThrow('TOKEN_TTL_SECONDS must be a whole number');
});

test('a full store answers 429 and says when to come back; what is over makes room', async () => {
  await reopen({ MAX_TOKENS: '2' });
  const first = await logIn();
  clock.advance(minute);
  await logIn('eve@example.com');
  const full = await post('/login', { id });
  expect([full.status, full.json]).toEqual([429, { error: 'Too many tokens' }]);
  expect(full.headers.get('retry-after')).toBe(String(29 * 60));
  expect(await echo(first)).toBe(200);
  clock.advance(29 * minute);
  expect((await post('/login', { id })).status).toBe(200);
  expect((await post('/login', { id })).status).toBe(429);
});

test('of many who come at once, as many are let in as there is room', async () => {
  await reopen({ MAX_TOKENS: '3' });
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) => post('/login', { id: `ada${at % 2}@example.com` })),
  );
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
    200, 200, 200, 429, 429, 429, 429, 429,
  ]);
});

test('an account goes with its last token, and comes again with the next', async () => {
  await reopen({ MAX_TOKENS: '1' });
  for (let round = 0; round < 3; round += 1) {
    const token = await logIn();
    expect(await echo(token)).toBe(200);
    clock.advance(30 * minute);
    expect((await post('/login', { id: `eve${round}@example.com` })).status).toBe(200);
    clock.advance(30 * minute);
  }
  await system.close();
  const database = new DatabaseSync(join(folder.path, 'doorward.db'), { readOnly: true });
  const left = database.prepare('SELECT typed FROM identifiers').all();
  database.close();
  system = await open();
  expect(left.map(({ typed }) => typed)).toEqual(['eve2@example.com']);
});

test('tokens survive a restart', async () => {
  const token = await logIn();
  await reopen({});
  expect(await echo(token)).toBe(200);
});

test('only a digest is stored, in files that only their owner can read', async () => {
  const token = await logIn();
  for (const name of ['tokens.db', 'doorward.db']) {
    const file = join(folder.path, name);
    expect((await readFile(file)).includes(token)).toBe(false);
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
  }
});

test('what breaks is answered with 503 in the shape of the system, and told to the operator alone', async () => {
  const token = await logIn();
  const said: unknown[] = [];
  const { error } = console;
  console.error = (...words: unknown[]) => said.push(...words);
  await system.close();
  try {
    const broken = await post('/echo', { id, token, text: 'x' });
    expect([broken.status, broken.json]).toEqual([503, { error: 'Service unavailable' }]);
    expect(said).toHaveLength(1);
  } finally {
    console.error = error;
    system = await open();
  }
});
