import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Caller } from './caller.ts';
import { type StrictServer, startStrict } from './strict-server.ts';
import { type Opened, open, testClock } from './systems.ts';

let strict: StrictServer;
let system: Opened;
let caller: Caller;

beforeAll(async () => {
  const clock = testClock();
  strict = await startStrict(clock);
  system = await open({ AUTH_BASE_URL: strict.origin, RATE_LIMIT_PER_MINUTE: '100000' }, { clock });
  caller = system.caller();
});
afterAll(async () => {
  await system.close();
  await strict.close();
});

const send = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json'): Promise<Answer> =>
  caller.ask('POST', '/login', { body, headers: { 'content-type': type } });

describe.each([
  ['not JSON', '{', 400],
  ['nothing', '', 400],
  ['a list', '[]', 400],
  ['a name twice', '{"username":"a","username":"b","password":"c"}', 400],
  ['huge', JSON.stringify({ username: 'a'.repeat(20_000), password: 'b' }), 413],
  ['a number for text', '{"username":1,"password":"b"}', 422],
  ['a list for text', '{"username":["a"],"password":"b"}', 422],
  ['too long a text', JSON.stringify({ username: 'a'.repeat(255), password: 'b' }), 422],
  ['half a surrogate pair', '{"username":"\\ud800","password":"b"}', 422],
] as const)('a body that is %s', (_, body, status) => {
  test(`is refused with ${status}, and the central server is not asked`, async () => {
    const before = strict.asked.length;
    const answer = await send(body);
    expect(answer.status).toBe(status);
    expect(answer.json['detail']).toBeDefined();
    expect(strict.asked).toHaveLength(before);
  });
});

test('a body of another type is 415, and one that is no UTF-8 is 400', async () => {
  const body = '{"username":"a","password":"b"}';
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1'])
    expect((await send(body, type)).status, type).toBe(415);
  const latin = Uint8Array.from(Buffer.from('{"username":"\u00e4","password":"b"}', 'latin1'));
  expect((await send(latin)).status).toBe(400);
});

test('no JSON whatever makes the system break, and nothing that was sent comes back', async () => {
  const anything = fc.record(
    { username: fc.anything(), email: fc.anything(), password: fc.anything(), full_name: fc.anything() },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(anything, fc.constantFrom('/register', '/login'), async (fields, path) => {
      const secret = 'no-echo-of-this';
      const text = JSON.stringify(
        { ...fields, secret, password: fields.password ?? { secret } },
        (_, value) => (typeof value === 'bigint' ? String(value) : (value as unknown)),
      );
      const answer = await caller.ask('POST', path, {
        body: text,
        headers: { 'content-type': 'application/json' },
      });
      expect([200, 400, 404, 413, 422]).toContain(answer.status);
      expect(answer.text).not.toContain(secret);
    }),
    { numRuns: 200 },
  );
});

test('no header whatever makes the profile break', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary-ascii' }), async (value) => {
      const printable = value.replaceAll(/[^\x20-\x7e]/g, '');
      const headers = { authorization: printable, cookie: `token_client_vault=${printable}` };
      for (const path of ['/protected/profile', '/protected/data'])
        expect((await caller.ask('GET', path, { headers })).status).toBe(401);
    }),
    { numRuns: 100 },
  );
});
