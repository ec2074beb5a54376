import { beforeEach, describe, expect, test } from 'vitest';
import { browserStore } from '../src/browser-store.ts';
import { settle } from '../src/clock.ts';
import { fileStore } from '../src/file.ts';
import { localLock, type TokenStore } from '../src/store.ts';
import { memoryStorage } from './memory-storage.ts';
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

const api = `${issuer}/api/v1/session`;

describe('the hour', () => {
  test.each([-86_400, -300, 86_400])('set by %i seconds locks nobody out', async (seconds) => {
    const client = await signedIn();
    clock.jump(seconds * second);
    const before = refreshes();
    expect(await client.token()).toBe('at-2');
    expect(await client.token()).toBe('at-2');
    expect(refreshes()).toBe(before + 1);
  });

  test('that is wrong without anybody knowing shows in a 401, and a refresh follows', async () => {
    const client = await signedIn();
    server.script = ({ authorization }) =>
      authorization === 'Bearer at-1' ? problem(401, 'credentials_invalid') : undefined;
    expect((await client.fetch(api)).status).toBe(200);
    expect(refreshes()).toBe(1);
  });
});

describe('one thing while another is under way', () => {
  const held = (): { arrive: Promise<void>; answer: () => void } => {
    const [arrived, answer] = [gate(), gate()];
    server.reply = async (response, { path }) => {
      if (path.endsWith('/refresh')) {
        arrived.open();
        await answer.passed;
      }
      return response;
    };
    return { arrive: arrived.passed, answer: answer.open };
  };

  test('a sign-out during a refresh wins: its callers are signed out and nothing comes back to life', async () => {
    const client = await signedIn();
    const { arrive, answer } = held();
    const waiting = failureOf(client.refresh());
    await arrive;
    expect(await client.signOut()).toEqual({ ended: true, failure: undefined });
    answer();
    expect(await waiting).toMatchObject({ code: 'signed_out' });
    await settle();
    expect(await store.read()).toBeUndefined();
    expect(server.open()).toBe(0);
  });

  test('a sign-in during a refresh wins: the callers of the refresh get the token of the new session', async () => {
    const client = await signedIn();
    const { arrive, answer } = held();
    const token = client.refresh();
    await arrive;
    const { tokens } = await client.signIn(ada);
    answer();
    expect(await token).toBe(tokens.accessToken);
    await settle();
    expect(await client.token()).toBe(tokens.accessToken);
    expect(server.open()).toBe(1);
  });

  test('a sign-out by another sharer of a store without a lock is not undone by a refresh', async () => {
    const { lock: _lock, ...unlocked } = store;
    const client = await signedIn({ store: unlocked });
    const { arrive, answer } = held();
    const waiting = failureOf(client.refresh());
    await arrive;
    await store.remove();
    answer();
    expect(await waiting).toMatchObject({ code: 'signed_out' });
    expect(await store.read()).toBeUndefined();
  });

  test('close during a refresh lets it finish and be kept, and refuses every later call', async () => {
    const client = await signedIn();
    const { arrive, answer } = held();
    const token = client.refresh();
    await arrive;
    const closing = client.close();
    await expect(client.token()).rejects.toMatchObject({ code: 'closed' });
    answer();
    await closing;
    expect(await token).toBe('at-2');
    expect(await store.read()).toContain('rt-2');
    expect(clock.planned()).toBe(0);
  });

  test('close between two attempts ends the waiting', async () => {
    const client = await signedIn({ backoffSeconds: [60, 60] });
    server.script = () => Promise.reject(noNetwork());
    const last = failureOf(client.refresh());
    await settle();
    await client.close();
    expect(await last).toMatchObject({ code: 'server_unreachable' });
  });
});

describe('signing out', () => {
  test('forgets the tokens and ends the session at the server', async () => {
    const client = await signedIn();
    expect(await client.signOut()).toEqual({ ended: true, failure: undefined });
    expect(server.open()).toBe(0);
    expect(await client.session()).toEqual({ status: 'signed-out', failure: undefined });
    await expect(client.fetch(api)).rejects.toMatchObject({ code: 'signed_out' });
  });

  test('forgets the tokens also when the server cannot be reached, and says so', async () => {
    const client = await signedIn();
    server.script = () => Promise.reject(noNetwork());
    expect(await client.signOut()).toMatchObject({ ended: false, failure: { code: 'server_unreachable' } });
    expect(await store.read()).toBeUndefined();
    expect(await statusOf(client)).toBe('signed-out');
  });

  test('ends the session at the server also when the store fails', async () => {
    const broken: TokenStore = { ...store, remove: () => Promise.reject(new Error('read only')) };
    const client = await signedIn({ store: broken });
    await expect(client.signOut()).rejects.toMatchObject({ code: 'store_failed' });
    expect(server.open()).toBe(0);
  });

  test('of nobody sends nothing', async () => {
    expect(await make().signOut()).toEqual({ ended: true, failure: undefined });
    expect(server.arrived).toEqual([]);
  });
});

describe('a lease that is not longer than the server has for an answer', () => {
  const leased = (leaseSeconds: number): TokenStore => ({ ...store, leaseSeconds });

  test.each([
    [10, undefined],
    [15, 15],
    [Number.NaN, undefined],
  ])('of %s seconds is refused when the answer may take %s', (leaseSeconds, timeoutSeconds = 10) => {
    expect(() => make({ store: leased(leaseSeconds), timeoutSeconds })).toThrow(TypeError);
  });

  test('is refused of the stores that come along, and their own is long enough', () => {
    const storage = memoryStorage();
    expect(() => make({ store: browserStore({ storage, leaseSeconds: 10 }) })).toThrow(TypeError);
    expect(() => make({ store: fileStore('tokens', { leaseSeconds: 10 }) })).toThrow(TypeError);
    for (const good of [browserStore({ storage }), fileStore('tokens'), leased(11)])
      expect(() => make({ store: good })).not.toThrow();
  });

  test('does no harm where another lock is used', () => {
    expect(() => make({ store: leased(1), lock: localLock() })).not.toThrow();
  });
});
