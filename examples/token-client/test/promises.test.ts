import { createConnection } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type Serving, serveBrowsers } from '../../../test/kit/serving.ts';
import type { Answer, Caller } from './caller.ts';
import { type StrictServer, startStrict } from './strict-server.ts';
import { ada, type Opened, open, signIn, start, testClock, type Variables } from './systems.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A system and its caller with tokens, at a strict server; both by one clock. */
async function atStrict(): Promise<{ strict: StrictServer; system: Opened; caller: Caller }> {
  const clock = testClock();
  const strict = await startStrict(clock);
  ends.push(() => strict.close());
  const system = await open({ AUTH_BASE_URL: strict.origin }, { clock });
  ends.push(() => system.close());
  const caller = system.caller();
  await signIn(caller);
  strict.asked.length = 0;
  return { strict, system, caller };
}

/** The same at one of our own servers, with a clock of its own. */
async function atDoorward(): Promise<{ serving: Serving; system: Opened; caller: Caller }> {
  const serving = await serveBrowsers({
    settings: { accessToken: 120, sessionIdle: 240 },
    lightHashing: true,
  });
  ends.push(() => serving.close());
  const system = await open({ AUTH_BASE_URL: serving.origin });
  ends.push(() => system.close());
  const caller = system.caller();
  await signIn(caller);
  return { serving, system, caller };
}

const data = (caller: Caller): Promise<Answer> => caller.ask('GET', '/protected/data');
const status = async (caller: Caller): Promise<Answer['json']> =>
  (await caller.ask('GET', '/token/status')).json;
const refreshes = (strict: StrictServer): number =>
  strict.asked.filter((line) => line === 'POST /api/v1/tokens/refresh').length;
const refreshesAt = (serving: Serving): number =>
  serving.seen.filter(({ route }) => route === '/api/v1/tokens/refresh').length;

describe('P: all settings are really read', () => {
  const lives = async (environment: Variables): Promise<unknown[]> => {
    const program = await start(environment);
    ends.push(() => program.stop());
    const caller = program.caller();
    await caller.ask('POST', '/register', { json: ada });
    const before = Date.now();
    const login = await caller.ask('POST', '/login', { json: ada });
    const { refresh_expires_at: end } = await status(caller);
    const minutes = (Date.parse(String(end)) - before) / 60_000;
    return [login.json['expires_in'], Math.round(minutes * 10) / 10, program.stdout()];
  };

  test('the lives of tokens are 2 and 4 minutes and the log says INFO, unless told otherwise', async () => {
    const [access, refresh, log] = await lives({});
    expect([access, refresh]).toEqual([120, 4]);
    expect(log).toContain(' INFO ');
    expect(log).not.toContain(' DEBUG ');
  });

  test('ACCESS_TOKEN_EXPIRE_MINUTES, REFRESH_TOKEN_EXPIRE_MINUTES and LOG_LEVEL', async () => {
    const [access, refresh, log] = await lives({
      ACCESS_TOKEN_EXPIRE_MINUTES: '1.5',
      REFRESH_TOKEN_EXPIRE_MINUTES: '3',
      LOG_LEVEL: 'debug',
    });
    expect([access, refresh]).toEqual([90, 3]);
    expect(log).toContain(' DEBUG ');
  });

  test('AUTH_BASE_URL', async () => {
    const { strict, caller } = await atStrict();
    expect((await data(caller)).status).toBe(200);
    expect(strict.asked).toEqual(['GET /api/v1/account']);
  });

  test('PORT and HOST', async () => {
    const program = await start({ HOST: '0.0.0.0' });
    ends.push(() => program.stop());
    expect(program.stdout()).toContain(`http://0.0.0.0:${program.port}`);
    expect(program.stderr()).toContain('Warning: other machines can reach this.');
    const socket = createConnection(program.port, '127.0.0.2');
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.destroy();
  });
});

