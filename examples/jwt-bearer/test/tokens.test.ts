import { createHmac } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { System } from '@doorward/examples-kit';
import { type ManualClock, manualClock } from 'doorward';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, answerOf, freshFolder } from '../../kit/test/started.ts';
import { createCupcakeShop } from '../src/app.ts';
import { secrets } from './secrets.ts';

const ada = { email: 'ada@example.com', password: 'seven quiet herons wade' };
const day = 86_400;

let folder: Awaited<ReturnType<typeof freshFolder>>;
let clock: ManualClock;
let shop: System;

const open = (environment: Record<string, string> = {}): Promise<System> =>
  createCupcakeShop({ environment: { ...secrets, ...environment }, dataFolder: folder.path, clock });

async function reopen(environment: Record<string, string> = {}): Promise<void> {
  await shop.close();
  shop = await open(environment);
}

beforeEach(async () => {
  folder = await freshFolder();
  clock = manualClock(Date.UTC(2026, 0, 1, 0, 0, 0, 700));
  shop = await open();
});
afterEach(async () => {
  await shop.close();
  await folder.remove();
});

const ask = async (path: string, init?: RequestInit): Promise<Answer> =>
  answerOf(await shop.fetch(new Request(`http://localhost:5000${path}`, init)));
const post = (path: string, value: unknown, authorization = ''): Promise<Answer> =>
  ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(value),
  });
const signUp = (email = ada.email): Promise<Answer> => post('/users', { ...ada, email });
async function signIn(email = ada.email): Promise<string> {
  const header = `Basic ${Buffer.from(`${email}:${ada.password}`).toString('base64')}`;
  const { status, json } = await ask('/users/login', { headers: { authorization: header } });
  expect(status).toBe(200);
  return (json as { accessToken: string }).accessToken;
}
const show = async (token: string): Promise<Answer> =>
  ask('/users', { headers: { authorization: `Bearer ${token}` } });
const partsOf = (token: string): unknown[] =>
  token
    .split('.')
    .slice(0, 2)
    .map((part) =>
      JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url'))),
    );

