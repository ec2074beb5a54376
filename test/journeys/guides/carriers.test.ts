import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shellLines } from '../../kit/documents.ts';
import { type StartedProcess, startProcess } from '../../kit/process.ts';
import { type Reader, seatReader } from '../page-reader.ts';

const page = new URL('../../../docs/guides/choose-a-carrier.md', import.meta.url);
const readme = new URL('../../../README.md', import.meta.url);
const day = 86_400;

let server: StartedProcess;
let reader: Reader;
/** What each call of the page answered, by its words and how often they came before. */
const told: { line: string; status: number; answer: Readonly<Record<string, unknown>>; cookies: string }[] =
  [];
beforeAll(async () => {
  server = await startProcess();
  reader = seatReader({
    places: { 'http://localhost:3000': server.origin },
    dataFolder: server.dataFolder,
  });
  const signUp = (await shellLines(readme)).find((line) => line.startsWith('curl'));
  await reader.follow(signUp ?? '');
  for (const line of await shellLines(page)) {
    const status = await reader.follow(line);
    told.push({ line, status, answer: reader.lastAnswer(), cookies: reader.lastCookies().join('\n') });
  }
});
afterAll(async () => {
  server.kill();
  await server.exited;
});

test('every carrier opens, and after signing out nothing does', () => {
  const byCarrier = [
    '201 200 204 401',
    '201 200 204 401',
    '201 200 200 200 204 401',
    '201 200 200 204 401',
    '200',
    '201 201 204 200 204 401',
  ];
  expect(told.map(({ status }) => status).join(' ')).toBe(byCarrier.join(' '));
  const carriers = told.flatMap(({ status, answer }) => (status === 200 ? (answer['carrier'] ?? []) : []));
  expect(carriers).toEqual(['cookie', 'opaque', 'jwt', 'jwt', 'jwt-cookie', 'basic', 'api-key']);
});

const signIn = (carrier: string) => told.find(({ line }) => line.includes(`"carrier":"${carrier}"`));

test('handles are as long as the page says, JWTs at least, and only those can be read', async () => {
  const text = await readFile(page, 'utf8');
  const { access_token: opaque, refresh_token: refresh } = signIn('opaque')?.answer ?? {};
  const cookie = /doorward_session=([^;]+)/.exec(signIn('cookie')?.cookies ?? '')?.[1];
  for (const handle of [opaque, refresh, cookie, reader.variables['KEY']])
    expect(handle).toHaveLength(Number(/(\d+) characters/.exec(text)?.[1]));
  const jwt = String(signIn('jwt')?.answer['access_token']);
  const least = Number(/from (\d+) characters/.exec(text)?.[1]);
  expect(jwt.length).toBeGreaterThan(least - 10);
  expect(jwt.length).toBeLessThan(least * 1.1);
  const claims = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString();
  expect(JSON.parse(claims)).toMatchObject({ roles: [], amr: ['pwd'] });
});

test('lives are as long as the page says', () => {
  const [, seconds] = /Max-Age=(\d+)/.exec(signIn('cookie')?.cookies ?? '') ?? [];
  expect(Number(seconds)).toBeGreaterThan(90 * day - 5);
  expect(Number(seconds)).toBeLessThanOrEqual(90 * day);
  for (const carrier of ['opaque', 'jwt', 'jwt-cookie'])
    expect(signIn(carrier)?.answer).toMatchObject({ expires_in: 300, refresh_expires_in: 14 * day });
});

test('cookies are kept from scripts and from other sites', () => {
  expect(signIn('cookie')?.cookies).toMatch(/^doorward_session=[^\n]+SameSite=Lax; HttpOnly$/);
  expect(signIn('jwt-cookie')?.cookies).toMatch(
    /^doorward_token=[^\n]+SameSite=Strict; HttpOnly\ndoorward_refresh=[^\n]+SameSite=Strict; HttpOnly$/,
  );
});

test('the tables name the same carriers, and all of them', async () => {
  const text = await readFile(page, 'utf8');
  const names = [...text.matchAll(/^\| ([A-Za-z][\w ]+) \|/gm)].map(([, name]) => name);
  const all = ['cookie', 'opaque token', 'JWT bearer', 'JWT cookie', 'Basic', 'refresh token', 'API key'];
  expect(names).toEqual(['carrier', ...all, 'carrier', ...all]);
});
