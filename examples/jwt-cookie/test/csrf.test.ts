import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserOf, type Caller, callerOf, formOf, pageWanted } from './caller.ts';
import { goodPassword, type Inside, openInside } from './program.ts';

let system: Inside;
beforeAll(async () => {
  system = await openInside();
});
afterAll(() => system.close());

const origin = 'http://localhost:5000';
const evil = 'https://evil.example';
const right = { username: 'ada', password: goodPassword };
const browser = (): Caller => browserOf(origin, (request) => system.fetch(request));
const program = (): Caller => callerOf(origin, (request) => system.fetch(request));

/** What comes with a request that another site made a browser send, by the way it was sent. */
const forgeries: readonly (readonly [string, Record<string, string>])[] = [
  ['a form of another site', { accept: pageWanted, origin: evil, 'sec-fetch-site': 'cross-site' }],
  ['a form of another site, by an old browser', { accept: pageWanted, origin: evil }],
  ['a form of another site, by a very old browser', { accept: pageWanted }],
  ['a form of a page without an origin', { accept: pageWanted, origin: 'null' }],
  ['a form of another port', { accept: pageWanted, origin: 'http://localhost:5001' }],
  ['a form, by a browser that hides the origin', { accept: pageWanted, 'sec-fetch-site': 'cross-site' }],
  ['a form of a sibling', { accept: pageWanted, origin: evil, 'sec-fetch-site': 'same-site' }],
  ['a script of another site', { accept: '*/*', origin: evil, 'sec-fetch-site': 'cross-site' }],
  ['a script that asks for JSON', { accept: 'application/json', origin: evil }],
  ['a script without an origin', { accept: 'application/json', origin: 'null' }],
];

describe.each(forgeries)('WEB-01: %s', (_way, headers) => {
  test('logs nobody in', async () => {
    // The attacker may even have taken a form from us; it belongs to a cookie of their own.
    const token = await formOf(browser());
    for (const fields of [right, { ...right, token }]) {
      const victim = program();
      const { status, text } = await victim.ask('POST', '/login', { fields, headers });
      expect(status).toBe(403);
      expect(text).toContain('This form is too old, or it is not ours.');
      expect(victim.cookies.has('session')).toBe(false);
    }
  });

  test('logs nobody out', async () => {
    const victim = program();
    await victim.ask('POST', '/login', { fields: right });
    const { status } = await victim.ask('POST', '/logout', { fields: {}, headers });
    expect(status).toBe(403);
    expect((await victim.ask('GET', '/auth')).status).toBe(200);
  });
});

/** Where the browser says where the form comes from. */
const told = forgeries.filter(([, headers]) => 'origin' in headers || 'sec-fetch-site' in headers);

test.each(told)(
  'WEB-01: %s is refused with a good form, planted together with its cookie',
  async (_way, headers) => {
    const attacker = browser();
    const token = await formOf(attacker);
    const victim = program();
    for (const [name, value] of attacker.cookies) victim.cookies.set(name, value);
    const { status } = await victim.ask('POST', '/login', { fields: { ...right, token }, headers });
    expect(status).toBe(403);
  },
);

describe('our own form', () => {
  test('is taken from a browser that says where it comes from, and from one that does not', async () => {
    for (const silent of ['origin', 'sec-fetch-site', '']) {
      const caller = browser();
      const fields = { ...right, token: await formOf(caller) };
      const headers = { accept: pageWanted, origin, 'sec-fetch-site': 'same-origin' };
      const said = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== silent));
      const sender = program();
      for (const [name, value] of caller.cookies) sender.cookies.set(name, value);
      expect((await sender.ask('POST', '/login', { fields, headers: said })).status).toBe(303);
    }
  });

  test.each([
    ['without its token', () => ({})],
    [
      'with a changed token',
      (token: string) => ({ token: `${token.slice(0, -1)}${token.endsWith('A') ? 'E' : 'A'}` }),
    ],
    ['with an empty token', () => ({ token: '' })],
  ])('%s is refused, and the page that says so has a good one', async (_case, change) => {
    const caller = browser();
    const fields = { ...right, ...change(await formOf(caller)) };
    const { status, text } = await caller.ask('POST', '/login', { fields });
    expect(status).toBe(403);
    const token = /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
    expect((await caller.ask('POST', '/login', { fields: { ...right, token } })).status).toBe(303);
  });

  test.each(['', 'x', 'x'.repeat(44)])(
    'never belongs to the cookie %j, which we did not make',
    async (value) => {
      const caller = browser();
      caller.cookies.set('session_form', value);
      const token = await formOf(caller);
      expect(caller.cookies.get('session_form')).toMatch(/^[\w-]{43}$/);
      caller.cookies.set('session_form', value);
      expect((await caller.ask('POST', '/login', { fields: { ...right, token } })).status).toBe(403);
      caller.cookies.delete('session_form');
      expect((await caller.ask('POST', '/login', { fields: { ...right, token } })).status).toBe(403);
    },
  );

  test('in two tabs works in both', async () => {
    const caller = browser();
    const [one, two] = [await formOf(caller), await formOf(caller)];
    for (const token of [one, two])
      expect((await caller.ask('POST', '/login', { fields: { ...right, token } })).status).toBe(303);
  });

  test('to log out is refused with a page when it is too old', async () => {
    const caller = browser();
    await caller.ask('POST', '/login', { fields: { ...right, token: await formOf(caller) } });
    caller.cookies.delete('session_form');
    const { status, text } = await caller.ask('POST', '/logout', { fields: { token: 'old' } });
    expect([status, text]).toEqual([403, expect.stringContaining('<h1>This form is too old')]);
  });
});

test('the cookie of the form is no session, and no token either', async () => {
  const caller = browser();
  const token = await formOf(caller);
  for (const value of [token, caller.cookies.get('session_form')]) {
    const { text } = await program().ask('GET', '/auth', { headers: { cookie: `session=${value}` } });
    expect(text).toBe('{"message":"Token is invalid!"}');
  }
});

test('WEB-04: every page loads our own files alone, has no inline code and stands in no frame', async () => {
  const caller = browser();
  const pages = [await caller.ask('GET', '/'), await caller.ask('POST', '/logout', { fields: {} })];
  await caller.ask('POST', '/login', { fields: { ...right, token: await formOf(caller) } });
  pages.push(await caller.ask('GET', '/'));
  for (const { headers, text } of pages) {
    const policy = headers.get('content-security-policy') ?? '';
    for (const rule of [
      "default-src 'none'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
      expect(policy).toContain(rule);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=/);
  }
});
