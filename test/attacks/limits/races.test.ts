import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lightArgon2 } from '../../kit/light-argon2.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, signUp, visit } from '../../kit/visitor.ts';

const window = 15 * 60;
let dataFolder: string;
let open: Serving[];
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'doorward-limits-'));
  open = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const serving of open) await serving.close();
  await rm(dataFolder, { recursive: true });
});

/** One more server on the same folder. */
async function server(settings: Record<string, unknown>, from?: Serving): Promise<Serving> {
  const clock = from ? { clock: from.clock } : {};
  const serving = await serveHandler({ lightHashing: true, dataFolder, settings, ...clock });
  open.push(serving);
  return serving;
}

const guess = (serving: Serving, peer = '198.51.100.7', identifier = 'ada@example.com'): Promise<Answer> =>
  visit(serving, { program: true, peer }).ask('POST', '/api/v1/sessions', {
    body: { identifier, password: 'a wrong password', carrier: 'opaque' },
  });

const statuses = (answers: readonly Answer[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('RLM-08: no race passes the cap', () => {
  test('200 guesses at once over four servers on one folder: exactly ten are looked at', async () => {
    const settings = { accountAttempts: 10, networkAttempts: 1000, hashingQueue: 1000 };
    const first = await server(settings);
    await signUp(visit(first), 'ada@example.com');
    for (let more = 0; more < 3; more += 1) await server(settings, first);
    const looked = vi.spyOn(lightArgon2, 'verify');
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, turn) => guess(open[turn % 4] ?? first, `198.51.100.${turn}`)),
    );
    expect(statuses(answers)).toEqual({ 401: 10, 429: 190 });
    expect(looked).toHaveBeenCalledTimes(10);
  });

  test('the cap of a network and that of sign-ups hold alike', async () => {
    const first = await server({ networkAttempts: 10, signUpAttempts: 10 });
    await server({ networkAttempts: 10, signUpAttempts: 10 }, first);
    const guesses = Array.from({ length: 60 }, (_, turn) =>
      guess(open[turn % 2] ?? first, '198.51.100.7', `person${turn}@example.com`),
    );
    expect(statuses(await Promise.all(guesses))).toEqual({ 401: 10, 429: 50 });
    const signUps = Array.from({ length: 60 }, (_, turn) =>
      visit(open[turn % 2] ?? first, { program: true }).ask('POST', '/api/v1/accounts', {
        body: { username: `person${turn}`, password: goodPassword },
      }),
    );
    expect(statuses(await Promise.all(signUps))).toEqual({ 201: 10, 429: 50 });
  });

  test('a hundred right guesses at once are not throttled by each other for longer than they last', async () => {
    const serving = await server({ accountAttempts: 5, hashingQueue: 1000 });
    await signUp(visit(serving), 'ada@example.com');
    const right = (): Promise<Answer> =>
      visit(serving, { program: true }).ask('POST', '/api/v1/sessions', {
        body: { identifier: 'ada@example.com', password: goodPassword, carrier: 'opaque' },
      });
    const counts = statuses(await Promise.all(Array.from({ length: 100 }, right)));
    expect(counts[201]).toBeGreaterThanOrEqual(5);
    expect(counts[401]).toBeUndefined();
    expect((await right()).status).toBe(201);
  });
});

describe('RLM-08: a restart forgets nothing', () => {
  test('a spent budget is spent after it, and until the same moment', async () => {
    const first = await server({ accountAttempts: 3 });
    for (let turn = 0; turn < 3; turn += 1) expect((await guess(first)).status).toBe(401);
    await first.close();
    open = [];
    first.clock.advance(60_000);
    const second = await server({ accountAttempts: 3 }, first);
    const refused = await guess(second);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(window - 60)]);
    second.clock.advance((window - 60) * 1000);
    expect((await guess(second)).status).toBe(401);
  });
});

describe('RLM-10: the arithmetic of windows', () => {
  test('guessing on does not lengthen the window, and Retry-After is the time that is left', async () => {
    const serving = await server({ accountAttempts: 5 });
    for (let turn = 0; turn < 5; turn += 1) {
      expect((await guess(serving)).status).toBe(401);
      serving.clock.advance(10_000);
    }
    for (let left = window - 50; left > 0; left -= 50) {
      const refused = await guess(serving);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(left)]);
      serving.clock.advance(50_000);
    }
    expect((await guess(serving)).status).toBe(401);
  });

  test('a window is over at its very end and not a millisecond before, and says at least one second', async () => {
    const serving = await server({ accountAttempts: 1 });
    expect((await guess(serving)).status).toBe(401);
    serving.clock.advance(window * 1000 - 1);
    const refused = await guess(serving);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    serving.clock.advance(1);
    expect((await guess(serving)).status).toBe(401);
  });

  test('cap + 1 in each window: each has its cap, the next begins with the first guess in it', async () => {
    const serving = await server({ accountAttempts: 4 });
    for (let round = 0; round < 5; round += 1) {
      const answers: number[] = [];
      for (let turn = 0; turn < 5; turn += 1) answers.push((await guess(serving)).status);
      expect(answers).toEqual([401, 401, 401, 401, 429]);
      serving.clock.advance((window + 7) * 1000);
    }
  });

  test('one refusal does not spend what another budget has: the account outlives a spent network', async () => {
    const serving = await server({ accountAttempts: 5, networkAttempts: 2 });
    for (let turn = 0; turn < 10; turn += 1) await guess(serving, '198.51.100.7');
    const others: number[] = [];
    for (let turn = 1; turn <= 4; turn += 1) others.push((await guess(serving, `192.0.2.${turn}`)).status);
    expect(others).toEqual([401, 401, 401, 429]);
  });

  test('the budget that was spent is told once a window', async () => {
    const serving = await server({ accountAttempts: 3 });
    for (let turn = 0; turn < 20; turn += 1) await guess(serving);
    const { read } = serving.assembly.ports.store;
    const told = await read.events.listBack({ before: 1e9, limit: 100, type: 'sign-in.throttled' });
    expect(told).toHaveLength(1);
    expect(await read.events.listBack({ before: 1e9, limit: 100, type: 'sign-in.refused' })).toHaveLength(3);
  });
});
