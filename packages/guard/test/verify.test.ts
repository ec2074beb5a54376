import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ProveToken } from '../src/access-token.ts';
import { type ManualClock, manualClock } from '../src/clock.ts';
import type { Credential } from '../src/credential.ts';
import { isRefusal, type Refusal, refuse } from '../src/failure.ts';
import type { CarrierName, Principal } from '../src/principal.ts';
import type { GuardRequest } from '../src/request.ts';
import { createTokenCache, type TokenCache } from '../src/token-cache.ts';
import { createVerifier, type OfflineParts, type VerifierParts } from '../src/verify.ts';
import { now, prover, request, rules, type SteeredFeed, steeredFeed, token } from './forge.ts';

const all: readonly CarrierName[] = ['cookie', 'opaque', 'jwt', 'jwt-cookie', 'api-key', 'basic'];
const bearer = (value: string): GuardRequest => request({ authorization: `Bearer ${value}` });

const prove = vi.fn<ProveToken>(prover());
const ask = vi.fn<(credential: Credential) => Promise<Principal | Refusal>>();
let clock: ManualClock;
let feed: SteeredFeed;
let cache: TokenCache;

beforeEach(() => {
  clock = manualClock(now * 1000);
  feed = steeredFeed();
  cache = createTokenCache(100);
  feed.onEnded(cache.dropSession);
  prove.mockClear();
  ask.mockReset();
  ask.mockImplementation(async ({ carrier }) => asked({ carrier }));
});

const asked = (more: Partial<Principal>): Principal => ({
  accountId: 'account-1',
  sessionId: 'session-1',
  carrier: 'jwt',
  clientId: undefined,
  roles: ['asked'],
  scopes: [],
  provenAt: now,
  amr: [],
  expiresAt: undefined,
  ...more,
});

function verifier(offline: Partial<OfflineParts> = {}, parts: Partial<VerifierParts> = {}) {
  const verify = createVerifier({
    find: { carriers: new Set(all), secure: true },
    origins: new Set(['https://app.example.com']),
    tokens: rules,
    offline: { prove, cache, feed, onFeedLoss: 'ask', ...offline },
    ask,
    clock,
    ...parts,
  });
  return async (one: GuardRequest): Promise<string> => {
    const outcome = await verify(one);
    return isRefusal(outcome) ? `${outcome.code} ${outcome.detail['check']}` : outcome.accountId;
  };
}

describe('what the feed names besides sessions', () => {
  const ofClient = token({ client_id: 'a-client', jti: 'family-1.random' });

  test.each([
    ['a client that was disabled', 'a-client', 'client-ended'],
    ['the tokens that a client has of one sign-in', 'family-1', 'tokens-ended'],
    ['the session behind them', 'session-1', 'session-ended'],
    ['the key under them, which was stolen', 'ed', 'key-withdrawn'],
  ])('%s: its tokens are refused from then on', async (_what, id, check) => {
    const say = verifier();
    expect(await say(bearer(ofClient))).toBe('account-1');
    feed.end(id);
    for (let time = 0; time < 2; time += 1)
      expect(await say(bearer(ofClient))).toBe(`credentials_invalid ${check}`);
  });

  test('whoever holds their own credential is not touched by that', async () => {
    feed.end('a-client');
    feed.end('family-1');
    expect(await verifier()(bearer(token()))).toBe('account-1');
  });
});

describe('a token that comes again', () => {
  test('is proven once', async () => {
    const verify = verifier();
    const good = token();
    expect([await verify(bearer(good)), await verify(bearer(good))]).toEqual(['account-1', 'account-1']);
    expect(prove).toHaveBeenCalledTimes(1);
    expect(ask).not.toHaveBeenCalled();
  });

  test('SES-16: with another last character is another token', async () => {
    const verify = verifier();
    const good = token();
    await verify(bearer(good));
    const last = good.at(-1) === 'A' ? 'Q' : 'A';
    expect(await verify(bearer(good.slice(0, -1) + last))).toMatch(/^credentials_invalid/);
  });

  test('is never served past its end, by the same rule as the first time', async () => {
    const good = token();
    const verify = verifier();
    const fresh = verifier({ cache: createTokenCache(0) });
    await verify(bearer(good));
    clock.advance(244_999);
    expect([await verify(bearer(good)), await fresh(bearer(good))]).toEqual(['account-1', 'account-1']);
    clock.advance(1);
    const expired = 'credentials_invalid expired';
    expect([await verify(bearer(good)), await fresh(bearer(good))]).toEqual([expired, expired]);
  });

  test('is refused from the moment that the feed names its session, and forgotten', async () => {
    const verify = verifier();
    const [good, other] = [token(), token({ sid: 'session-2' })];
    await verify(bearer(good));
    await verify(bearer(other));
    feed.end('session-1');
    expect(cache.size()).toBe(1);
    expect(await verify(bearer(good))).toBe('credentials_invalid session-ended');
    expect(await verify(bearer(other))).toBe('account-1');
  });

  test('as a cookie is proven as a cookie, so that no rule of cookies is lost', async () => {
    const verify = verifier();
    const good = token();
    await verify(bearer(good));
    const cookie = { cookie: `__Host-doorward_token=${good}` };
    expect(await verify(request(cookie))).toBe('account-1');
    expect(prove).toHaveBeenCalledTimes(2);
    expect(await verify(request(cookie, 'POST'))).toBe('origin_refused origin');
  });

  test('what is refused is not kept', async () => {
    const verify = verifier();
    await verify(bearer(token({ exp: now - 60 })));
    await verify(bearer('a.b.c'));
    expect(cache.size()).toBe(0);
  });
});

