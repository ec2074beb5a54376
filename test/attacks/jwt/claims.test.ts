/** Attacks on what a JWT says, signed with the server's own key so that only the claims are at stake. */
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { device, type Person, person } from '../../journeys/cast.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { goodPassword, signIn, visit } from '../../kit/visitor.ts';
import {
  type Forgery,
  failedCheck,
  type Genuine,
  genuine,
  inputOf,
  present,
  provenCheck,
  signedByServer,
} from './forgery.ts';

let serving: Serving;
let ada: Person;
let token: Genuine;
beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true });
  ada = await person(serving, 'ada');
  token = await genuine(serving, ada);
});
afterAll(() => serving.close());

const check = async (forgery: Forgery): Promise<unknown> =>
  failedCheck(serving, await signedByServer(serving, token, forgery));
const now = Date.parse('2026-03-01T12:00:00Z') / 1000;

describe('JWT-07: typ separates the kinds', () => {
  test.each([
    'JWT',
    'jwt',
    'at+JWT',
    'AT+JWT',
    'id_token',
    'dpop+jwt',
    'logout+jwt',
    'oauth-authz-req+jwt',
    'at+jwt ',
    '',
    null,
    1,
    ['at+jwt'],
    undefined,
  ])('typ %j', async (typ) => {
    expect(await check({ header: { typ } })).toBe('token-malformed');
  });
});

describe('JWT-08: iss and aud exactly', () => {
  const origin = 'http://localhost:3000';
  const near = [
    [origin],
    [origin, 'https://evil.example'],
    `${origin}/`,
    origin.toUpperCase(),
    'https://localhost:3000',
    'http://localhost',
    'http://localhost:3000.evil.example',
    'http://localhost:300',
    'http://localhost:3000\u0000',
    'http://l\u043Ecalhost:3000',
    '',
    null,
    {},
    true,
    undefined,
  ];
  test.each(near)('iss %j', async (iss) => {
    expect(await check({ claims: { iss } })).toMatch(/^(?:issuer|claims-malformed)$/);
  });
  test.each([...near, []])('aud %j', async (aud) => {
    expect(await check({ claims: { aud } })).toMatch(/^(?:audience|claims-malformed)$/);
  });

  test('a token of another server is refused, also when it shares its keys', async () => {
    const other = await serveHandler({
      lightHashing: true,
      dataFolder: serving.dataFolder,
      clock: serving.clock,
      settings: { audience: 'https://other.example' },
    });
    expect(await failedCheck(other, token.text)).toBe('audience');
    const { access } = await device(other, ada, { carrier: 'jwt' });
    expect(await failedCheck(serving, access)).toBe('audience');
    await other.close();
  });
});

describe('JWT-09: time claims are strictly typed', () => {
  test.each(['exp', 'iat', 'auth_time'])('%s is a whole number, or the token is malformed', async (name) => {
    for (const value of [
      String(now + 60),
      now + 0.5,
      null,
      undefined,
      true,
      [now + 60],
      { n: now },
      'NaN',
      '',
    ])
      expect(await check({ claims: { [name]: value } })).toBe('claims-malformed');
    const rest = JSON.stringify({ ...token.claims, [name]: undefined }).slice(1);
    for (const text of ['1e309', '-1e309', '9007199254740993', '1e400'])
      expect(await check({ rawClaims: `{"${name}":${text},${rest}` })).toBe('claims-malformed');
    for (const text of ['NaN', 'Infinity', '0x7fffffff', '+1', '01'])
      expect(await check({ rawClaims: `{"${name}":${text},${rest}` })).toBe('claims-malformed');
  });

  test('it lives until its expiry, with the five seconds that clocks may differ', async () => {
    expect(await check({ claims: { exp: now - 4 } })).toBe('none');
    for (const exp of [now - 5, now - 59, now - 61, 0, -1])
      expect(await check({ claims: { exp } })).toBe('expired');
    const own = await serveHandler({ lightHashing: true });
    const { text } = await genuine(own, await person(own, 'ada'));
    own.clock.advance(304_999);
    expect(await failedCheck(own, text)).toBe('none');
    own.clock.advance(1);
    expect(await failedCheck(own, text)).toBe('expired');
    await own.close();
  });

  test('it is not from the future', async () => {
    expect(await check({ claims: { iat: now + 5 } })).toBe('none');
    for (const iat of [now + 6, now + 3600, Number.MAX_SAFE_INTEGER])
      expect(await check({ claims: { iat } })).toBe('issued-in-the-future');
  });

  test('a token in which a claim stands twice is refused, whichever would count (RFC 7519 §4)', async () => {
    const rest = JSON.stringify({ ...token.claims, exp: undefined }).slice(1);
    for (const [first, second] of [
      [now + 60, 1],
      [1, now + 60],
    ])
      expect(await check({ rawClaims: `{"exp":${first},"exp":${second},${rest}` })).toBe('claims-malformed');
  });
});

test.each([
  { crit: ['x'] },
  { crit: [] },
  { crit: ['exp', 'exp'] },
  { crit: ['b64'], b64: false },
  { b64: false },
  { zip: 'DEF' },
  { cty: 'JWT' },
  { enc: 'A256GCM' },
  { p2c: 2 ** 31 },
])('JWT-10, JWT-11: a header with %j is refused unread', async (header) => {
  expect(await check({ header })).toBe('token-malformed');
});

