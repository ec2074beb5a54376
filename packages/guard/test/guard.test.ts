import { describe, expect, test } from 'vitest';
import { type GuardLine, type GuardOptions, guard, manualClock, requireScope } from '../src/index.ts';
import { audience, issuer, keys, now, request, token } from './forge.ts';

const bearer = (value: string) => request({ authorization: `Bearer ${value}` });
const jwks = JSON.stringify({
  keys: [{ ...keys['ed']?.export({ format: 'jwk' }), kid: 'ed', alg: 'EdDSA', use: 'sig' }],
});
const page = JSON.stringify({ entries: [], last: 0, gap: false });
const json = (text: string): Response =>
  new Response(text, { headers: { 'content-type': 'application/json' } });

/** A guard before an issuer that is made of answers, by path. */
function build(answers: Readonly<Record<string, () => Response>>, more: Partial<GuardOptions> = {}) {
  const lines: GuardLine[] = [];
  const asked: string[] = [];
  const made = guard({
    issuer,
    audience,
    feed: 'pull',
    clock: manualClock(now * 1000),
    log: (line) => void lines.push(line),
    fetch: async (url) => {
      const { pathname } = new URL(url);
      asked.push(pathname);
      const answer = answers[pathname];
      if (!answer) throw new TypeError('unreachable');
      return answer();
    },
    ...more,
  });
  return { made, lines, asked };
}

const whole = {
  '/.well-known/jwks.json': () => json(jwks),
  '/api/v1/revocations': () => json(page),
};

test('keys, feed and cache work together, and the state tells of it', async () => {
  const { made, asked } = build(whole);
  expect((await made.verify(bearer(token()), requireScope('orders:read'))).principal?.accountId).toBe(
    'account-1',
  );
  expect((await made.verify(bearer(token()))).principal?.accountId).toBe('account-1');
  expect((await made.verify(bearer('a.b.c'))).failure?.code).toBe('credentials_invalid');
  expect(asked.toSorted()).toEqual(['/.well-known/jwks.json', '/api/v1/revocations'].toSorted());
  expect(made.state()).toMatchObject({
    feed: { status: 'following' },
    keys: { held: 1 },
    cachedTokens: 1,
    verdicts: { passed: 2, credentials_invalid: 1 },
  });
  expect(made.metrics()).toContain('doorward_guard_feed_following 1');
  made.close();
});

test('a session that the feed names and a key that is gone take their tokens out of the cache', async () => {
  const clock = manualClock(now * 1000);
  const until = new Date((now + 600) * 1000).toISOString();
  const entry = { seq: 1, sid: 'session-1', at: until, until };
  let [feed, keySet] = [page, jwks];
  const answers = { '/.well-known/jwks.json': () => json(keySet), '/api/v1/revocations': () => json(feed) };
  const { made } = build(answers, { clock });
  await made.verify(bearer(token()));
  await made.verify(bearer(token({ sid: 'session-2' })));
  expect(made.state().cachedTokens).toBe(2);

  feed = JSON.stringify({ entries: [entry], last: 1, gap: false });
  clock.advance(3000);
  expect((await made.verify(bearer(token({ sid: 'session-2' })))).principal?.sessionId).toBe('session-2');
  expect(made.state().cachedTokens).toBe(1);

  keySet = jwks.replace('"kid":"ed"', '"kid":"next"');
  clock.advance(60_000);
  expect((await made.verify(bearer(token({}, { kid: 'unknown' })))).failure?.code).toBe(
    'credentials_invalid',
  );
  expect(made.state().cachedTokens).toBe(0);
  expect((await made.verify(bearer(token({ sid: 'session-2' })))).failure?.code).toBe('credentials_invalid');
  made.close();
});

test('a web request does as well', async () => {
  const { made } = build(whole);
  const web = new Request(audience, { headers: { authorization: `Bearer ${token()}` } });
  expect((await made.verify(web)).principal?.carrier).toBe('jwt');
  made.close();
});

describe('GRD-01, JWT-16: when the server is gone, or answers nonsense, nobody passes', () => {
  const oct = JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'ed', alg: 'EdDSA' }] });
  const answers: readonly (readonly [string, (() => Response) | undefined])[] = [
    ['nobody answers', undefined],
    ['a server error', () => new Response('{"keys":[]}', { status: 500 })],
    ['a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['no keys', () => json('{"keys":[]}')],
    ['a shared secret', () => json(oct)],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
    ['null', () => json('null')],
  ];
  test.each(answers)('%s', async (_, answer) => {
    const { made, asked } = build(answer ? { ...whole, '/.well-known/jwks.json': answer } : {});
    const { failure, principal } = await made.verify(bearer(token()));
    expect([failure?.status, principal]).toEqual([503, undefined]);
    expect(new Set(asked)).toEqual(new Set(['/.well-known/jwks.json']));
    made.close();
  });

  test('the same for what the server is asked about', async () => {
    for (const answer of [undefined, () => json('{}'), () => json('{"account":{"id":"account-1"}}')]) {
      const { made } = build(answer ? { '/api/v1/principal': answer } : {});
      expect((await made.verify(bearer('dw_at_x'))).failure?.status).toBe(503);
      made.close();
    }
  });
});

test('JWT-04: ten thousand unknown key names cost the server one question', async () => {
  const { made, asked } = build(whole);
  await made.verify(bearer(token()));
  asked.length = 0;
  for (let at = 0; at < 10_000; at += 1) {
    const [, payload, signature] = token().split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'at+jwt', kid: `k${at}` })).toString(
      'base64url',
    );
    const { failure } = await made.verify(bearer(`${header}.${payload}.${signature}`));
    expect(failure?.code).toBe('credentials_invalid');
  }
  expect(asked).toEqual(['/.well-known/jwks.json']);
  made.close();
});

test('without carriers that need them, no keys are fetched and no feed is followed', () => {
  const { made, asked } = build(whole, { carriers: ['opaque'], feed: 'push' });
  expect(made.state()).toMatchObject({ feed: { status: 'off' }, keys: { held: 0 } });
  expect(asked).toEqual([]);
  made.close();
});

test('a defect on the way is told in one line without a credential, and a log that throws changes nothing', async () => {
  const broken = () => {
    throw new TypeError('broken requirement');
  };
  const { made, lines } = build(whole);
  expect((await made.verify(bearer(token()), broken)).failure?.status).toBe(503);
  expect(lines).toContainEqual({
    level: 'warn',
    time: new Date(now * 1000).toISOString(),
    event: 'check-broken',
    detail: { reason: 'TypeError: broken requirement' },
  });
  expect(JSON.stringify(lines)).not.toContain(token());
  made.close();

  const log = () => {
    throw new Error('full disk');
  };
  const silent = build(whole, { log }).made;
  expect((await silent.verify(bearer(token()), broken)).failure?.status).toBe(503);
  expect(silent.state().linesLost).toBeGreaterThan(0);
  silent.close();
});