test('JWT-22: a good token of an ended session is refused the first time', async () => {
  feed.end('session-1');
  expect(await verifier()(bearer(token()))).toBe('credentials_invalid session-ended');
});

describe('while the feed is lost', () => {
  beforeEach(() => feed.become('lost'));

  test('"ask" asks about each good token, and only about those', async () => {
    const verify = verifier();
    const good = token();
    expect([await verify(bearer(good)), await verify(bearer(good))]).toEqual(['account-1', 'account-1']);
    expect(ask).toHaveBeenCalledTimes(2);
    await verify(bearer(`${good}x`));
    expect(ask).toHaveBeenCalledTimes(2);
    ask.mockResolvedValue(refuse('credentials_invalid', 'told'));
    expect(await verify(bearer(good))).toBe('credentials_invalid told');
  });

  test('"continue" goes on with what is known', async () => {
    const verify = verifier({ onFeedLoss: 'continue' });
    expect(await verify(bearer(token()))).toBe('account-1');
    feed.end('session-1');
    expect(await verify(bearer(token()))).toBe('credentials_invalid session-ended');
    expect(ask).not.toHaveBeenCalled();
  });

  test('"refuse" refuses good tokens as unavailable, and bad ones as bad', async () => {
    const verify = verifier({ onFeedLoss: 'refuse' });
    expect(await verify(bearer(token()))).toBe('server_unavailable feed-lost');
    expect(await verify(bearer(token({ iss: 'x' })))).toBe('credentials_invalid issuer');
  });

  test('a feed that is about to be had is waited for', async () => {
    const verify = verifier({ feed: { ...feed, ready: async () => feed.become('following') } });
    expect(await verify(bearer(token()))).toBe('account-1');
    expect(ask).not.toHaveBeenCalled();
  });
});

describe('without a feed', () => {
  test('the server is asked about every proven token, and its word on roles counts', async () => {
    const verify = createVerifier({
      find: { carriers: new Set(all), secure: true },
      origins: new Set(),
      tokens: rules,
      offline: { prove, cache, feed: undefined, onFeedLoss: 'continue' },
      ask,
      clock,
    });
    expect(await verify(bearer(token()))).toMatchObject({ roles: ['asked'], expiresAt: now + 240 });
    expect(ask).toHaveBeenCalledTimes(1);
  });

  test.each([{ sessionId: 'session-2' }, { accountId: 'account-2' }, { sessionId: undefined }])(
    'GRD-05: an answer about somebody else is no answer: %j',
    async (other) => {
      ask.mockResolvedValue(asked(other));
      expect(await verifier({ feed: undefined })(bearer(token()))).toBe(
        'server_unavailable answer-of-another',
      );
    },
  );
});

describe('what only the server can prove', () => {
  test.each([
    ['opaque', { authorization: 'Bearer dw_at_x' }],
    ['api-key', { authorization: 'Bearer dw_ak_x' }],
    ['basic', { authorization: 'Basic YTpi' }],
    ['cookie', { cookie: '__Host-doorward_session=dw_sc_x' }],
  ] as const)('SES-05: it is asked about %s each time', async (carrier, headers) => {
    const verify = verifier();
    await verify(request(headers));
    expect(await verify(request(headers))).toBe('account-1');
    expect(ask).toHaveBeenCalledTimes(2);
    expect(ask).toHaveBeenLastCalledWith(expect.objectContaining({ carrier }));
  });

  test('a forged change is refused before anybody is asked', async () => {
    const verify = verifier();
    const headers = { cookie: '__Host-doorward_session=dw_sc_x' };
    expect(await verify(request(headers, 'POST'))).toBe('origin_refused origin');
    expect(ask).not.toHaveBeenCalled();
    expect(await verify(request({ ...headers, origin: 'https://app.example.com' }, 'POST'))).toBe(
      'account-1',
    );
  });
});

describe('GRD-07: two credentials in one request', () => {
  test('a bad token in the header is not saved by a good cookie', async () => {
    const headers = { authorization: 'Bearer a.b.c', cookie: '__Host-doorward_session=dw_sc_x' };
    expect(await verifier()(request(headers))).toMatch(/^credentials_invalid/);
    expect(ask).not.toHaveBeenCalled();
  });

  test('the CSRF rule follows the credential that is used', async () => {
    const headers = { authorization: `Bearer ${token()}`, cookie: '__Host-doorward_session=dw_sc_x' };
    expect(await verifier()(request(headers, 'POST'))).toBe('account-1');
  });
});

test('GRD-03, GRD-04: headers that claim an identity or a health check change nothing', async () => {
  const claims = [
    'x-user-id',
    'x-forwarded-user',
    'x-auth-request-user',
    'remote-user',
    'x-middleware-subrequest',
  ];
  const headers = Object.fromEntries(claims.map((name) => [name, 'account-1']));
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST'])
    expect(await verifier()(request({ ...headers, 'user-agent': 'kube-probe/1.31' }, method))).toBe(
      'credentials_missing none',
    );
});

describe('beside an embedded server', () => {
  const embedded = (): ReturnType<typeof verifier> => verifier({}, { offline: undefined });

  test('it is asked about a JWT, whose claims are then judged by the rules of this guard', async () => {
    expect(await embedded()(bearer(token()))).toBe('account-1');
    expect(await embedded()(bearer(token({ aud: 'https://other.example' })))).toBe(
      'credentials_invalid audience',
    );
    expect(prove).not.toHaveBeenCalled();
  });

  test('no claim is judged before the server has vouched for the token', async () => {
    ask.mockResolvedValue(refuse('credentials_invalid', 'told'));
    expect(await embedded()(bearer(token({ aud: 'https://other.example' })))).toBe(
      'credentials_invalid told',
    );
  });
});
