import { createHmac } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, browserOf, type Caller, callerOf, formOf } from './caller.ts';
import { goodPassword, type Inside, openInside, secretKey } from './program.ts';

let system: Inside;
beforeEach(async () => {
  system = await openInside();
});
afterEach(() => system.close());

const origin = 'http://localhost:5000';
const caller = (): Caller => callerOf(origin, (request) => system.fetch(request));

/** Logs in and returns the token. */
async function logIn(who = caller()): Promise<string> {
  await who.ask('POST', '/login', { fields: { username: 'ada', password: goodPassword } });
  return who.cookies.get('session') ?? '';
}

/** What the token check says. */
async function auth(token: string): Promise<string> {
  const { text } = await caller().ask('GET', '/auth', { headers: { cookie: `session=${token}` } });
  return text;
}

const refused = '{"message":"Token is invalid!"}';
const expired = '{"message":"Token has expired!"}';

describe('the token', () => {
  test('HS256, with user, iat, jti and an exp in 30 minutes', async () => {
    const token = await logIn();
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    const now = system.clock.now() / 1000;
    const jti = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(decodeJwt(token)).toEqual({ user: 'ada', jti, iat: now, exp: now + 1800 });
  });

  test('two logins in the same second give different tokens', async () => {
    expect(await logIn()).not.toBe(await logIn());
  });

  test('it is taken until its last second, and then it has expired', async () => {
    const token = await logIn();
    system.clock.advance(1_799_000);
    expect(await auth(token)).toBe('JWT Authorized');
    system.clock.advance(1000);
    expect(await auth(token)).toBe(expired);
  });

  test('TOKEN_TTL_SECONDS says how long it lives', async () => {
    await system.close();
    system = await openInside({ TOKEN_TTL_SECONDS: '5' });
    const token = await logIn();
    system.clock.advance(4999);
    expect(await auth(token)).toBe('JWT Authorized');
    system.clock.advance(1);
    expect(await auth(token)).toBe(expired);
  });

  test('with any one character changed it is refused', async () => {
    const token = await logIn();
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(await auth(token.slice(0, at) + other + token.slice(at + 1)), `at ${at}`).toBe(refused);
    }
  });

  test('its last character has no second spelling', async () => {
    const token = await logIn();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=';
    const taken: string[] = [];
    for (const letter of alphabet)
      if ((await auth(token.slice(0, -1) + letter)) !== refused) taken.push(letter);
    expect(taken).toEqual([token.at(-1)]);
  });
});

describe('refused, though everything else is right:', () => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  function sign(
    claims: Readonly<Record<string, unknown>>,
    more: { alg?: string; hash?: string; key?: string } = {},
  ): string {
    const { alg = 'HS256', hash = 'sha256', key = secretKey } = more;
    const input = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
    return `${input}.${createHmac(hash, key).update(input).digest('base64url')}`;
  }

  test('the control: our own claims, signed again, are taken', async () => {
    expect(await auth(sign(decodeJwt(await logIn())))).toBe('JWT Authorized');
  });

  test.each(['none', 'None', 'nOnE'])('JWT-01: alg %s', async (alg) => {
    const token = await logIn();
    const header = Buffer.from(JSON.stringify({ alg, typ: 'JWT' })).toString('base64url');
    const [, claims = '', signature = ''] = token.split('.');
    expect(await auth(`${header}.${claims}.`)).toBe(refused);
    expect(await auth(`${header}.${claims}.${signature}`)).toBe(refused);
    expect(await auth(new UnsecuredJWT(decodeJwt(token)).encode())).toBe(refused);
  });

  test.each(['HS384', 'HS512'])('another algorithm: %s, by its own hash and by ours', async (alg) => {
    const claims = decodeJwt(await logIn());
    for (const hash of ['sha256', alg.replace('HS', 'sha')])
      expect(await auth(sign(claims, { alg, hash }))).toBe(refused);
  });

  test('no exp', async () => {
    const { exp: _, ...claims } = decodeJwt(await logIn());
    expect(await auth(sign(claims))).toBe(refused);
  });

  test.each(['soon', '9999999999', null, true])('an exp that is no number: %j', async (exp) => {
    const claims = decodeJwt(await logIn());
    expect(await auth(sign({ ...claims, exp }))).toBe(refused);
  });

  test.each([undefined, 5, '', 'x', '01890a5d-ac96-774b-bcce-b302099a8057'])('the jti %j', async (jti) => {
    const claims = decodeJwt(await logIn());
    expect(await auth(sign({ ...claims, jti }))).toBe(refused);
  });

  test('another key', async () => {
    const key = 'a key of somebody else, just as long as ours';
    expect(await auth(sign(decodeJwt(await logIn()), { key }))).toBe(refused);
  });

  test('a forged token whose time is over says nothing of time', async () => {
    const key = 'a key of somebody else, just as long as ours';
    expect(await auth(sign({ ...decodeJwt(await logIn()), exp: 1 }, { key }))).toBe(refused);
  });

  test('an exp beyond the end of the session', async () => {
    const claims = decodeJwt(await logIn());
    const longer = sign({ ...claims, exp: (claims.exp ?? 0) + 9000 });
    system.clock.advance(1_800_000);
    expect(await auth(longer)).toBe(expired);
  });
});