test('JWT-10, JWT-11: nothing encrypted or compressed is unpacked', async () => {
  const bomb = deflateRawSync(Buffer.alloc(1 << 20))
    .toString('base64url')
    .slice(0, 2000);
  for (const alg of ['PBES2-HS256+A128KW', 'dir', 'RSA1_5', 'RSA-OAEP']) {
    const header = { alg, enc: 'A256GCM', zip: 'DEF', p2c: 2 ** 31 - 1, p2s: 'AAAA' };
    const head = Buffer.from(JSON.stringify(header)).toString('base64url');
    const before = process.cpuUsage();
    expect(await failedCheck(serving, `${head}.${bomb}.AAAA.${bomb.slice(0, 1000)}.AAAA`)).toBe(
      'token-malformed',
    );
    expect(process.cpuUsage(before).user).toBeLessThan(50_000);
  }
});

test('JWT-12: what is long or deep is refused in no time', async () => {
  const header = token.text.split('.')[0] ?? '';
  const nested = Buffer.from('['.repeat(2000)).toString('base64url');
  const members = Buffer.from(`{${Array.from({ length: 200 }, (_, i) => `"${i}":0`).join(',')}}`);
  for (const text of [
    '.'.repeat(1 << 20),
    `${header}.${'.'.repeat(4000)}`,
    `${nested}.${nested.slice(0, 100)}.AA`,
    `${members.toString('base64url')}.AA.AA`,
    `${header}.${'A'.repeat(1 << 20)}.AA`,
    'A'.repeat(1 << 20),
  ]) {
    const before = process.cpuUsage();
    expect(await provenCheck(serving, text)).toBe('token-malformed');
    expect((await present(serving, text)).status).toBe(401);
    // Microseconds that were spent on it: what others do on this machine does not count.
    expect(process.cpuUsage(before).user).toBeLessThan(100_000);
  }
});

test('JWT-14: foreign letters in any part are refused', async () => {
  const parts = token.text.split('.');
  for (const [at, part] of parts.entries())
    for (const letter of ['+', '/', '=', '==', '\n', '\r\n', ' ', '\t', '\u0000', 'é', '\uFEFF', '%2E'])
      for (const place of [0, Math.floor(part.length / 2), part.length]) {
        const changed = part.slice(0, place) + letter + part.slice(place);
        const text = parts.map((one, i) => (i === at ? changed : one)).join('.');
        expect(await provenCheck(serving, text)).toMatch(/^(?:token-malformed|signature)$/);
      }
  const loose = Buffer.from([0xff, 0xfe]).toString('base64url');
  expect(await provenCheck(serving, `${loose}.${parts[1]}.${parts[2]}`)).toBe('token-malformed');
});

test('JWT-15: the signature is judged before anything that is said', async () => {
  const faults: Record<string, unknown>[] = [
    { exp: now - 100 },
    { iat: now + 100 },
    { iss: 'https://evil.example' },
    { aud: 'https://evil.example' },
    { sub: '0199a945-0a00-7000-8000-000000000000' },
    { exp: 'x' },
  ];
  for (const one of faults)
    for (const other of faults) {
      const claims = { ...one, ...other };
      const unsigned = `${inputOf(token, { claims })}.${token.text.split('.')[2]}`;
      expect(await failedCheck(serving, unsigned)).toBe('signature');
      expect(await check({ claims })).not.toBe('none');
    }
});

describe('what the claims name is looked up, not believed', () => {
  test('another account, another session, more roles', async () => {
    const eve = await person(serving, 'eve', { carrier: 'jwt' });
    expect(await check({ claims: { sub: eve.account } })).toBe('session-unknown');
    expect(await check({ claims: { sid: '0199a945-0a00-7000-8000-000000000000' } })).toBe('session-unknown');
    expect(await check({ claims: { sid: eve.session } })).toBe('session-unknown');
    const { session: opaque } = await device(serving, ada);
    expect(await check({ claims: { sid: opaque } })).toBe('other-carrier');
    const grown = await signedByServer(serving, token, { claims: { roles: ['admin'] } });
    const answer = await visit(serving).ask('GET', '/api/v1/admin/stats', { bearer: grown });
    expect([answer.status, answer.json['code']]).toEqual([403, 'permission_missing']);
  });

  test.each(['sub', 'sid', 'jti'])('%s is text', async (name) => {
    for (const value of [1, null, undefined, [], {}, true])
      expect(await check({ claims: { [name]: value } })).toBe('claims-malformed');
  });

  test('roles are a list of text', async () => {
    for (const roles of ['admin', [1], {}, null, undefined, [['admin']]])
      expect(await check({ claims: { roles } })).toBe('claims-malformed');
  });
});

test('JWT-17: nothing that people choose reaches a reserved claim', async () => {
  const name = '","roles":["admin"],"sub":"x';
  const body = { email: 'mallory@example.com', username: 'admin', name, password: goodPassword };
  const made = await visit(serving).ask('POST', '/api/v1/accounts', { body });
  const { access, session } = await signIn(visit(serving), 'admin', { carrier: 'jwt' });
  const claims = JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString()) as object;
  expect(claims).toEqual({
    iss: serving.origin,
    aud: serving.origin,
    sub: made.json['id'],
    sid: session,
    jti: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    iat: now,
    exp: now + 300,
    auth_time: now,
    amr: ['pwd'],
    roles: [],
  });
});
