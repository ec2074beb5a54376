import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { settle } from '../src/clock.ts';
import { memoryStore, type TokenStore } from '../src/store.ts';
import { ada, failureOf, type Scene, scene, second, statusOf } from './scene.ts';
import { gate, issuer, noNetwork, problem } from './scripted-server.ts';

let server: Scene['server'];
let clock: Scene['clock'];
let store: Scene['store'];
let make: Scene['make'];
let signedIn: Scene['signedIn'];
let refreshes: Scene['refreshes'];
beforeEach(() => {
  ({ server, clock, store, make, signedIn, refreshes } = scene());
});

describe('refreshing', () => {
  test('begins refreshAheadSeconds before the end, and not before', async () => {
    const client = await signedIn({ refreshAheadSeconds: 30 });
    await clock.advance(270 * second - 1);
    expect(await client.token()).toBe('at-1');
    await clock.advance(1);
    expect(await client.token()).toBe('at-2');
    expect(refreshes()).toBe(1);
  });

  test('a token that lives shorter than that is used for half of its life', async () => {
    ({ clock, signedIn } = scene({ life: 20 }));
    const client = await signedIn({ refreshAheadSeconds: 30 });
    await clock.advance(10 * second - 1);
    expect(await client.token()).toBe('at-1');
    await clock.advance(1);
    expect(await client.token()).toBe('at-2');
  });

  test('GRD-09: each client draws a moment of its own, so that a fleet does not refresh in step', async () => {
    const refreshed = async (seconds: number): Promise<number> => {
      const one = scene();
      const fleet = await Promise.all(
        Array.from({ length: 60 }, () => one.signedIn({ store: memoryStore(), jitter: 0.5 })),
      );
      await one.clock.advance(seconds * second);
      await Promise.all(fleet.map((client) => client.token()));
      return one.refreshes();
    };
    expect(await refreshed(254)).toBe(0);
    const half = await refreshed(262.5);
    expect(half).toBeGreaterThan(5);
    expect(half).toBeLessThan(55);
    expect(await refreshed(270)).toBe(60);
  });

  test('TOK-23: a hundred callers at expiry cause one refresh, and all get the new token', async () => {
    const client = await signedIn();
    await clock.advance(300 * second);
    const tokens = await Promise.all(Array.from({ length: 100 }, () => client.token()));
    expect(new Set(tokens)).toEqual(new Set(['at-2']));
    expect(refreshes()).toBe(1);
  });

  test('TOK-23: two clients on one store refresh once', async () => {
    const [one, other] = [await signedIn(), make()];
    await clock.advance(300 * second);
    const tokens = await Promise.all([one.token(), other.token(), other.refresh(), one.refresh()]);
    expect(new Set(tokens)).toEqual(new Set(['at-2']));
    expect(refreshes()).toBe(1);
  });

  test('refresh() refreshes at once', async () => {
    const client = await signedIn();
    expect(await client.refresh()).toBe('at-2');
    expect(await client.refresh()).toBe('at-3');
    expect(await client.session()).toMatchObject({ accessExpiresAt: clock.now() + 300 * second });
  });

  test('GRD-09: a refusal drops the tokens, and the state says why', async () => {
    const client = await signedIn();
    server.revokeAll();
    const refused = { code: 'signed_out', cause: { code: 'refresh_refused' } };
    await expect(client.refresh()).rejects.toMatchObject(refused);
    expect(await store.read()).toBeUndefined();
    expect(await client.session()).toMatchObject({ status: 'signed-out', failure: refused });
    await expect(client.token()).rejects.toMatchObject({ code: 'signed_out' });
    expect(refreshes()).toBe(1);
    await client.signIn(ada);
    expect(await client.session()).toMatchObject({ status: 'signed-in', failure: undefined });
  });

  test('the new tokens are stored before they are used, and the old refresh token stays until then', async () => {
    const told: string[] = [];
    const slow = gate();
    const watched: TokenStore = {
      ...store,
      write: async (text) => {
        told.push((await store.read()) === undefined ? 'empty' : 'predecessor there');
        if (told.length > 1) await slow.passed;
        await store.write(text);
      },
    };
    const client = await signedIn({ store: watched });
    const token = client.refresh();
    const early = await Promise.race([token, settle()]);
    expect([refreshes(), early]).toEqual([1, undefined]);
    slow.open();
    expect(await token).toBe('at-2');
    expect(told).toEqual(['empty', 'predecessor there']);
  });

  test('tokens that cannot be stored are not used', async () => {
    let fails = false;
    const broken: TokenStore = {
      ...store,
      write: (text) => (fails ? Promise.reject(new Error('disk full')) : store.write(text)),
    };
    const client = await signedIn({ store: broken });
    fails = true;
    await expect(client.refresh()).rejects.toMatchObject({ code: 'store_failed' });
    expect(await client.token()).toBe('at-1');
  });
});

