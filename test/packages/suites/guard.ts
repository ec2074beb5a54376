/**
 * The heart of `@doorward/guard`, against a real server over a real socket: proof without asking, and news of sign-outs.
 */
import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { type Guard, type GuardOptions, guard } from '@doorward/guard';
import { protect } from '@doorward/guard/web';
import { type Line, line, type Place, post, type Suite, shiftedClock } from './suite.ts';

/** Milliseconds within which a sign-out must have been heard. */
const bound = 2000;
/** Seconds after which every access token has ended. */
const longAfter = 86_400;

interface Caller {
  readonly account: string;
  readonly token: string;
  readonly request: Request;
  signOut(): Promise<unknown>;
}

const requestWith = (token: string): Request =>
  new Request('https://api.example.com/', { headers: { authorization: `Bearer ${token}` } });

/** Somebody who has signed in. */
async function caller({ issuer, username, password }: Place, carrier = 'jwt'): Promise<Caller> {
  const claim = { identifier: username, password, carrier };
  const answer = await post(`${issuer}/api/v1/sessions`, claim);
  const { id } = answer['account'] as { id: string };
  const token = String(answer['access_token']);
  return {
    account: id,
    token,
    request: requestWith(token),
    signOut: () => post(`${issuer}/api/v1/tokens/revoke`, { token }),
  };
}

/** Workers forbid chance, time and network while a module loads. */
const madeAtLoad = guard({ issuer: 'http://localhost:1', feed: 'pull', log: () => undefined });

/** Works with a guard, and stops it whatever happens. */
async function guarded(options: GuardOptions, work: (api: Guard) => Promise<void>): Promise<void> {
  const api = guard({ log: () => undefined, ...options });
  try {
    await work(api);
  } finally {
    api.close();
  }
}

/** The code of the refusal, or `passed`. */
const outcome = async (api: Guard, request: Request): Promise<string> =>
  (await api.verify(request)).failure?.code ?? 'passed';

const jwks = '/.well-known/jwks.json';
const feed = '/api/v1/revocations';
const asking = '/api/v1/principal';
const openLine = (): Line => line(() => undefined);
/** A line on which nobody hears of sign-outs. */
const deafLine = (): Line =>
  line((path) => (path === feed ? Promise.reject(new TypeError('the feed is cut')) : undefined));

/** A token whose signature is one bit off. */
function forged(token: string): string {
  const [head = '', claims = '', signature = ''] = token.split('.');
  const first = signature.startsWith('A') ? 'B' : 'A';
  return `${head}.${claims}.${first}${signature.slice(1)}`;
}

/** The tests. */
export const guardSuite: Suite = {
  'a token is proven by the published keys, once, and nobody is asked': async (place) => {
    const { issuer } = place;
    const ada = await caller(place);
    const wire = openLine();
    await guarded({ issuer, fetch: wire.fetch }, async (api) => {
      for (const _ of [1, 2, 3]) equal((await api.verify(ada.request)).principal?.accountId, ada.account);
      deepEqual([wire.count(jwks), wire.count(asking), api.state().cachedTokens], [1, 0, 1]);
      equal(api.state().feed.status, 'following');
    });
  },

  'a forged token, none at all, and one of another audience or issuer are refused': async (place) => {
    const { issuer } = place;
    const { token, request } = await caller(place);
    await guarded({ issuer }, async (api) => {
      equal(await outcome(api, requestWith(forged(token))), 'credentials_invalid');
      equal(await outcome(api, new Request('https://api.example.com/')), 'credentials_missing');
      equal(await outcome(api, request), 'passed');
      const refused = await protect(api)(() => new Response())(requestWith(forged(token)));
      equal(refused.status, 401);
      match(refused.headers.get('www-authenticate') ?? '', /^Bearer realm=.*error="invalid_token"/);
    });
    const other = 'https://other.example.com';
    await guarded({ issuer, audience: other }, async (api) =>
      equal(await outcome(api, request), 'credentials_invalid'),
    );
    const moved = (url: string, init?: RequestInit): Promise<Response> =>
      fetch(url.replace(other, issuer), init);
    await guarded({ issuer: other, audience: issuer, fetch: moved }, async (api) => {
      equal(await outcome(api, request), 'credentials_invalid');
      notEqual(api.state().keys.held, 0);
    });
  },

  'a token that has ended is refused, also when it was kept': async (place) => {
    const { issuer } = place;
    const { request } = await caller(place);
    const clock = shiftedClock();
    await guarded({ issuer, clock, onFeedLoss: 'continue' }, async (api) => {
      equal(await outcome(api, request), 'passed');
      clock.add(longAfter * 1000);
      equal(await outcome(api, request), 'credentials_invalid');
    });
  },

  'a sign-out is heard within two seconds': async (place) => {
    const { issuer } = place;
    const ada = await caller(place);
    await guarded({ issuer }, async (api) => {
      equal(await outcome(api, ada.request), 'passed');
      await ada.signOut();
      const end = performance.now() + bound;
      while ((await outcome(api, ada.request)) === 'passed') {
        ok(performance.now() < end, 'the sign-out was not heard');
        await new Promise((resolve) => void setTimeout(resolve, 20));
      }
      equal(await outcome(api, ada.request), 'credentials_invalid');
    });
  },

  'a guard that pulls the feed hears of a sign-out, too': async (place) => {
    const { issuer } = place;
    const ada = await caller(place);
    const clock = shiftedClock();
    await guarded({ issuer, clock, feed: 'pull' }, async (api) => {
      equal(await outcome(api, ada.request), 'passed');
      await ada.signOut();
      clock.add(bound + 1);
      equal(await outcome(api, ada.request), 'credentials_invalid');
    });
  },

  'without the feed it refuses, goes on or asks, as it was told': async (place) => {
    const { issuer } = place;
    const ada = await caller(place);
    for (const [onFeedLoss, expected] of [
      ['refuse', 'server_unavailable'],
      ['continue', 'passed'],
      ['ask', 'passed'],
    ] as const) {
      const wire = deafLine();
      await guarded({ issuer, onFeedLoss, fetch: wire.fetch }, async (api) => {
        equal(await outcome(api, ada.request), expected);
        equal(api.state().feed.status, 'lost');
        equal(wire.count(asking), onFeedLoss === 'ask' ? 1 : 0);
      });
    }
    await ada.signOut();
    await guarded({ issuer, fetch: deafLine().fetch }, async (api) =>
      equal(await outcome(api, ada.request), 'credentials_invalid'),
    );
  },

  'a guard that was made while its module loaded works': async () => {
    equal(await outcome(madeAtLoad, new Request('https://api.example.com/')), 'credentials_missing');
    equal(await outcome(madeAtLoad, requestWith('dw_at_nobody')), 'server_unavailable');
  },

  'an opaque token is asked about, and refused once it was signed out': async (place) => {
    const { issuer } = place;
    const ada = await caller(place, 'opaque');
    await guarded({ issuer }, async (api) => {
      equal((await api.verify(ada.request)).principal?.accountId, ada.account);
      await ada.signOut();
      equal(await outcome(api, ada.request), 'credentials_invalid');
    });
  },
};
