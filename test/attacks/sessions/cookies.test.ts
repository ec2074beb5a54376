/** Attacks by cookie: stripped attributes, cookies that are no sessions, too many of them, stale ones. */
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { listen } from '../../../packages/server/src/program/serving/listener.ts';
import { carriers, cookieHeader, device, otherPassword, person } from '../../journeys/cast.ts';
import { type Serving, type ServingOptions, serveHandler } from '../../kit/serving.ts';
import { goodPassword, member, signIn, visit } from '../../kit/visitor.ts';

const session = '/api/v1/session';
const https = { issuer: 'https://id.example.com' };
const open: Serving[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function serve(options: ServingOptions = {}): Promise<Serving> {
  const serving = await serveHandler({ lightHashing: true, ...options });
  open.push(serving);
  return serving;
}

/** The same server, with every Set-Cookie line of every answer written down. */
async function recorded(options: ServingOptions): Promise<{ serving: Serving; answers: string[][] }> {
  const serving = await serve(options);
  const answers: string[][] = [];
  const send: Serving['send'] = async (request, peer) => {
    const response = await serving.send(request, peer);
    answers.push(response.headers.getSetCookie());
    return response;
  };
  return { serving: { ...serving, send }, answers };
}

/** Everything that sets or clears a cookie: sign in, change the password, refresh, be refused, sign out, delete. */
async function everyCookie(serving: Serving): Promise<void> {
  for (const carrier of carriers) {
    const ada = await person(serving, carrier, { carrier });
    const body = { current_password: goodPassword, new_password: otherPassword };
    const changed = await ada.ask('PUT', '/api/v1/account/password', { body });
    const token = member(changed.json, 'access_token');
    const said = token === '' ? {} : { bearer: token };
    await ada.ask('POST', '/api/v1/tokens/refresh', said);
    const old = cookieHeader(ada);
    await ada.ask('DELETE', session, said);
    const headers = { cookie: old, origin: serving.origin };
    await visit(serving).ask('GET', session, { headers });
    await visit(serving).ask('POST', '/api/v1/tokens/refresh', { headers });
    const again = visit(serving);
    await signIn(again, ada.email, { carrier, password: otherPassword });
    await again.ask('DELETE', '/api/v1/account', { body: { password: otherPassword } });
  }
}

describe('SES-09: cookie attributes', () => {
  test.each([
    [
      'https',
      https,
      /^__Host-doorward_(?:session|token|refresh)=[^;]*; Path=\/; Max-Age=\d+; SameSite=(?:Lax|Strict); HttpOnly; Secure$/,
    ],
    [
      'http on this machine',
      {},
      /^doorward_(?:session|token|refresh)=[^;]*; Path=\/; Max-Age=\d+; SameSite=(?:Lax|Strict); HttpOnly$/,
    ],
  ])(
    'every cookie on %s is bound to this host, hidden from scripts and small',
    async (_where, settings, shape) => {
      const { serving, answers } = await recorded({ settings });
      await everyCookie(serving);
      const lines = answers.flat();
      expect(lines.length).toBeGreaterThan(12);
      for (const line of lines) {
        expect(line).toMatch(shape);
        expect(line).not.toMatch(/; *domain/i);
        expect(line.slice(0, line.indexOf(';')).length).toBeLessThanOrEqual(4096);
        expect(Number(/Max-Age=(\d+)/.exec(line)?.[1])).toBeLessThanOrEqual(400 * 86_400);
      }
      for (const answer of answers) {
        const names = answer.map((line) => line.slice(0, line.indexOf('=')));
        expect(new Set(names).size).toBe(names.length);
      }
    },
  );

  test('a cookie is taken away with the attributes that it was set with', async () => {
    const { serving, answers } = await recorded({ settings: https });
    await everyCookie(serving);
    const attributes = new Map<string, Set<string>>();
    for (const line of answers.flat()) {
      const name = line.slice(0, line.indexOf('='));
      const rest = line.slice(line.indexOf(';')).replace(/Max-Age=\d+; /, '');
      attributes.set(name, (attributes.get(name) ?? new Set()).add(rest));
    }
    for (const [name, kinds] of attributes) expect([name, kinds.size]).toEqual([name, 1]);
    expect(answers.flat().filter((line) => line.includes('Max-Age=0')).length).toBeGreaterThan(3);
  });

  test('no answer with a cookie, or about somebody, is kept by a cache', async () => {
    const serving = await serve();
    const ada = await person(serving, 'ada', { carrier: 'cookie' });
    for (const path of [session, '/api/v1/account', '/api/v1/account/sessions', '/verify'])
      expect((await ada.ask('GET', path)).headers.get('cache-control')).toBe('no-store');
  });
});

test('SES-11: no header takes Secure away, or puts another host into an answer', async () => {
  const serving = await serve({ settings: https });
  const headers = {
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'evil.example',
    forwarded: 'proto=http;host=evil.example',
    'x-url-scheme': 'http',
    host: 'evil.example',
  };
  const email = 'ada@example.com';
  await person(serving, 'ada');
  for (const carrier of ['cookie', 'jwt-cookie']) {
    const body = { identifier: email, password: goodPassword, carrier };
    const answer = await visit(serving).ask('POST', '/api/v1/sessions', { body, headers });
    for (const line of answer.headers.getSetCookie()) expect(line).toMatch(/^__Host-.*; Secure$/);
    expect(JSON.stringify([...answer.headers, answer.text])).not.toContain('evil.example');
  }
  const refused = await visit(serving).ask('GET', session, { headers });
  expect(refused.headers.get('www-authenticate')).toContain('https://id.example.com');
  // RFC 6797
  expect(refused.headers.get('strict-transport-security')).toContain('max-age');
});

test('a cookie without its prefix, or in another spelling, is no cookie of ours on https', async () => {
  const serving = await serve({ settings: https });
  const ada = await person(serving, 'ada', { carrier: 'cookie' });
  const value = ada.cookies.get('__Host-doorward_session') ?? '';
  const status = async (cookie: string): Promise<number> =>
    (await visit(serving).ask('GET', session, { headers: { cookie } })).status;
  expect(await status(`__Host-doorward_session=${value}`)).toBe(200);
  for (const name of [
    'doorward_session',
    '__Secure-doorward_session',
    '__host-doorward_session',
    'x__Host-doorward_session',
  ])
    expect(await status(`${name}=${value}`)).toBe(401);
  expect(await status(`__Host-doorward_session="${value}"`)).toBe(401);
  expect(await status(`__Host-doorward_session=planted; __Host-doorward_session=${value}`)).toBe(401);
});

test('SES-17: auxiliary cookies and tokens are no sessions', async () => {
  const serving = await serve();
  const ada = await person(serving, 'ada', { carrier: 'jwt-cookie' });
  const refused = await visit(serving).ask('GET', session);
  const [jwt = '', refresh = ''] = [ada.cookies.get('doorward_token'), ada.cookies.get('doorward_refresh')];
  const own = await device(serving, ada, { carrier: 'cookie' });
  const handle = own.cookies.get('doorward_session') ?? '';
  for (const [name, value] of [
    ['doorward_session', jwt],
    ['doorward_session', refresh],
    ['doorward_session', String(refused.json['decision'])],
    ['doorward_session', ada.session],
    ['doorward_session', ada.account],
    ['doorward_token', handle],
    ['doorward_token', refresh],
    ['doorward_refresh', jwt],
  ]) {
    const cookie = `${name}=${value}`;
    expect((await visit(serving).ask('GET', session, { headers: { cookie } })).status).toBe(401);
  }
  for (const bearer of [handle, jwt, refresh, String(refused.json['decision']), ada.session])
    expect((await visit(serving).ask('GET', session, { bearer })).status).toBe(401);
});

describe('SES-18: a cookie bomb does not lock anybody out for good', () => {
  const raw = (port: number, cookies: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      const head = `GET ${session} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n`;
      let answer = '';
      socket.on('data', (data) => (answer += data.toString()));
      socket.on('close', () => resolve(answer));
      socket.on('error', (error: NodeJS.ErrnoException) => error.code !== 'ECONNRESET' && reject(error));
      socket.write(`${head}${cookies.map((cookie) => `Cookie: ${cookie}\r\n`).join('')}\r\n`);
    });

  test('sixty cookies of four kilobytes are refused with 431, never with 500, and the next visitor is served', async () => {
    const serving = await serve();
    const listener = await listen(serving.assembly.handler, { host: '127.0.0.1', port: 0 });
    const bomb = Array.from({ length: 60 }, (_, i) => `c${i}=${'x'.repeat(4000)}`);
    expect(await raw(listener.port, [bomb.join('; ')])).toMatch(/^HTTP\/1\.1 4(?:31|00) /);
    expect(await raw(listener.port, bomb)).toMatch(/^HTTP\/1\.1 4(?:31|00) /);
    expect(await raw(listener.port, [])).toMatch(/^HTTP\/1\.1 401 /);
    await listener.stop(100);
  });

  test('what still fits beside a session does not hide it', async () => {
    const serving = await serve();
    const ada = await person(serving, 'ada', { carrier: 'cookie' });
    const junk = Array.from({ length: 50 }, (_, i) => `c${i}=doorward_session=${i}`).join('; ');
    const headers = { cookie: `${junk}; ${cookieHeader(ada)}; d=1` };
    expect((await visit(serving).ask('GET', session, { headers })).status).toBe(200);
  });
});