describe('a lost answer', () => {
  test('is asked for again with the same refresh token, after a pause', async () => {
    const client = await signedIn({ backoffSeconds: [0.25, 1] });
    let lost = 2;
    server.script = ({ path }) => {
      if (path.endsWith('/refresh') && lost-- > 0) throw noNetwork();
      return undefined;
    };
    const token = client.refresh();
    await clock.advance(0.25 * second - 1);
    expect(refreshes()).toBe(1);
    await clock.advance(0.25 * second + 1);
    expect(refreshes()).toBe(2);
    await clock.advance(2 * second);
    expect(await token).toBe('at-2');
    const presented = server.arrived.filter(({ path }) => path.endsWith('/refresh'));
    expect(presented.map(({ body }) => body['refresh_token'])).toEqual(['rt-1', 'rt-1', 'rt-1']);
  });

  test('GRD-09: that never comes leaves the tokens, and the state is offline', async () => {
    const client = await signedIn({ backoffSeconds: [1] });
    server.script = () => Promise.reject(noNetwork());
    await clock.advance(300 * second);
    const failing = failureOf(client.token());
    await clock.advance(2 * second);
    expect(await failing).toMatchObject({ code: 'server_unreachable' });
    expect(refreshes()).toBe(2);
    expect(await client.session()).toMatchObject({
      status: 'offline',
      failure: { code: 'server_unreachable' },
    });
  });

  test.each([
    ['503', () => problem(503, 'store_unavailable', { 'retry-after': '5' })],
    ['429', () => problem(429, 'attempts_exhausted', { 'retry-after': '5' })],
    ['404', () => new Response('not here', { status: 404 })],
    ['the page of a captive portal', () => new Response('<html>', { status: 200 })],
    ['403', () => problem(403, 'origin_refused')],
  ])('GRD-09: %s keeps the tokens too', async (_what, answer) => {
    const client = await signedIn({ backoffSeconds: [] });
    server.script = ({ path }) => (path.endsWith('/refresh') ? answer() : undefined);
    await expect(client.refresh()).rejects.toMatchObject({ code: 'server_unreachable' });
    expect(await statusOf(client)).toBe('offline');
    server.script = () => undefined;
    expect(await client.refresh()).toBe('at-2');
    expect(await statusOf(client)).toBe('signed-in');
  });

  test('while the server is away a token that is alive goes on serving', async () => {
    const client = await signedIn();
    server.script = () => Promise.reject(noNetwork());
    await clock.advance(280 * second);
    expect(await client.token()).toBe('at-1');
    expect(await client.token()).toBe('at-1');
    expect(refreshes()).toBe(1);
    expect(await statusOf(client)).toBe('offline');
  });

  test('GRD-09: the client tries again by itself, ever more rarely, until the server is back', async () => {
    const client = await signedIn();
    server.script = () => Promise.reject(noNetwork());
    await expect(client.refresh()).rejects.toMatchObject({ code: 'server_unreachable' });
    await clock.advance(4 * second);
    expect(refreshes()).toBe(2);
    await clock.advance(600 * second);
    expect(refreshes()).toBeGreaterThan(8);
    expect(refreshes()).toBeLessThan(20);
    server.script = () => undefined;
    await clock.advance(120 * second);
    expect(await statusOf(client)).toBe('signed-in');
    const done = refreshes();
    await clock.advance(150 * second);
    expect(refreshes()).toBe(done);
  });

  test('GRD-09: the client keeps to Retry-After', async () => {
    const client = await signedIn({ backoffSeconds: [1] });
    server.script = () => problem(503, 'store_unavailable', { 'retry-after': '120' });
    await expect(client.refresh()).rejects.toMatchObject({ code: 'server_unreachable', retryAfter: 120 });
    await clock.advance(119 * second);
    expect(refreshes()).toBe(1);
    await clock.advance(1 * second);
    expect(refreshes()).toBe(2);
  });
});

describe('many at once', () => {
  const clients = fc.nat(2);
  const step = fc.oneof(
    fc.tuple(fc.constantFrom('token' as const, 'refresh' as const, 'fetch' as const), clients),
    fc.tuple(fc.constantFrom('lose' as const, 'break' as const), clients),
    fc.tuple(fc.constant('pass' as const), fc.constantFrom(0, 1, 250, 2000, 290_000, 400_000)),
  );

  test('whatever callers, lost answers and the hour do, nobody is signed out by a race', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        ({ server, clock, make } = scene({ window: true }));
        const three = [make({ backoffSeconds: [0.25] }), make({ ahead: 'timer' }), make({ jitter: 0.5 })];
        await three[0]?.signIn(ada);
        const work: Promise<unknown>[] = [];
        // The answers to the next refreshes, after the server has done its part.
        const spoilt: string[] = [];
        server.reply = (answer, { path }) => {
          const how = path.endsWith('/refresh') ? spoilt.shift() : undefined;
          if (how === 'lose') throw noNetwork();
          return how === 'break' ? problem(503, 'store_unavailable') : answer;
        };
        for (const [what, n] of steps) {
          if (what === 'pass') await clock.advance(n);
          else if (what === 'lose' || what === 'break') spoilt.push(what);
          else work.push(three[n]?.[what](`${issuer}/x`).catch(({ code }) => code) ?? Promise.resolve());
        }
        await clock.advance(0);
        spoilt.length = 0;
        await clock.advance(120_000);
        expect(await Promise.all(work)).not.toContain('signed_out');
        const tokens = (): Promise<string[]> => Promise.all(three.map((client) => client.token()));
        // Each has a moment of its own: at this one it may be time for one of them, and not yet for another.
        await tokens();
        const last = await tokens();
        expect([new Set(last).size, server.open()]).toEqual([1, 1]);
      }),
    );
  });
});