describe('the token', () => {
  test('says who and until when, and nothing secret', async () => {
    await signUp();
    const [header, claims] = partsOf(await signIn());
    expect(JSON.stringify(header)).toBe('{"alg":"HS256","typ":"JWT"}');
    const iat = clock.now() / 1000 - 0.7;
    expect(claims).toEqual({ email: ada.email, iat, exp: iat + day, jti: expect.any(String) });
  });

  test('P: two sign-ins in the same second give different tokens', async () => {
    await signUp();
    const tokens = await Promise.all([signIn(), signIn(), signIn()]);
    expect(new Set(tokens).size).toBe(3);
    for (const token of tokens) expect((await show(token)).status).toBe(200);
  });

  test('is good for 24 hours', async () => {
    await signUp();
    const token = await signIn();
    clock.advance((day - 1) * 1000);
    expect((await show(token)).status).toBe(200);
    clock.advance(1000);
    expect(await show(token)).toMatchObject({ status: 403, json: { error: 'Invalid token' } });
  });

  test('P: TOKEN_SECRET signs it, as the UTF-8 text that it is', async () => {
    const secret = 'Schlüssel für Törtchen, zweiunddreißig';
    await reopen({ TOKEN_SECRET: secret });
    await signUp();
    const [head, body, signature] = (await signIn()).split('.');
    const key = await crypto.subtle.importKey(
      'raw',
      Buffer.from(secret, 'utf8'),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const expected = await crypto.subtle.sign('HMAC', key, Buffer.from(`${head}.${body}`));
    expect(signature).toBe(Buffer.from(expected).toString('base64url'));
  });
});

describe('P: a token that cannot be verified is answered with 403', () => {
  const good = { alg: 'HS256', typ: 'JWT' };
  /** Signs by hand: the library would not make what a forger makes. */
  const sign = (
    claims: object,
    header: object = good,
    { secret = secrets.TOKEN_SECRET, hash = 'sha256' } = {},
  ) => {
    const parts = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${parts}.${createHmac(hash, secret).update(parts).digest('base64url')}`;
  };
  type Claims = Readonly<Record<string, unknown>>;

  const forgeries: readonly (readonly [string, (claims: Claims) => string])[] = [
    ['signed with another secret', (claims) => sign(claims, good, { secret: secrets.ENCRYPTION_KEY })],
    ['signed with an empty secret', (claims) => sign(claims, good, { secret: '' })],
    [
      'of alg none, without a signature',
      (claims) => sign(claims, { ...good, alg: 'none' }).replace(/[^.]+$/, ''),
    ],
    ['of alg None, signed', (claims) => sign(claims, { ...good, alg: 'None' })],
    [
      'signed with another algorithm',
      (claims) => sign(claims, { ...good, alg: 'HS512' }, { hash: 'sha512' }),
    ],
    ['without exp', (claims) => sign({ ...claims, exp: undefined })],
    ['with an exp that is no number', (claims) => sign({ ...claims, exp: '2999-01-01' })],
    ['with an exp in the past', (claims) => sign({ ...claims, exp: 1 })],
    ['without jti', (claims) => sign({ ...claims, jti: undefined })],
    ['of a session that never was', (claims) => sign({ ...claims, jti: crypto.randomUUID() })],
    ['with a list for a session', (claims) => sign({ ...claims, jti: [1] })],
    ['of another type', (claims) => sign(claims, { ...good, typ: 'at+jwt' })],
    ['of no type', (claims) => sign(claims, { alg: 'HS256' })],
    ['with a critical header that nobody knows', (claims) => sign(claims, { ...good, crit: ['x'], x: 1 })],
    ['without claims', () => sign([])],
  ];

  let claims: Claims;
  beforeEach(async () => {
    await signUp();
    claims = partsOf(await signIn())[1] as Claims;
  });
  test('signed as the shop signs, it passes: the others fail for their own reason', async () => {
    expect((await show(sign(claims))).status).toBe(200);
  });
  test.each(forgeries)('%s', async (_, forge) => {
    expect(await show(forge(claims))).toMatchObject({ status: 403, json: { error: 'Invalid token' } });
  });
});

describe('what lasts', () => {
  const recipe = { title: 'Lemon cloud', flavor: 'lemon', instructions: 'Whip the secret, fold, bake.' };

  test('users, tokens and cupcakes survive a restart', async () => {
    await signUp();
    const token = await signIn();
    await post('/cupcakes', recipe, `Bearer ${token}`);
    await reopen();
    expect((await show(token)).status).toBe(200);
    expect((await ask('/cupcakes/1')).json).toEqual({ id: 1, ...recipe });
    await signIn();
  });

  test('P: of many who sign up at once none is lost, and of those with one address one wins', async () => {
    const emails = Array.from({ length: 12 }, (_, at) => `ada${at}@example.com`);
    const answers = await Promise.all([...emails, ...emails].map(signUp));
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([...emails.map(() => 201), ...emails.map(() => 409)]);
    await reopen();
    for (const email of emails) expect((await show(await signIn(email))).json).toMatchObject({ email });
  });

  test('another TOKEN_SECRET ends all tokens; users stay', async () => {
    await signUp();
    const token = await signIn();
    await reopen({ TOKEN_SECRET: secrets.ENCRYPTION_KEY });
    expect((await show(token)).status).toBe(403);
    expect((await show(await signIn())).status).toBe(200);
  });

  test('instructions and passwords are not readable in the files, and these are for their owner alone', async () => {
    await signUp();
    await post('/cupcakes', recipe, `Bearer ${await signIn()}`);
    await shop.close();
    for (const name of ['cupcakes.db', 'doorward.db']) {
      const file = join(folder.path, name);
      const bytes = await readFile(file);
      for (const secret of ['secret, fold', ada.password]) expect(bytes.includes(secret)).toBe(false);
      expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
    }
    shop = await open();
  });

  test('the shop does not open with another ENCRYPTION_KEY than its cupcakes were encrypted under', async () => {
    await signUp();
    await post('/cupcakes', recipe, `Bearer ${await signIn()}`);
    await expect(open({ ENCRYPTION_KEY: secrets.TOKEN_SECRET })).rejects.toThrow(
      'ENCRYPTION_KEY is not the one',
    );
  });
});

test.each(['TOKEN_SECRET', 'ENCRYPTION_KEY'])(
  'P: %s is read: without it the shop does not open',
  async (name) => {
    await expect(open({ [name]: '' })).rejects.toThrow(`${name} is not set`);
    await expect(open({ [name]: 'a-string-secret-at-least-256-bits-long' })).rejects.toThrow(
      `${name} is a sample`,
    );
  },
);
