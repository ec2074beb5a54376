/**
 * What caches may keep: nothing that is anybody's own. The route table gives the addresses, and a cache that believes every
 * answer and looks at no cookie stands between two people.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../../packages/server/src/http/route.ts';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { cookieHeader, device, type Person } from '../../journeys/cast.ts';
import { type Answer, visit } from '../../kit/visitor.ts';
import { makeWorld, nameOf, pathOf, type World } from './rows.ts';

/** Stands in everything that is told about whoever is signed in. */
const canary = 'canary-7f3a91';

let world: World;
let cookie: string;
let ada: Person;
beforeAll(async () => {
  world = await makeWorld();
  ada = await device(world.serving, world.owner, { carrier: 'cookie' });
  await ada.ask('PATCH', '/api/v1/account', { body: { name: canary } });
  cookie = cookieHeader(ada);
});
afterAll(() => world.serving.close());

const reading = routes.filter(({ method }) => method === 'GET');
const rows = reading.map((route) => [nameOf(route), route] as const);

/** A stream of events never ends, and is tried in its own tests. */
const isStream = ({ answers }: Route): boolean =>
  Object.values(answers).some(({ mediaType }) => mediaType === 'text/event-stream');

const address = (route: Route): string => pathOf(route, world.named, world.owner.account);

const asAda = (path: string): Promise<Answer> =>
  visit(world.serving, { program: true }).ask('GET', path, { headers: { cookie, accept: 'text/html, */*' } });

const asNobody = (path: string): Promise<Answer> =>
  visit(world.serving, { program: true }).ask('GET', path, { headers: { accept: 'text/html, */*' } });

/** Whether a cache may keep an answer for others (RFC 9111 §3). */
const isKept = ({ headers }: Answer): boolean => {
  const directives = (headers.get('cache-control') ?? '').split(/\s*,\s*/);
  return !directives.includes('no-store') && !directives.includes('private');
};

describe('WEB-09: what a cache may keep is the same for everybody', () => {
  test.each(rows.filter(([, route]) => !isStream(route)))('%s', async (_name, route) => {
    const answer = await asAda(address(route));
    if (!isKept(answer)) return;
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(answer.text).not.toContain(canary);
    expect(answer.text).toBe((await asNobody(address(route))).text);
  });

  test('the addresses that are told apart by the credential are not kept', async () => {
    for (const path of [
      '/api/v1/session',
      '/api/v1/account',
      '/api/v1/account/sessions',
      '/api/v1/principal',
    ])
      expect([path, (await asAda(path)).headers.get('cache-control')]).toEqual([path, 'no-store']);
  });
});

describe('WEB-09: an address with something behind it is another address', () => {
  const endings = [
    '/x.css',
    ';.js',
    '.css',
    '%2fx.png',
    '/..%2fx.css',
    '%00.js',
    '%3b.css',
    '/.',
    '//',
    '%23x.css',
  ];

  test.each(rows.filter(([, { path }]) => path !== '/' && !path.includes(':')))(
    '%s',
    async (_name, route) => {
      for (const ending of endings) {
        const answer = await asAda(`${address(route)}${ending}`);
        expect([ending, [400, 403, 404, 405].includes(answer.status)]).toEqual([ending, true]);
        expect(answer.text).not.toContain(canary);
        expect(answer.headers.get('cache-control')).toBe('no-store');
      }
    },
  );
});

test('WEB-09: behind a cache that looks at no cookie nobody sees what is another’s', async () => {
  const kept = new Map<string, Answer>();
  /** Keeps what it may, and whatever has the name of a file. */
  const through = async (path: string, ask: (path: string) => Promise<Answer>): Promise<Answer> => {
    const hit = kept.get(path);
    if (hit) return hit;
    const answer = await ask(path);
    const looksLikeFile = /\.(?:css|js|png|svg|ico)$/.test(path) && answer.status === 200;
    if (looksLikeFile || (answer.status === 200 && isKept(answer))) kept.set(path, answer);
    return answer;
  };
  const plain = reading.filter((route) => !isStream(route)).map(address);
  const addresses = plain.flatMap((path) => [path, `${path}.css`, `${path}/x.js`, `${path};x.png`]);
  let seen = 0;
  for (const path of addresses) if ((await through(path, asAda)).text.includes(canary)) seen += 1;
  expect(seen).toBeGreaterThan(2);
  for (const path of addresses) {
    const answer = await through(path, asNobody);
    expect([path, answer.text.includes(canary)]).toEqual([path, false]);
    expect(answer.headers.getSetCookie().join()).not.toMatch(/doorward_session=dw_/);
  }
});

test.each([
  '/.git/config',
  '/.git/HEAD',
  '/.env',
  '/.npmrc',
  '/package.json',
  '/package-lock.json',
  '/data/doorward.db',
  '/doorward.db',
  '/doorward.db-wal',
  '/master.key',
  '/assets/../package.json',
  '/assets/%2e%2e/package.json',
  '/assets/..%2fpackage.json',
  '/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '/assets/style.css.map',
  '/assets/style.css%00.js',
  '/assets/style.css/',
  '/assets/',
  '/assets/.',
  '/assets//etc/passwd',
  '/assets/C:%5cwindows',
  '/assets/style.css.ts',
  '/assets/__proto__',
  '/assets/constructor',
  '/src/program/main.ts',
  '/dist/program/main.js',
  '/node_modules/hono/package.json',
  '/server-status',
  '/debug/pprof/',
  '/actuator/env',
  '/swagger.json',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..%5c..%5cetc%5cpasswd',
])('WEB-14: %s is not served', async (path) => {
  const answer = await asAda(path);
  expect([400, 404]).toContain(answer.status);
  expect(answer.text).not.toMatch(/root:|"dependencies"|SQLite format|\[core\]/);
});
