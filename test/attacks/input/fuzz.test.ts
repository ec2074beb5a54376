/**
 * INP-17: requests put together by chance, over every row, by three identities. Nothing breaks, nobody sees another's
 * data. The seed is printed; FUZZ_SEED repeats a run.
 */
import { hash, randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Route } from '../../../packages/server/src/http/route.ts';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { person } from '../../journeys/cast.ts';
import { visit } from '../../kit/visitor.ts';
import { bodyOf, makeWorld, nameOf, pathOf, type World } from '../web/rows.ts';

const requests = 2000;
const longest = 20_000;

/** Whole numbers below a bound, the same for the same seed. */
function chance(seed: number): (below: number) => number {
  let turn = 0;
  return (below) => {
    turn += 1;
    return hash('sha256', `${seed} ${turn}`, 'buffer').readUInt32BE() % below;
  };
}

type Chance = ReturnType<typeof chance>;

const oneOf = <T>(next: Chance, list: readonly [T, ...T[]]): T => list[next(list.length)] ?? list[0];

const values: readonly [unknown, ...unknown[]] = [
  null,
  true,
  0,
  -1,
  1e9,
  60,
  '',
  'a',
  'admin',
  'ada@example.com',
  "' OR 1=1 --",
  '\u202Ex',
  '\u{1F511}',
  'x'.repeat(300),
  [],
  ['admin'],
  {},
  { a: { b: [] } },
];
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
const types = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/x-www-form-urlencoded',
  '',
] as const;
const queries = [
  '',
  '',
  '?',
  '?limit=5',
  '?limit=x',
  '?after=1',
  '?search=a',
  '?a=%',
  '?type=session.ended',
  '?v=x',
] as const;
const extras: readonly [Record<string, string>, ...Record<string, string>[]] = [
  {},
  {},
  {},
  { origin: 'http://localhost:3000' },
  { origin: 'https://evil.example' },
  { 'sec-fetch-site': 'same-origin' },
  { accept: 'text/html' },
  { accept: 'text/event-stream', 'last-event-id': '-1' },
  { 'if-none-match': '*' },
  { 'x-forwarded-for': '1.2.3.4, x' },
  { authorization: 'Basic Og==' },
  { authorization: 'Bearer ' },
  { cookie: 'doorward_session=x; doorward_refresh=y; doorward_token=z' },
];

/** A body of the row with something wrong or swapped, or anything at all. */
function bodyBy(next: Chance, route: Route): string {
  const good = bodyOf(route) ?? { a: 1 };
  const entries = Object.entries(good);
  const kind = next(6);
  if (kind === 0) return JSON.stringify(good);
  if (kind === 1) return JSON.stringify(oneOf(next, values));
  if (kind === 2) return JSON.stringify(good).slice(0, next(60));
  const [name = 'a'] = entries[next(entries.length)] ?? [];
  if (kind === 3) return JSON.stringify({ ...good, [String(oneOf(next, values))]: oneOf(next, values) });
  if (kind === 4) return JSON.stringify(Object.fromEntries(entries.filter(([other]) => other !== name)));
  return JSON.stringify({ ...good, [name]: oneOf(next, values) });
}

/** The address of a row, with ids that are right, wrong or somebody else's. */
function addressBy(next: Chance, route: Route, { serving, named, owner, admin }: World): string {
  const id = oneOf(next, [
    owner.account,
    admin.account,
    owner.session,
    'x',
    '00000000-0000-7000-8000-000000000000',
  ]);
  const path = pathOf(route, next(3) === 0 ? {} : named, id);
  const spoiled = next(12);
  const spelled = spoiled === 0 ? `${path}/` : spoiled === 1 ? `/${path}` : path;
  return serving.origin + spelled + oneOf(next, queries);
}

/** What an answer tells beyond the address it was asked at, which a page's links to its other languages repeat. */
function withoutAddress(text: string, address: string): string {
  const { pathname } = new URL(address);
  return text.replaceAll(pathname, '').replaceAll(encodeURIComponent(pathname), '');
}

test('INP-17: 2,000 requests by chance: no 5xx, nothing reported, and no data of others', {
  timeout: 60_000,
}, async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));
  console.log(`INP-17: FUZZ_SEED=${seed}`);
  const next = chance(seed);
  const world = await makeWorld({ settings: { networkAttempts: 50, signUpAttempts: 50 } });
  const { serving } = world;
  const stranger = await person(serving, 'mallory', { peer: '192.0.2.66' });
  const identities = ['', stranger.access, world.admin.access] as const;
  const started = performance.now();
  let sent = 0;
  const broken: string[] = [];
  for (; sent < requests && performance.now() - started < longest; sent += 1) {
    const route = routes[next(routes.length)];
    if (!route) continue;
    const method = next(4) === 0 ? oneOf(next, methods) : route.method;
    const bearer = oneOf(next, identities);
    const address = addressBy(next, route, world);
    const type = next(4) === 0 ? oneOf(next, types) : route.form ? types[3] : types[0];
    const raw = ['GET', 'HEAD'].includes(method) || next(8) === 0 ? undefined : bodyBy(next, route);
    const headers: Record<string, string> = {
      ...(bearer === '' ? {} : { authorization: `Bearer ${bearer}` }),
      ...oneOf(next, extras),
    };
    // A stream does not end by itself.
    if (headers['accept'] === 'text/event-stream' && route.path === '/api/v1/revocations') continue;
    const answer = await visit(serving, { program: true, peer: `198.51.100.${next(200)}` }).ask(
      method,
      address,
      {
        headers: { ...headers, ...(type === '' ? {} : { 'content-type': type }) },
        ...(raw === undefined ? {} : { raw }),
      },
    );
    const told = `${sent}: ${nameOf(route)} ${method} ${address} ${raw ?? ''} → ${answer.status}`;
    if (answer.status >= 500) broken.push(told);
    // The sample of a sign-in is the owner's own.
    const foreign = bearer === stranger.access && route.path !== '/api/v1/sessions';
    if (foreign && withoutAddress(answer.text, address).includes(world.owner.account)) {
      broken.push(`${told}: data of another`);
    }
    if (answer.headers.get('x-content-type-options') !== 'nosniff') broken.push(`${told}: may be sniffed`);
  }
  expect(broken, `seed ${seed}`).toEqual([]);
  expect(serving.reported, `seed ${seed}`).toEqual([]);
  expect(sent).toBeGreaterThan(500);
  expect((await visit(serving).ask('GET', '/health/ready')).status).toBe(200);
  await serving.close();
});