describe('a token ends with its session:', () => {
  test('when somebody logs out, ten times at once as well', async () => {
    const who = caller();
    const token = await logIn(who);
    const logOut = (): Promise<Answer> =>
      who.ask('POST', '/logout', { headers: { cookie: `session=${token}` } });
    const answers = await Promise.all(Array.from({ length: 10 }, logOut));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await auth(token)).toBe(refused);
  });

  test('when somebody logs in again in the same browser', async () => {
    const who = caller();
    const [first, second] = [await logIn(who), await logIn(who)];
    expect(await auth(first)).toBe(refused);
    expect(await auth(second)).toBe('JWT Authorized');
  });

  test('when the account is disabled or deleted', async () => {
    const { accounts } = system.doorward;
    const [ada] = await accounts.search({ text: 'ada', limit: 1 });
    const token = await logIn();
    await accounts.change(ada?.id ?? '', { status: 'disabled' });
    expect(await auth(token)).toBe(refused);
    await accounts.delete(ada?.id ?? '');
    expect(await auth(token)).toBe(refused);
  });

  test('another one of the same account stays', async () => {
    const who = caller();
    const [first, second] = [await logIn(who), await logIn()];
    await who.ask('POST', '/logout');
    expect(await auth(first)).toBe(refused);
    expect(await auth(second)).toBe('JWT Authorized');
  });
});

describe('the cookie', () => {
  const cookieAt = async (address: string): Promise<string> => {
    const fields = { username: 'ada', password: goodPassword };
    const answer = await callerOf(address, (request) => system.fetch(request)).ask('POST', '/login', {
      fields,
    });
    return answer.headers.getSetCookie()[0] ?? '';
  };

  test.each([origin, 'http://127.0.0.1:5000', 'http://[::1]:5000'])('%s: no Secure', async (address) => {
    expect(await cookieAt(address)).toMatch(/^session=\S+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  test.each([
    'http://example.com',
    'http://192.0.2.1:5000',
    'http://localhost.example.com',
    'https://localhost',
  ])('%s: Secure', async (address) => {
    expect(await cookieAt(address)).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('P: it outlives its token, or no browser would ever show that the session expired', async () => {
    const [, age] = /Max-Age=(\d+)/.exec(await cookieAt(origin)) ?? [];
    expect(Number(age)).toBe(1800 + 24 * 60 * 60);
  });
});

test('guessing ends with 429 and the seconds to wait; a person is told on the page', async () => {
  const fields = { username: 'ada', password: 'wrong' };
  let answer = await caller().ask('POST', '/login', { fields });
  for (let guess = 1; answer.status === 403 && guess < 50; guess += 1)
    answer = await caller().ask('POST', '/login', { fields });
  expect([answer.status, JSON.parse(answer.text)]).toEqual([
    429,
    { message: 'Too many attempts. Wait before the next.' },
  ]);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);

  const person = browserOf(origin, (request) => system.fetch(request));
  const page = await person.ask('POST', '/login', { fields: { ...fields, token: await formOf(person) } });
  expect(page.status).toBe(429);
  expect(page.text).toContain('role="alert">Too many attempts. Wait before the next.</p>');
});
