import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manualClock } from '../../packages/server/src/base/clock.ts';
import { codeFor } from '../journeys/oauth/cast.ts';
import { challenge, makeClient, type TestClient, verifier } from '../kit/clients.ts';
import { type Serving, serveHandler, testStart } from '../kit/serving.ts';
import { askAs } from '../kit/tokens.ts';
import { goodPassword, signIn, signUp, visit } from '../kit/visitor.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const attempts = 5;

let dataFolder: string;
const open: Serving[] = [];
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'doorward-clocks-'));
});
afterEach(async () => {
  for (const serving of open.splice(0)) await serving.close();
  await rm(dataFolder, { recursive: true });
});

/** A process on the one database, whose clock is off by so much. */
async function processAt(offset: number): Promise<Serving> {
  const serving = await serveHandler({
    dataFolder,
    clock: manualClock(testStart + offset),
    lightHashing: true,
    settings: { accountAttempts: attempts, familiarAttempts: attempts },
  });
  open.push(serving);
  return serving;
}

const program = (serving: Serving) => visit(serving, { program: true });

async function refresh(
  serving: Serving,
  token: string,
): Promise<{ status: number; next: string; access: string }> {
  const answer = await program(serving).ask('POST', '/api/v1/tokens/refresh', {
    body: { refresh_token: token },
  });
  const { refresh_token: next, access_token: access } = answer.json;
  return { status: answer.status, next: String(next), access: String(access) };
}

const checked = async (serving: Serving, bearer: string): Promise<number> =>
  (await program(serving).ask('GET', '/api/v1/session', { bearer })).status;

const tried = async (serving: Serving, identifier: string, password: string): Promise<number> =>
  (await program(serving).ask('POST', '/api/v1/sessions', { body: { identifier, password } })).status;

const redeemed = async (serving: Serving, client: TestClient, code: string): Promise<number> => {
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUris[0] ?? '',
    code_verifier: verifier,
  };
  return (await askAs(serving, client, { path: '/oauth/token', fields })).status;
};

describe('CLK-02: processes whose clocks differ', () => {
  test.each(['opaque', 'jwt'] as const)(
    'by four seconds know each other’s %s tokens and codes, and a code is still used once',
    async (carrier) => {
      const ahead = await processAt(2 * second);
      const behind = await processAt(-2 * second);
      await signUp(program(ahead), 'ada@example.com');
      const client = await makeClient(ahead);
      for (const [from, to] of [
        [ahead, behind],
        [behind, ahead],
      ] as const) {
        const begun = await signIn(program(from), 'ada@example.com', { carrier });
        expect(await checked(to, begun.access)).toBe(200);
        const next = await refresh(to, begun.refresh);
        expect([next.status, await checked(from, next.access)]).toEqual([200, 200]);
        const code = await codeFor(from, client, { session: begun.session, codeChallenge: challenge });
        expect([await redeemed(to, client, code), await redeemed(from, client, code)]).toEqual([200, 400]);
      }
    },
  );

  test('by eight minutes sign nobody out, and make one branch', async () => {
    const ahead = await processAt(4 * minute);
    const behind = await processAt(-4 * minute);
    await signUp(program(ahead), 'ada@example.com');
    let { refresh: live } = await signIn(program(behind), 'ada@example.com', { carrier: 'opaque' });
    for (let turn = 0; turn < 10; turn += 1) {
      const [first, other] = turn % 2 === 0 ? [ahead, behind] : [behind, ahead];
      const rotated = await refresh(first, live);
      expect([rotated.status, await checked(first, rotated.access)]).toEqual([200, 200]);
      // A retry on a process that is ahead may come past the window; on one that is behind it never does.
      if (first === ahead) expect((await refresh(other, live)).next).toBe(rotated.next);
      live = rotated.next;
    }
    const cookies = visit(behind);
    await signIn(cookies, 'ada@example.com');
    const headers = { cookie: [...cookies.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    expect((await program(ahead).ask('GET', '/api/v1/session', { headers })).status).toBe(200);
  });

  test('by eight minutes do not give more guesses than one', async () => {
    const processes = [await processAt(4 * minute), await processAt(-4 * minute)] as const;
    await signUp(program(processes[0]), 'ada@example.com');
    const statuses: number[] = [];
    for (let guess = 0; guess < 4 * attempts; guess += 1)
      statuses.push(await tried(processes[guess % 2 === 0 ? 0 : 1], 'ada@example.com', 'not this one'));
    expect(statuses.filter((status) => status === 401)).toHaveLength(attempts);
  });
});

describe.each([
  ['25 hours ahead', 25 * hour],
  ['an hour back', -hour],
])('CLK-01: a clock that jumps %s and back', (_, jump) => {
  test.each(['opaque', 'jwt'] as const)('signs nobody out of a session with %s tokens', async (carrier) => {
    const serving = await processAt(0);
    const beside = await processAt(0);
    await signUp(program(serving), 'ada@example.com');
    let { refresh: live } = await signIn(program(serving), 'ada@example.com', { carrier });
    for (const move of [jump, -jump]) {
      serving.clock.advance(move);
      for (const process of [serving, beside, serving]) {
        const { status, next, access } = await refresh(process, live);
        expect([status, await checked(process, access)]).toEqual([200, 200]);
        live = next;
      }
    }
  });

  test.each(['opaque', 'jwt'] as const)(
    'leaves no %s access token behind that outlives its time',
    async (carrier) => {
      const serving = await processAt(0);
      await signUp(program(serving), 'ada@example.com');
      serving.clock.advance(Math.max(0, jump));
      const { access, refresh: token } = await signIn(program(serving), 'ada@example.com', { carrier });
      expect(await checked(serving, access)).toBe(200);
      serving.clock.advance(-Math.abs(jump));
      expect(await checked(serving, access)).toBe(401);
      const { status, access: fresh } = await refresh(serving, token);
      expect([status, await checked(serving, fresh)]).toEqual([200, 200]);
      serving.clock.advance(6 * minute);
      expect(await checked(serving, fresh)).toBe(401);
    },
  );

  test('does not hold a lock-out for longer than its window', async () => {
    const serving = await processAt(0);
    await signUp(program(serving), 'ada@example.com');
    serving.clock.advance(Math.max(0, jump));
    for (let guess = 0; guess < attempts; guess += 1) await tried(serving, 'ada@example.com', 'not this one');
    expect(await tried(serving, 'ada@example.com', goodPassword)).toBe(429);
    serving.clock.advance(-Math.abs(jump));
    serving.clock.advance(16 * minute);
    expect(await tried(serving, 'ada@example.com', goodPassword)).toBe(201);
  });
});
