/** Whatever strangers send is refused in the shape of the system, and never with a status of ours being broken. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from './caller.ts';
import { bob, type Opened, open, rowsOf, signUpFirst } from './systems.ts';

let folder: string;
let system: Opened;
let known: Caller;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-cookie-'));
  system = await open(folder, { DEMO_USERNAME: 'demo', DEMO_PASSWORD: '123456' });
  known = system.caller();
  await signUpFirst(known);
});
afterAll(async () => {
  await system.close();
  await rm(folder, { recursive: true });
});

const calls = [
  ['POST', '/api/v1/users'],
  ['PUT', '/api/v1/users/me'],
  ['POST', '/api/v1/auth_session/login'],
  ['POST', '/login'],
] as const;
const types = ['application/json', 'application/x-www-form-urlencoded'] as const;

test.each([
  ['nothing', ''],
  ['white space', '  '],
  ['half an object', '{"email":'],
  ['a list', '[]'],
  ['a number', '1e999'],
  ['a depth of thousands', '['.repeat(8000)],
  [
    'a name that is there twice',
    '{"email":"a@example.com","email":"b@example.com","username":"a","username":"b"}',
  ],
  ['a prototype', '{"__proto__":{"email":"a@example.com"},"constructor":1}'],
  [
    'half a character',
    '{"email":"\\ud800@example.com","password":"\\ud800","first_name":"\\ud800","username":"\\ud800"}',
  ],
  ['no UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
  ['a percent sign alone', 'email=%&password=%zz'],
])('%s as a body is refused by every call', async (_, raw) => {
  for (const [method, path] of calls)
    for (const type of types) {
      const answer = await known.ask(method, path, { raw, headers: { 'content-type': type } });
      const fine = method === 'PUT' && String(raw).includes('__proto__') ? [200] : [];
      expect([400, 401, 415, ...fine], `${method} ${path} ${type}`).toContain(answer.status);
    }
});

test('a huge body is refused by every call, and so is one that is packed', async () => {
  const raw = JSON.stringify({ email: 'x'.repeat(100_000) });
  const headers = { 'content-type': 'application/json' };
  for (const [method, path] of calls) {
    expect((await known.ask(method, path, { raw, headers })).status).toBe(413);
    const packed = { ...headers, 'content-encoding': 'gzip' };
    expect((await known.ask(method, path, { raw: '{}', headers: packed })).status).toBe(415);
  }
});

test('a name may be as long as a name is, and is given back as it came', async () => {
  const odd = '<b>"Zoë"\u0000\u202E 🦢';
  const { json } = await known.ask('PUT', '/api/v1/users/me', {
    json: { first_name: odd, last_name: 'x'.repeat(128) },
  });
  expect(json).toMatchObject({ first_name: odd, last_name: 'x'.repeat(128) });
  const longer = await known.ask('PUT', '/api/v1/users/me', { json: { first_name: 'x'.repeat(129) } });
  expect(longer.status).toBe(400);
});

/** Fields under the names that mean something, with values of all kinds. */
const body = fc.oneof(
  fc.dictionary(
    fc.constantFrom('email', 'password', 'first_name', 'last_name', 'username', 'x'),
    fc.jsonValue(),
  ),
  fc.jsonValue(),
);
const anything = fc.record({
  call: fc.constantFrom(...calls),
  type: fc.option(fc.oneof(fc.constantFrom(...types), fc.stringMatching(/^[ -~]{0,40}$/))),
  raw: fc.oneof(
    body.map((value) => JSON.stringify(value)),
    fc.webQueryParameters(),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
  ),
});

test('no body breaks a call', async () => {
  await fc.assert(
    fc.asyncProperty(anything, async ({ call: [method, path], type, raw }) => {
      const headers = { 'content-type': type ?? '' };
      const { status, json } = await known.ask(method, path, { raw, headers });
      expect([200, 201, 400, 401, 413, 415]).toContain(status);
      if (status >= 400) expect(Object.keys(Object(json))).toEqual([path === '/login' ? 'message' : 'error']);
    }),
    { numRuns: 300 },
  );
  expect(rowsOf(folder, 'users').length).toBeGreaterThan(0);
});

test('no cookie and no Authorization header breaks a call or lets anybody in', async () => {
  const odd = fc.oneof(
    fc.stringMatching(/^[ -~]{0,80}$/),
    fc.base64String({ maxLength: 60 }).map((text) => `Basic ${text}`),
  );
  for (const authType of ['session_db_auth', 'basic_auth']) {
    const one = await open(await mkdtemp(join(folder, 'other-')), { AUTH_TYPE: authType });
    await one.caller().ask('POST', '/api/v1/users', { json: bob });
    await fc.assert(
      fc.asyncProperty(odd, odd, async (cookie, authorization) => {
        const headers = { cookie: `session_id=${cookie}`, authorization };
        const { status } = await one.caller().ask('GET', '/api/v1/users', { headers });
        expect([401, 403, 429]).toContain(status);
      }),
      { numRuns: 60 },
    );
    await one.close();
  }
});

test('no path breaks the program', async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[!-~]{0,60}$/), async (path) => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const url = `/api/v1/users/${path.replace(/^me$/, 'x')}`;
        const { status } = await system.caller().ask(method, url);
        expect([401, 404, 405]).toContain(status);
        expect((await known.ask('GET', url)).status).toSatisfy(
          (found: number) => found === 200 || found === 404,
        );
      }
    }),
    { numRuns: 100 },
  );
});
