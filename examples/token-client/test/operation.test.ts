import { CannotStart } from '@doorward/examples-kit';
import { manualClock } from 'doorward';
import { afterEach, describe, expect, test } from 'vitest';
import { createMetrics } from '../src/metrics.ts';
import { createRateLimit } from '../src/rate-limit.ts';
import { readSettings } from '../src/settings.ts';
import { startStrict } from './strict-server.ts';
import { ada, open, signIn, testClock, type Variables } from './systems.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe('log lines', () => {
  const linesOf = async (level: string): Promise<{ lines: readonly string[]; secrets: string[] }> => {
    const clock = testClock();
    const system = await open({ LOG_LEVEL: level }, { clock });
    ends.push(() => system.close());
    const browser = system.browser();
    const { access, refresh } = await signIn(browser);
    const login = await browser.ask('POST', '/login', { json: ada });
    await browser.ask('POST', '/login', {
      json: { username: 'a secret by mistake', password: 'wrong word' },
    });
    await browser.ask('GET', '/protected/profile', { headers: { authorization: `Bearer ${refresh}` } });
    clock.advance(121_000);
    await browser.ask('GET', '/protected/data');
    await browser.ask('POST', '/token/refresh');
    const caller = system.caller();
    await signIn(caller);
    clock.advance(241_000);
    await caller.ask('GET', '/protected/data');
    const cookie = /=([\w-]{43});/.exec(login.headers.getSetCookie()[0] ?? '')?.[1] ?? '';
    const handed = Object.values(login.json).filter((value) => typeof value === 'string');
    const secrets = [access, refresh, ...handed, cookie, ada.password, 'a secret by mistake', 'wrong word'];
    return { lines: system.lines, secrets: secrets.filter((secret) => secret !== 'bearer') };
  };

  test('never hold a token, a password, a cookie or what somebody typed', async () => {
    const { lines, secrets } = await linesOf('DEBUG');
    expect(secrets).toHaveLength(8);
    expect(lines.length).toBeGreaterThan(20);
    for (const secret of secrets)
      for (const part of secret.split('.')) expect(lines.join('\n')).not.toContain(part);
  });

  test('say operations and refreshes at INFO, failures at ERROR, the rest at DEBUG', async () => {
    const { lines } = await linesOf('DEBUG');
    const said = lines.map((line) => line.replace(/^\S+ /, ''));
    for (const line of [
      'INFO somebody signed in',
      'INFO POST /login answered 200',
      'INFO the tokens were refreshed',
      'ERROR POST /login answered 401: sign_in_refused',
      'ERROR the refresh was refused: the tokens are dropped',
      'DEBUG asking the central server: /api/v1/tokens/refresh',
      'DEBUG a vault was made',
    ])
      expect(said).toContain(line);
  });

  test('are fewer the higher the level', async () => {
    const { lines } = await linesOf('ERROR');
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.every((line) => line.includes(' ERROR '))).toBe(true);
    expect((await linesOf('CRITICAL')).lines).toEqual([]);
  });

  test('say at ERROR that the central server is unreachable', async () => {
    const clock = testClock();
    const strict = await startStrict(clock);
    ends.push(() => strict.close());
    const system = await open({ AUTH_BASE_URL: strict.origin, LOG_LEVEL: 'ERROR' }, { clock });
    ends.push(() => system.close());
    strict.mood = 'down';
    await system.caller().ask('POST', '/login', { json: ada });
    expect(system.lines[0]).toContain('ERROR the central server is unreachable');
  });
});

