import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Caller } from './caller.ts';
import { ada, type Started, signIn, start } from './systems.ts';

let program: Started;
let caller: Caller;

beforeAll(async () => {
  program = await start({ RATE_LIMIT_PER_MINUTE: '1000', CORS_ORIGINS: 'https://app.example.com' });
  caller = program.caller();
});
afterAll(() => program.stop());

const person = (username: string): typeof ada => ({ ...ada, username, email: `${username}@example.com` });
const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${token}` },
});
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

test('GET /health says healthy, with the time and the central server', async () => {
  expect(await caller.ask('GET', '/health')).toMatchObject({
    status: 200,
    json: { status: 'healthy', timestamp: expect.stringMatching(isoTime), dependencies: { auth: 'up' } },
  });
});

describe('POST /register', () => {
  const register = (json: unknown): Promise<Answer> => caller.ask('POST', '/register', { json });

  test('makes an account, with or without a full name', async () => {
    const made = { status: 200, json: { message: 'User registered successfully' } };
    expect(await register(person('bob'))).toMatchObject(made);
    const { full_name: _, ...short } = person('eve');
    expect(await register(short)).toMatchObject(made);
    expect(await register({ ...person('mel'), full_name: null })).toMatchObject(made);
  });

  test('a username or e-mail address that somebody has is 409, in the words of the central server', async () => {
    await register(person('tom'));
    const taken = {
      status: 409,
      json: { detail: 'An account with this e-mail address or username exists.' },
    };
    expect(await register({ ...person('tim'), username: 'tom' })).toMatchObject(taken);
    expect(await register({ ...person('tim'), email: 'tom@example.com' })).toMatchObject(taken);
  });

  test('what the central server does not take is 400, in its words', async () => {
    const short = await register({ ...person('sue'), password: 'short' });
    expect(short).toMatchObject({ status: 400, json: { detail: expect.stringContaining('8 characters') } });
    const odd = await register({ ...person('sue'), username: 'a\u0001b' });
    expect(odd).toMatchObject({ status: 400, json: { detail: expect.stringContaining('username') } });
  });

  test('every wrong field has one entry of its own', async () => {
    const wrong = await register({ username: '', email: 'nobody', password: 7, full_name: [] });
    expect(wrong.status).toBe(422);
    expect(wrong.json['detail']).toEqual([
      { loc: ['body', 'username'], msg: 'Input should not be empty', type: 'value_error' },
      { loc: ['body', 'email'], msg: 'Input should be an e-mail address', type: 'value_error' },
      { loc: ['body', 'password'], msg: 'Input should be text', type: 'string_type' },
      { loc: ['body', 'full_name'], msg: 'Input should be text', type: 'string_type' },
    ]);
    const missing = await register({});
    expect(missing.json['detail']).toEqual(
      ['username', 'email', 'password'].map((field) => ({
        loc: ['body', field],
        msg: 'Field required',
        type: 'missing',
      })),
    );
  });
});

describe('POST /login', () => {
  test.each(['username', 'email'] as const)('answers with the tokens, by %s', async (by) => {
    await caller.ask('POST', '/register', { json: person('ann') });
    const json = { username: person('ann')[by], password: ada.password };
    const answer = await caller.ask('POST', '/login', { json });
    expect(answer).toMatchObject({ status: 200, json: { token_type: 'bearer', expires_in: 120 } });
    expect(Object.keys(answer.json)).toEqual(['access_token', 'refresh_token', 'token_type', 'expires_in']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('a wrong password and an unknown user are the same 401', async () => {
    await caller.ask('POST', '/register', { json: person('kim') });
    const claims = [
      { username: 'kim', password: 'wrong wrong wrong' },
      { username: 'nobody', password: ada.password },
    ];
    const answers = await Promise.all(claims.map((json) => caller.ask('POST', '/login', { json })));
    for (const { status, json } of answers)
      expect([status, json]).toEqual([401, { detail: 'Incorrect username or password' }]);
  });

  test('missing fields are 422', async () => {
    const { status, json } = await caller.ask('POST', '/login', { json: { username: 'kim' } });
    expect([status, json]).toEqual([
      422,
      { detail: [{ loc: ['body', 'password'], msg: 'Field required', type: 'missing' }] },
    ]);
  });
});

test('POST /logout drops the tokens and revokes them at the central server', async () => {
  const { access } = await signIn(caller, person('leo'));
  expect((await caller.ask('GET', '/protected/profile', bearer(access))).status).toBe(200);
  expect(await caller.ask('POST', '/logout')).toMatchObject({
    status: 200,
    json: { message: 'Successfully logged out' },
  });
  expect((await caller.ask('GET', '/protected/profile', bearer(access))).status).toBe(401);
  expect((await caller.ask('GET', '/token/status')).json['has_access_token']).toBe(false);
  expect((await caller.ask('POST', '/logout')).status).toBe(200);
});

describe('GET /token/status', () => {
  test('without tokens', async () => {
    await caller.ask('POST', '/logout');
    expect((await caller.ask('GET', '/token/status')).json).toEqual({
      has_access_token: false,
      has_refresh_token: false,
      access_token_expired: true,
      refresh_token_expired: true,
      access_expires_at: null,
      refresh_expires_at: null,
    });
  });

  test('with tokens, with their ends', async () => {
    await signIn(caller, person('ida'));
    expect((await caller.ask('GET', '/token/status')).json).toEqual({
      has_access_token: true,
      has_refresh_token: true,
      access_token_expired: false,
      refresh_token_expired: false,
      access_expires_at: expect.stringMatching(isoTime),
      refresh_expires_at: expect.stringMatching(isoTime),
    });
  });
});

test('POST /token/refresh gets new tokens, and is 401 without any', async () => {
  await signIn(caller, person('uwe'));
  expect(await caller.ask('POST', '/token/refresh')).toMatchObject({
    status: 200,
    json: { message: 'Token refreshed successfully' },
  });
  await caller.ask('POST', '/logout');
  expect((await caller.ask('POST', '/token/refresh')).status).toBe(401);
});

test('GET /protected/data says who is signed in, and is 401 when nobody is', async () => {
  await signIn(caller, person('max'));
  expect(await caller.ask('GET', '/protected/data')).toMatchObject({
    status: 200,
    json: { message: 'Access granted to max@example.com' },
  });
  await caller.ask('POST', '/logout');
  expect(await caller.ask('GET', '/protected/data')).toMatchObject({
    status: 401,
    json: { detail: 'No valid access token available. Please login first.' },
  });
});

test('GET /protected/profile shows the owner of the token in the header, and nothing without one', async () => {
  const { access } = await signIn(caller, person('zoe'));
  expect(await caller.ask('GET', '/protected/profile', bearer(access))).toMatchObject({
    status: 200,
    json: {
      message: 'Access granted to protected profile endpoint',
      user: { id: expect.any(String), username: 'zoe', email: 'zoe@example.com', full_name: ada.full_name },
      timestamp: expect.stringMatching(isoTime),
    },
  });
  const changed = `${access.slice(0, -1)}${access.endsWith('A') ? 'B' : 'A'}`;
  const basic = { headers: { authorization: `Basic ${btoa(`zoe:${ada.password}`)}` } };
  for (const more of [{}, bearer(changed), bearer('x'), bearer(''), bearer('ä'), basic]) {
    const refused = await caller.ask('GET', '/protected/profile', more);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
  }
});

test('GET /metrics counts refreshes, failures, errors, times and expirations', async () => {
  await signIn(caller, person('pia'));
  await caller.ask('POST', '/token/refresh');
  await caller.ask('POST', '/login', { json: { username: 'pia', password: 'wrong wrong wrong' } });
  const { headers, text } = await caller.ask('GET', '/metrics');
  expect(headers.get('content-type')).toContain('text/plain; version=0.0.4');
  for (const pattern of [
    /^token_client_refreshes_total\{outcome="success"\} [1-9]/m,
    /^token_client_refresh_success_ratio [01](?:\.\d+)?$/m,
    /^token_client_authentication_failures_total\{endpoint="POST \/login"\} [1-9]/m,
    /^token_client_response_seconds_sum\{endpoint="POST \/login"\} \d/m,
    /^token_client_errors_total\{endpoint="POST \/login",status="401"\} [1-9]/m,
    /^token_client_expirations_total\{token="access"\} \d/m,
  ])
    expect(text).toMatch(pattern);
});

test.each(['/docs', '/redoc', '/openapi.json', '/health', '/token/status', '/demo/test-flow', '/metrics'])(
  '%s answers with and without a slash at its end, and HEAD',
  async (path) => {
    for (const spelling of [path, `${path}/`])
      expect((await caller.ask('GET', spelling)).status, spelling).toBe(200);
    const head = await caller.ask('HEAD', path);
    expect([head.status, head.text]).toEqual([200, '']);
  },
);

test('an unknown path is 404 and a wrong method 405 with Allow, in the shape of this system', async () => {
  expect(await caller.ask('GET', '/users')).toMatchObject({ status: 404, json: { detail: 'Not found' } });
  const wrong = await caller.ask('DELETE', '/login');
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  expect(wrong.json).toEqual({ detail: 'Method not allowed' });
});

test('CORS: the sites on the list may call, nobody else, and there is no *', async () => {
  const from = (origin: string): { headers: Record<string, string> } => ({ headers: { origin } });
  const friend = await caller.ask('GET', '/health', from('https://app.example.com'));
  expect(friend.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  const preflight = await caller.ask('OPTIONS', '/login', {
    headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
    204,
    'GET, POST',
  ]);
  const stranger = await caller.ask('GET', '/health', from('https://evil.example.com'));
  expect([stranger.status, stranger.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  const attack = await caller.ask('POST', '/logout', from('https://evil.example.com'));
  expect([attack.status, attack.json]).toEqual([403, { detail: 'Origin not allowed' }]);
  expect((await caller.ask('POST', '/logout', from(program.origin))).status).toBe(200);
});
