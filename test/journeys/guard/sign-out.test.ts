import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Guard, type GuardOptions, guard } from '../../../packages/guard/src/index.ts';
import { type Serving, serveBrowsers } from '../../kit/serving.ts';
import { administrator, carriers, cookieHeader, device, type Person, person } from '../cast.ts';

const api = 'https://api.example.com/reports';
/** The bound of a sign-out, in milliseconds. */
const bound = 2000;

let serving: Serving;
const guards: Guard[] = [];
const events: string[] = [];
beforeEach(async () => {
  serving = await serveBrowsers({ lightHashing: true });
});
afterEach(async () => {
  for (const one of guards.splice(0)) one.close();
  events.length = 0;
  await serving.close();
});

/** A guard of the server, on its clock. */
function watch(options: Partial<GuardOptions> = {}): Guard {
  const log: GuardOptions['log'] = ({ event }) => void events.push(event);
  const made = guard({ issuer: serving.origin, clock: serving.clock, log, ...options });
  guards.push(made);
  return made;
}

const byToken = (token: string): Request =>
  new Request(api, { headers: { authorization: `Bearer ${token}` } });

/** What a guard says of an access token: the account, or the code of the failure. */
async function say(one: Guard, token: string): Promise<string> {
  const { principal, failure } = await one.verify(byToken(token));
  return principal ? principal.accountId : failure.code;
}

const signOut = async (who: Person): Promise<void> =>
  expect((await who.ask('DELETE', '/api/v1/session')).status).toBe(204);

describe('a sign-out reaches every guard', () => {
  const settings: readonly (readonly [string, () => Partial<GuardOptions>, number])[] = [
    ['follows the feed', () => ({}), 0],
    ['pulls the feed', () => ({ feed: 'pull' }), bound + 1],
    ['asks about each token', () => ({ check: 'ask' }), 0],
    ['has the server in its process', () => ({ doorward: embedded() }), 0],
  ];
  const embedded = () => ({
    fetch: async (request: Request, connection = { peer: undefined as string | undefined }) =>
      serving.assembly.handler(request, connection),
  });

  test.each(settings)(
    'JWT-22: a JWT is refused within the bound by a guard that %s',
    async (_how, options, wait) => {
      const one = watch(options());
      const ada = await person(serving, 'ada', { carrier: 'jwt' });
      const eve = await person(serving, 'eve', { carrier: 'jwt' });
      expect([await say(one, ada.access), await say(one, ada.access)]).toEqual([ada.account, ada.account]);
      await signOut(ada);
      serving.clock.advance(wait);
      await vi.waitFor(async () => expect(await say(one, ada.access)).toBe('credentials_invalid'), {
        timeout: 10_000,
        interval: 5,
      });
      expect(await say(one, eve.access)).toBe(eve.account);
    },
  );

  test('SES-03: what a guard asks about each time is refused at once, whatever carries it', async () => {
    const one = watch();
    for (const carrier of carriers.filter((name) => name === 'cookie' || name === 'opaque')) {
      const ada = await person(serving, carrier, { carrier });
      const cookie = cookieHeader(ada);
      const headers = cookie === '' ? { authorization: `Bearer ${ada.access}` } : { cookie };
      const before = await one.verify(new Request(api, { headers }));
      expect(before.principal).toMatchObject({ accountId: ada.account, sessionId: ada.session, carrier });
      await signOut(ada);
      expect((await one.verify(new Request(api, { headers }))).failure?.code).toBe('credentials_invalid');
    }
  });

  test('answers that are kept are dropped when the feed names their session', async () => {
    const one = watch({ askCacheSeconds: 300 });
    const ada = await person(serving, 'ada', { carrier: 'opaque' });
    expect(await say(one, ada.access)).toBe(ada.account);
    const before = serving.seen.length;
    expect(await say(one, ada.access)).toBe(ada.account);
    expect(serving.seen.length).toBe(before);
    await vi.waitFor(() => expect(one.state().feed.status).toBe('following'), { timeout: 10_000 });
    await signOut(ada);
    await vi.waitFor(async () => expect(await say(one, ada.access)).toBe('credentials_invalid'), {
      timeout: 10_000,
      interval: 5,
    });
  });

  test('whoever signed out before the guard was there is refused from the first check on', async () => {
    const ada = await person(serving, 'ada', { carrier: 'jwt' });
    await signOut(ada);
    expect(await say(watch(), ada.access)).toBe('credentials_invalid');
    expect(await say(watch({ feed: 'pull' }), ada.access)).toBe('credentials_invalid');
  });
});