describe('SES-19: stale cookies are cleared', () => {
  test.each(['cookie', 'jwt-cookie'])(
    'a refused %s is taken away, and no former identity is shown',
    async (carrier) => {
      const serving = await serve();
      const ada = await person(serving, 'ada', { carrier });
      const held = [...ada.cookies.keys()][0] ?? '';
      const old = cookieHeader(ada);
      await ada.ask('DELETE', session);
      const refused = await visit(serving).ask('GET', session, { headers: { cookie: old } });
      expect(refused.status).toBe(401);
      expect(refused.headers.getSetCookie().map((line) => line.split(';')[0])).toEqual([`${held}=`]);
      expect(refused.text).not.toContain(ada.email);
      expect(refused.text).not.toContain(ada.account);
      const visitor = visit(serving);
      visitor.cookies.set(held, 'nonsense');
      expect((await visitor.ask('GET', session)).status).toBe(401);
      expect(visitor.cookies.size).toBe(0);
    },
  );

  test('a cookie that was not judged is left alone', async () => {
    const serving = await serve();
    const ada = await person(serving, 'ada', { carrier: 'cookie' });
    const body = { identifier: ada.email, password: 'not my password' };
    await ada.ask('POST', '/api/v1/sessions', { body });
    await ada.ask('GET', session, { headers: { cookie: cookieHeader(ada), authorization: 'Bearer x' } });
    await ada.ask('POST', '/api/v1/tokens/refresh', { body: { refresh_token: 'x' } });
    expect((await ada.ask('GET', session)).status).toBe(200);
  });
});