describe('figures', () => {
  test('refreshes and expirations are counted', async () => {
    const system = await open();
    ends.push(() => system.close());
    const caller = system.caller();
    await signIn(caller);
    system.clock.advance(100_000);
    await caller.ask('GET', '/protected/data');
    system.clock.advance(121_000);
    await caller.ask('GET', '/protected/data');
    system.clock.advance(241_000);
    await caller.ask('GET', '/protected/data');
    const { text } = await caller.ask('GET', '/metrics');
    for (const line of [
      'token_client_refreshes_total{outcome="success"} 2',
      'token_client_refreshes_total{outcome="refused"} 1',
      'token_client_expirations_total{token="access"} 2',
      'token_client_expirations_total{token="refresh"} 1',
      'token_client_authentication_failures_total{endpoint="GET /protected/data"} 1',
    ])
      expect(text).toContain(`${line}\n`);
  });

  test('are in the text format, every family once with its lines', () => {
    const metrics = createMetrics();
    metrics.answered('POST /login', 401, 250);
    metrics.answered('POST /login', 200, 500);
    metrics.refreshed('success');
    metrics.refreshed('unreachable');
    const text = metrics.print();
    expect(text).toContain('token_client_response_seconds_sum{endpoint="POST /login"} 0.75\n');
    expect(text).toContain('token_client_response_seconds_count{endpoint="POST /login"} 2\n');
    expect(text).toContain('token_client_refresh_success_ratio 0.5\n');
    expect(text).toContain('token_client_errors_total{endpoint="POST /login",status="401"} 1\n');
    const line = /^(?:# (?:HELP|TYPE) token_client_\w+ .+|token_client_\w+(?:\{[^}]+\})? \d+(?:\.\d+)?)$/;
    for (const one of text.trimEnd().split('\n')) expect(one).toMatch(line);
    expect(text.match(/^# TYPE /gm)).toHaveLength(6);
  });
});

describe('authentication endpoints are rate limited', () => {
  test('by network and endpoint, with how long to wait', async () => {
    const system = await open({ AUTH_BASE_URL: 'http://127.0.0.1:9', RATE_LIMIT_PER_MINUTE: '2' });
    ends.push(() => system.close());
    const post = async (path: string, peer?: string): Promise<number> =>
      (await system.caller(peer).ask('POST', path, { json: {} })).status;
    expect([await post('/login'), await post('/login'), await post('/login')]).toEqual([422, 422, 429]);
    expect(await post('/register')).toBe(422);
    expect(await post('/login', '192.0.2.1')).toBe(422);
    system.clock.advance(20_000);
    const answer = await system.caller().ask('POST', '/login', { json: {} });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '40']);
    expect(answer.json).toEqual({ detail: 'Too many requests. Try again later.' });
    system.clock.advance(40_000);
    expect(await post('/login')).toBe(422);
    for (let call = 0; call < 2; call += 1) expect(await post('/token/refresh')).toBe(401);
    expect(await post('/token/refresh')).toBe(429);
  });

  test('an IPv6 network is a /64, and an IPv4 address the same in both spellings', () => {
    const limit = createRateLimit(1, manualClock(0));
    limit('a', '2001:db8:0:1::5');
    expect(() => limit('a', '2001:db8:0:1:ffff::')).toThrow('Too many requests');
    limit('a', '2001:db8:0:2::5');
    limit('a', '192.0.2.1');
    expect(() => limit('a', '::ffff:192.0.2.1')).toThrow('Too many requests');
  });

  test('what is remembered of strangers is bounded: the oldest window is forgotten', () => {
    const limit = createRateLimit(1, manualClock(0));
    for (let at = 0; at < 10_000; at += 1) limit('a', `network ${at}`);
    expect(() => limit('a', 'network 0')).toThrow('Too many requests');
    limit('a', 'one more');
    limit('a', 'network 0');
    expect(() => limit('a', 'network 9999')).toThrow('Too many requests');
  });
});

describe('settings', () => {
  test('what is wrong is told all at once, and nothing starts', () => {
    const wrong: Variables = {
      AUTH_BASE_URL: 'https://auth.example.com/path',
      ACCESS_TOKEN_EXPIRE_MINUTES: 'two',
      REFRESH_TOKEN_EXPIRE_MINUTES: '0',
      LOG_LEVEL: 'loud',
      REFRESH_AHEAD: 'never',
      RATE_LIMIT_PER_MINUTE: '0',
      CORS_ORIGINS: '*',
    };
    const read = (): unknown => readSettings(wrong);
    expect(read).toThrow(CannotStart);
    for (const name of Object.keys(wrong)) expect(read).toThrow(name);
  });

  test('a refresh token does not live less long than an access token', () => {
    const wrong = { ACCESS_TOKEN_EXPIRE_MINUTES: '5', REFRESH_TOKEN_EXPIRE_MINUTES: '4' };
    expect(() => readSettings(wrong)).toThrow('must not be less');
  });

  test('published and short secrets are refused', async () => {
    for (const VAULT_KEY of ['changeme', 'your-256-bit-secret', 'short'])
      await expect(open({ VAULT_KEY })).rejects.toThrow(CannotStart);
  });

  test('an address may have a slash at its end, and an empty variable is none', () => {
    const settings = readSettings({ AUTH_BASE_URL: 'https://auth.example.com/', LOG_LEVEL: '' });
    expect(settings).toMatchObject({ centralServer: 'https://auth.example.com', logLevel: 'INFO' });
  });
});
