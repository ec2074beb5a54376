import { describe, expect, test } from 'vitest';
import type { Credential } from '../../src/credential.ts';
import { createEmbeddedAsk } from '../../src/remote/ask.ts';
import { type Asked, json, type Script, scripted, settled, silence, start } from './scripted.ts';
import { ada, asking, bearer, known } from './scripted-ask.ts';

describe('the question', () => {
  test.each<[Credential, string, string]>([
    [bearer('dw_at_x'), 'authorization', 'Bearer dw_at_x'],
    [bearer('dw_ak_x', { carrier: 'api-key' }), 'authorization', 'Bearer dw_ak_x'],
    [bearer('YTpi', { carrier: 'basic' }), 'authorization', 'Basic YTpi'],
    [
      bearer('dw_sc_x', { carrier: 'cookie', cookie: '__Host-doorward_session' }),
      'cookie',
      '__Host-doorward_session=dw_sc_x',
    ],
  ])('it shows the one credential to the issuer and nothing beside it', async (credential, name, value) => {
    const { ask, asked } = asking(known());
    await ask(credential);
    expect(asked.map(({ path, redirect }) => [path, redirect])).toEqual([['/api/v1/principal', 'manual']]);
    expect(Object.fromEntries(asked[0]?.headers ?? [])).toEqual({
      accept: 'application/json',
      [name]: value,
    });
  });

  test('the peer goes with it where that is wanted, and only as an address', async () => {
    const { ask, asked } = asking(known(), { forwardPeer: true });
    await ask(bearer('a'));
    await ask(bearer('b', { peer: '2001:db8::7' }));
    await ask(bearer('c', { peer: '203.0.113.7, 10.0.0.1' }));
    await ask(bearer('d', { peer: undefined }));
    expect(asked.map(({ headers }) => headers.get('x-forwarded-for'))).toEqual([
      '203.0.113.7',
      '2001:db8::7',
      null,
      null,
    ]);
  });

  test.each(['a\nb', 'a\0', 'schlüssel', '\u{1f600}', 'x'.repeat(20_000)])(
    'INP-13: what cannot stand in a header is refused unasked',
    async (value) => {
      const { ask, asked } = asking(known());
      expect(await ask(bearer(value))).toMatchObject({ code: 'credentials_invalid' });
      expect(asked).toHaveLength(0);
    },
  );
});