describe('a guard that does not hear the feed', () => {
  const revocations = /\/api\/v1\/revocations/;
  /** A network in which the feed can be cut, without anybody being told. */
  function network(): { fetch: GuardOptions['fetch']; cut: () => void } {
    let isCut = false;
    return {
      cut: () => {
        isCut = true;
      },
      fetch: async (url, init) => {
        if (!revocations.test(url)) return fetch(url, init);
        if (isCut) throw new TypeError('fetch failed');
        const response = await fetch(url, init);
        const mute = new TransformStream<Uint8Array, Uint8Array>({
          transform: (chunk, controller) => (isCut ? undefined : controller.enqueue(chunk)),
        });
        return new Response(response.body?.pipeThrough(mute) ?? null, response);
      },
    };
  }

  test.each([
    ['continue', (ada: Person) => ada.account],
    ['ask', () => 'credentials_invalid'],
    ['refuse', () => 'server_unavailable'],
  ] as const)(
    'by the setting "%s" it does what that says once the bound has passed',
    async (onFeedLoss, expected) => {
      const { fetch, cut } = network();
      const one = watch({ onFeedLoss, fetch });
      const ada = await person(serving, 'ada', { carrier: 'jwt' });
      expect(await say(one, ada.access)).toBe(ada.account);
      await vi.waitFor(() => expect(one.state().feed.status).toBe('following'), { timeout: 10_000 });
      cut();
      await signOut(ada);
      serving.clock.advance(bound);
      expect([one.state().feed.status, await say(one, ada.access)]).toEqual(['following', ada.account]);
      serving.clock.advance(1);
      expect(await say(one, ada.access)).toBe(expected(ada));
      expect(events).toEqual(['feed-followed', 'feed-lost']);
      expect(one.metrics()).toContain('doorward_guard_feed_lost 1');
    },
  );

  test('while it asks, sessions that live pass', async () => {
    const { fetch, cut } = network();
    const one = watch({ fetch });
    const ada = await person(serving, 'ada', { carrier: 'jwt' });
    expect(await say(one, ada.access)).toBe(ada.account);
    cut();
    serving.clock.advance(bound + 1);
    expect(await say(one, ada.access)).toBe(ada.account);
    expect(serving.seen.at(-1)?.route).toBe('/api/v1/principal');
  });

  test.each([
    ['continue', (ada: Person) => ada.account],
    ['ask', () => 'server_unavailable'],
    ['refuse', () => 'server_unavailable'],
  ] as const)('GRD-01: with the server gone, "%s" does what it says', async (onFeedLoss, expected) => {
    const one = watch({ onFeedLoss });
    const ada = await person(serving, 'ada', { carrier: 'jwt' });
    expect(await say(one, ada.access)).toBe(ada.account);
    const { clock } = serving;
    await serving.close();
    clock.advance(bound + 1);
    await vi.waitFor(async () => expect(await say(one, ada.access)).toBe(expected(ada)), { timeout: 10_000 });
    // Tokens that it has never seen are proven by the keys that it has; what must be asked about is not let through.
    clock.advance(200_000);
    expect(await say(one, ada.access)).toBe(expected(ada));
    expect(await say(one, 'dw_at_anything')).toBe('server_unavailable');
    const [head, claims, signature = ''] = ada.access.split('.');
    const forged = `${head}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect(await say(one, forged)).toBe('credentials_invalid');
    expect(one.state().keys.held).toBeGreaterThan(0);
    serving = await serveBrowsers({ lightHashing: true });
  });
});

describe('keys', () => {
  test('when the server rotates, the guard follows, and tokens of the retired key live on', async () => {
    const one = watch({ feed: 'pull' });
    const root = await administrator(serving);
    const before = await device(serving, root, { carrier: 'jwt' });
    expect(await say(one, before.access)).toBe(root.account);
    for (let round = 0; round < 2; round += 1) {
      serving.clock.advance(31_000);
      await root.ask('POST', '/api/v1/admin/keys/rotation', { body: { force: true } });
      const after = await device(serving, root, { carrier: 'jwt' });
      expect([await say(one, after.access), await say(one, before.access)]).toEqual([
        root.account,
        root.account,
      ]);
    }
  });

  test('a guard that never had keys lets nobody pass, and does once the server is there', async () => {
    let isUp = false;
    const one = watch({
      feed: 'pull',
      fetch: async (url, init) => {
        if (!isUp) throw new TypeError('fetch failed');
        return fetch(url, init);
      },
    });
    const ada = await person(serving, 'ada', { carrier: 'jwt' });
    expect(await say(one, ada.access)).toBe('server_unavailable');
    isUp = true;
    serving.clock.advance(1000);
    expect(await say(one, ada.access)).toBe(ada.account);
  });
});