test('P: an access token is refused as refresh token, and the reverse', async () => {
  const system = await open();
  ends.push(() => system.close());
  const caller = system.caller();
  const { access, refresh } = await signIn(caller);
  const refreshWith = (token: string): Promise<Response> =>
    fetch(`${system.central}/api/v1/tokens/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refresh_token: token }),
    });
  const profileWith = (token: string): Promise<Answer> =>
    caller.ask('GET', '/protected/profile', { headers: { authorization: `Bearer ${token}` } });
  expect((await profileWith(access)).status).toBe(200);
  expect((await profileWith(refresh)).status).toBe(401);
  expect((await refreshWith(access)).status).toBe(400);
  expect((await refreshWith(refresh)).status).toBe(200);
});

describe('P: 100 requests at the moment of expiry cause exactly one refresh, and all 100 answer 200', () => {
  const hundred = async (caller: Caller): Promise<number[]> => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => data(caller)));
    return answers.map((answer) => answer.status);
  };
  const allWell = Array.from({ length: 100 }, () => 200);

  test('at our own server', async () => {
    const { serving, system, caller } = await atDoorward();
    for (const clock of [serving.clock, system.clock]) clock.advance(120_000);
    expect(await hundred(caller)).toEqual(allWell);
    expect(refreshesAt(serving)).toBe(1);
  });

  test('at a server that signs out whoever uses a refresh token twice', async () => {
    const { strict, system, caller } = await atStrict();
    system.clock.advance(120_000);
    expect(await hundred(caller)).toEqual(allWell);
    expect(refreshes(strict)).toBe(1);
  });

  test('of several callers, one refresh for each', async () => {
    const { serving, system } = await atDoorward();
    const browsers = await Promise.all(
      ['bob', 'eve'].map(async (username) => {
        const browser = system.browser();
        await signIn(browser, { ...ada, username, email: `${username}@example.com` });
        return browser;
      }),
    );
    for (const clock of [serving.clock, system.clock]) clock.advance(120_000);
    expect(await Promise.all(browsers.map(hundred))).toEqual([allWell, allWell]);
    expect(refreshesAt(serving)).toBe(2);
  });
});

describe('P: a failed request triggers one refresh and one repetition', () => {
  test('when a token that looked alive is refused', async () => {
    const { strict, caller } = await atStrict();
    strict.refuseAccess();
    expect((await data(caller)).status).toBe(200);
    expect(strict.asked).toEqual([
      'GET /api/v1/account',
      'POST /api/v1/tokens/refresh',
      'GET /api/v1/account',
    ]);
  });

  test('when the clock of the central server is ahead', async () => {
    const { serving, caller } = await atDoorward();
    serving.clock.advance(200_000);
    expect((await data(caller)).json).toEqual({ message: 'Access granted to ada@example.com' });
    expect(refreshesAt(serving)).toBe(1);
  });

  test('of 100 at once, with one refresh for all', async () => {
    const { strict, caller } = await atStrict();
    strict.refuseAccess();
    const answers = await Promise.all(Array.from({ length: 100 }, () => data(caller)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(refreshes(strict)).toBe(1);
  });

  test('and is refused when that does not help', async () => {
    const { strict, caller } = await atStrict();
    strict.endSession();
    expect((await data(caller)).status).toBe(401);
    expect(strict.asked).toEqual(['GET /api/v1/account', 'POST /api/v1/tokens/refresh']);
  });
});

describe('when the central server is unreachable', () => {
  test.each(['down', 'broken'] as const)(
    'the answer is 503 and the tokens are kept: it is %s',
    async (mood) => {
      const { strict, system, caller } = await atStrict();
      strict.mood = mood;
      const unavailable = { status: 503, json: { detail: 'Authentication service unavailable' } };
      expect(await data(caller)).toMatchObject(unavailable);
      expect(await caller.ask('POST', '/token/refresh')).toMatchObject(unavailable);
      expect(await caller.ask('POST', '/login', { json: ada })).toMatchObject(unavailable);
      expect(await caller.ask('POST', '/register', { json: ada })).toMatchObject(unavailable);
      const profile = caller.ask('GET', '/protected/profile', { headers: { authorization: 'Bearer a' } });
      expect(await profile).toMatchObject(unavailable);
      expect(await caller.ask('GET', '/health')).toMatchObject({
        status: 503,
        json: { status: 'degraded', dependencies: { auth: 'down' } },
      });
      system.clock.advance(120_000);
      expect(await data(caller)).toMatchObject(unavailable);
      expect(await status(caller)).toMatchObject({ has_refresh_token: true, access_token_expired: true });
      strict.mood = 'well';
      expect((await data(caller)).status).toBe(200);
    },
  );

  test('a sign-out drops the tokens here and says that they are not revoked there', async () => {
    const { strict, caller } = await atStrict();
    strict.mood = 'down';
    expect((await caller.ask('POST', '/logout')).status).toBe(503);
    expect(await status(caller)).toMatchObject({ has_access_token: false, has_refresh_token: false });
  });
});

test('when the refresh is refused, the answer is 401 and the tokens are dropped', async () => {
  const { strict, system, caller } = await atStrict();
  expect(await system.vaultFiles()).toEqual(['single']);
  strict.endSession();
  system.clock.advance(120_000);
  const refused = { detail: 'No valid access token available. Please login first.' };
  expect(await data(caller)).toMatchObject({ status: 401, json: refused });
  expect(await status(caller)).toMatchObject({ has_access_token: false, has_refresh_token: false });
  expect(await system.vaultFiles()).toEqual([]);
  expect((await caller.ask('POST', '/token/refresh')).status).toBe(401);
  expect(refreshes(strict)).toBe(1);
});

describe('tokens are refreshed 30 seconds before their end', () => {
  test('when they are used', async () => {
    const { strict, system, caller } = await atStrict();
    system.clock.advance(89_999);
    await data(caller);
    expect(refreshes(strict)).toBe(0);
    system.clock.advance(1);
    expect((await data(caller)).status).toBe(200);
    expect(refreshes(strict)).toBe(1);
  });

  test('by themselves with REFRESH_AHEAD=timer, also after a restart', async () => {
    const clock = testClock();
    const strict = await startStrict(clock);
    ends.push(() => strict.close());
    const environment = { AUTH_BASE_URL: strict.origin, REFRESH_AHEAD: 'timer' };
    const first = await open(environment, { clock });
    await signIn(first.caller());
    // The answer has arrived when the tokens end later than before.
    const refreshed = async ({ caller }: Opened): Promise<void> => {
      const end = new Date(clock.now() + 120_000).toISOString();
      while ((await status(caller()))['access_expires_at'] !== end) await new Promise(setImmediate);
    };
    clock.advance(90_000);
    await refreshed(first);
    await first.stop();
    const second = await open(environment, { clock, dataFolder: first.dataFolder });
    ends.push(() => second.close());
    await second.caller().ask('GET', '/token/status');
    clock.advance(90_000);
    await refreshed(second);
    clock.advance(29_000);
    expect((await data(second.caller())).status).toBe(200);
    expect(refreshes(strict)).toBe(2);
  });
});

test('a 429 of the central server is passed on, with how long to wait', async () => {
  const { strict, caller } = await atStrict();
  strict.mood = 'busy';
  const calls = [caller.ask('POST', '/login', { json: ada }), data(caller)];
  for (const answer of await Promise.all(calls)) {
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('7');
  }
});