describe('the answer', () => {
  test('a known caller is a principal, frozen all the way down', async () => {
    const { ask } = asking(known());
    const principal = await ask(bearer('a'));
    expect(principal).toEqual({
      accountId: 'ada',
      sessionId: 'session-1',
      carrier: 'opaque',
      roles: ['reporter'],
      scopes: ['reports:read'],
      provenAt: start / 1000 - 2,
      amr: ['pwd'],
      expiresAt: undefined,
    });
    expect(Object.isFrozen(principal)).toBe(true);
    if ('code' in principal) throw new Error('refused');
    expect([principal.roles, principal.scopes, principal.amr].every((list) => Object.isFrozen(list))).toBe(
      true,
    );
  });

  test('a cookie ends with its session; API keys and Basic have none', async () => {
    const { ask, answer } = asking(known({ carrier: 'cookie' }));
    expect(await ask(bearer('a', { carrier: 'cookie', cookie: 'doorward_session' }))).toMatchObject({
      expiresAt: start / 1000 + 3600,
    });
    answer(known({ carrier: 'api-key', session: null }));
    expect(await ask(bearer('b', { carrier: 'api-key' }))).toMatchObject({ sessionId: undefined });
  });

  test('GRD-07: a credential that the server takes for another carrier is refused', async () => {
    const { ask } = asking(known({ carrier: 'cookie' }));
    expect(await ask(bearer('a'))).toMatchObject({
      code: 'credentials_invalid',
      detail: { check: 'other-carrier' },
    });
  });

  test.each<[number, Record<string, string>, object]>([
    [401, {}, { code: 'credentials_invalid' }],
    [403, {}, { code: 'credentials_invalid' }],
    [400, {}, { code: 'request_malformed' }],
    [431, {}, { code: 'request_malformed' }],
    [429, { 'retry-after': '17' }, { code: 'attempts_exhausted', retryAfter: 17 }],
    [429, { 'retry-after': 'soon' }, { code: 'attempts_exhausted', retryAfter: 1 }],
    [503, { 'retry-after': '5' }, { code: 'server_unavailable', retryAfter: 5 }],
    [503, { 'retry-after': '99999999' }, { code: 'server_unavailable', retryAfter: 86_400 }],
  ])('%i means a refusal', async (status, headers, refusal) => {
    const { ask } = asking(() => json({}, { status, headers }));
    expect(await ask(bearer('a'))).toMatchObject(refusal);
  });

  test.each([
    [401, 'dw_why_AZ09_-', 'dw_why_AZ09_-'],
    [429, 'dw_why_x', 'dw_why_x'],
    [401, '<script>', undefined],
    [401, 7, undefined],
  ])('%i hands on the id that explains it, where it is one: %s', async (status, decision, handedOn) => {
    const { ask } = asking(() => json({ decision }, { status }));
    expect(await ask(bearer('a'))).toHaveProperty('decision', handedOn);
  });

  test.each<[string, Script]>([
    ['500 with a caller in it', () => json(ada, { status: 500 })],
    ['404', () => json({}, { status: 404 })],
    ['204', () => new Response(null, { status: 204 })],
    ['201', () => json(ada, { status: 201 })],
    ['HTML', () => new Response('<!doctype html>')],
    ['an empty text', () => new Response('', { headers: { 'content-type': 'application/json' } })],
    ['null', () => json(null)],
    ['true', () => json(true)],
    ['an error object', () => json({ error: 'internal' })],
    ['a caller that is not said to be JSON', () => new Response(JSON.stringify(ada))],
    ['a caller without account', known({ account: undefined })],
    ['a caller without id', known({ account: { ...ada.account, id: '' } })],
    ['a caller without carrier', known({ carrier: undefined })],
    ['roles as text', known({ account: { ...ada.account, roles: 'admin' } })],
    ['scopes as text', known({ scopes: 'reports:read' })],
    ['scopes with a space', known({ scopes: ['a b'] })],
    ['no session', known({ session: null })],
    ['a session without end', known({ session: { id: 'a' } })],
    ['a proof without time', known({ proven_at: 'yesterday' })],
    ['a proof at no time', known({ proven_at: '2026-99-99T00:00:00Z' })],
    ['methods as text', known({ amr: 'pwd' })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
    ['more than it may say', known({ padding: 'x'.repeat(70_000) })],
    ['a lost line', () => Promise.reject(new TypeError('fetch failed'))],
    [
      'half an answer',
      () => new Response(new ReadableStream({ start: (body) => body.error(new Error('cut')) })),
    ],
  ])('GRD-01: %s lets nobody pass', async (_what, script) => {
    const { ask, asked } = asking(script, { cacheSeconds: 60 });
    expect(await ask(bearer('a'))).toMatchObject({ code: 'server_unavailable' });
    expect(await ask(bearer('a'))).toMatchObject({ code: 'server_unavailable' });
    expect(asked).toHaveLength(2);
  });

  test('GRD-01: an answer that does not come lets nobody pass', async () => {
    const { ask, asked, clock } = asking(silence);
    const outcome = ask(bearer('a'));
    clock.advance(3000);
    expect(await outcome).toMatchObject({ code: 'server_unavailable', detail: { reason: 'timeout' } });
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  test('GRD-01: an answer that begins and does not end lets nobody pass', async () => {
    const { ask, clock } = asking(
      () => new Response(new ReadableStream(), { headers: { 'content-type': 'application/json' } }),
    );
    const outcome = ask(bearer('a'));
    await settled();
    clock.advance(3000);
    expect(await outcome).toMatchObject({ code: 'server_unavailable', detail: { reason: 'timeout' } });
  });

  test('LOG-01: no refusal holds the credential', async () => {
    const secret = 'dw_at_very_secret';
    const scripts: Script[] = [
      () => json({}, { status: 401 }),
      () => Promise.reject(new TypeError(`invalid header ${secret}`)),
      ({ headers }) => new Response(`<p>${headers.get('authorization')}</p>`),
    ];
    for (const script of scripts) {
      const { ask, lines } = asking(script);
      expect(JSON.stringify([await ask(bearer(secret)), lines])).not.toContain('very_secret');
    }
  });
});

describe('a server in this process', () => {
  test('it is asked each time, told the peer, and no network is touched', async () => {
    const seen: [string, string | null, string | undefined][] = [];
    const { issuer, asked } = scripted(() => json({}));
    const ask = createEmbeddedAsk(issuer, {
      fetch: async (request, connection) => {
        seen.push([request.url, request.headers.get('authorization'), connection?.peer]);
        return json(ada);
      },
    });
    expect(await ask(bearer('a'))).toMatchObject({ accountId: 'ada' });
    expect(await ask(bearer('a'))).toMatchObject({ accountId: 'ada' });
    expect(await ask(bearer('a\n'))).toMatchObject({ code: 'credentials_invalid' });
    const each = ['https://id.example.com/api/v1/principal', 'Bearer a', '203.0.113.7'];
    expect(seen).toEqual([each, each]);
    expect(asked).toHaveLength(0);
  });

  test('GRD-01: when it breaks, nobody passes', async () => {
    const { issuer } = scripted(() => json({}));
    const broken = createEmbeddedAsk(issuer, { fetch: () => Promise.reject(new Error('the store is gone')) });
    expect(await broken(bearer('a'))).toMatchObject({ code: 'server_unavailable' });
    const throwing = createEmbeddedAsk(issuer, {
      fetch: () => {
        throw new Error('closed');
      },
    });
    expect(await throwing(bearer('a'))).toMatchObject({ code: 'server_unavailable' });
  });
});

test('OAU-21: whatever an answer names, nobody but the issuer is spoken to', async () => {
  const away = { status: 307, headers: { location: 'http://169.254.169.254/latest/meta-data' } };
  const paths: string[] = [];
  const script = (asked: Asked): Response => {
    paths.push(asked.path);
    return new Response(null, away);
  };
  const { ask } = asking(script);
  expect(await ask(bearer('a'))).toMatchObject({
    code: 'server_unavailable',
    detail: { reason: 'redirect' },
  });
  expect(paths).toEqual(['/api/v1/principal']);
});
