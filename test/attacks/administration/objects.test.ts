/**
 * Whose thing it is: every row that names something, asked by everybody for what is not theirs.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { putRole } from '../../../packages/server/src/domain/accounts/govern.ts';
import type { Route } from '../../../packages/server/src/http/route.ts';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { apiKey, bearing, type Person, person } from '../../journeys/cast.ts';
import { type Answer, type Visitor, visit } from '../../kit/visitor.ts';
import { bodyOf, changes, makeWorld, nameOf, said, type World } from '../web/rows.ts';

let world: World;
let mallory: Person;
let deleted: Person;
let key: string;
/** Permissions like those of an administrator, one letter off. */
let almost: Person;
beforeAll(async () => {
  world = await makeWorld();
  const { serving, admin } = world;
  mallory = await person(serving, 'mallory', { peer: '192.0.2.66' });
  deleted = await person(serving, 'deleted');
  await admin.ask('DELETE', `/api/v1/admin/accounts/${deleted.account}`);
  const permissions = [
    'doorward:accounts',
    'doorward:accounts:rea',
    'doorward:accounts:read2',
    'accounts:read',
  ];
  const operator = { actor: 'operator', permissions: 'all', network: 'unknown' } as const;
  await putRole(serving.assembly.ports, operator, { name: 'almost', permissions });
  almost = await person(serving, 'almost', { roles: ['almost', 'reader'], peer: '192.0.2.67' });
  key = (await apiKey(mallory, ['account:read', 'doorward:accounts:read', 'doorward:accounts:write'])).text;
});
afterAll(() => world.serving.close());

const ask = (visitor: Visitor, route: Route, path: string): Promise<Answer> =>
  visitor.ask(route.method, path, said(route, bodyOf(route)));

/** What of the world must not change. */
const everything = async (): Promise<unknown> => {
  const { read } = world.serving.assembly.ports.store;
  const accounts = [world.owner.account, world.admin.account];
  return Promise.all([
    read.events.head(),
    read.roles.list(),
    ...accounts.map((id) => read.accounts.find(id)),
    ...accounts.map((id) => read.accounts.password(id)),
    ...accounts.map((id) => read.apiKeys.list(id)),
    ...accounts.map((id) => read.sessions.listOpen(id)),
  ]);
};

const guessed = '01890a5d-ac96-774b-bcce-b302099a8057';
const noIds = [
  'x',
  '0',
  'null',
  'undefined',
  '-1',
  '..',
  '%00',
  '*',
  'me',
  guessed.toUpperCase(),
  `${guessed}0`,
];

/** What no path of ours is spelled with: such a request may be refused before it is looked at. */
const misspelled = /[%*]|\.\./;

const forAdministrators = routes
  .filter(({ access }) => access.who === 'permitted')
  .map((route) => [nameOf(route), route] as const);

describe('ADM-01: whatever administrators may, others may not', () => {
  let before: unknown;
  beforeEach(async () => {
    before = await everything();
  });

  test.each(forAdministrators)('%s', async (_name, route) => {
    const ids = [
      world.owner.account,
      world.admin.account,
      mallory.account,
      deleted.account,
      guessed,
      'reader',
      'admin',
    ];
    for (const id of ids) {
      const path = route.path.replace(/:[a-z]+/, id);
      const answers = [
        await ask(mallory, route, path),
        await ask(almost, route, path),
        await ask(bearing(visit(world.serving, { program: true }), key), route, path),
      ];
      // The same refusal whether there is such a thing or not.
      for (const { status, json } of answers)
        expect([status, json['code']]).toEqual([403, 'permission_missing']);
    }
    expect(await everything()).toEqual(before);
  });
});

const owned: readonly (readonly [string, (from: Person) => string])[] = [
  ['/api/v1/account/sessions/:id', ({ session }) => session],
  ['/api/v1/account/api-keys/:id', () => world.named['/api/v1/account/api-keys/:id'] ?? ''],
];

describe('ADM-01, SES-13: what somebody owns is nothing to others', () => {
  test.each(owned)('%s', async (path, idOf) => {
    const before = await everything();
    const route = routes.find((one) => one.path === path);
    if (!route) throw new Error(`no row ${path}`);
    const ids = [idOf(world.owner), world.owner.account, world.owner.session, deleted.session, guessed];
    const texts = new Set<string>();
    for (const id of [...ids, ...noIds]) {
      for (const stranger of [mallory, almost, world.admin]) {
        const answer = await ask(stranger, route, path.replace(':id', id));
        expect([
          id,
          answer.status === 404 || (misspelled.test(id) && [400, 405].includes(answer.status)),
        ]).toEqual([id, true]);
        if (answer.status === 404) texts.add(answer.text);
      }
    }
    expect(texts.size).toBe(1);
    expect(await everything()).toEqual(before);
  });
});

describe('ADM-01: an administrator who names nothing that is there', () => {
  const naming = routes.filter(({ path, access }) => access.who === 'permitted' && path.includes(':'));

  test.each(naming.map((route) => [nameOf(route), route] as const))(
    '%s: 404 and no effect',
    async (_name, route) => {
      const before = await everything();
      for (const id of [deleted.account, deleted.session, guessed, ...noIds]) {
        const path = route.path.replace(/:[a-z]+/, id);
        if (route.method === 'PUT') continue;
        const answer = await ask(world.admin, route, path);
        const expected = misspelled.test(id) ? [400, 404, 405] : [404];
        expect([path, expected.includes(answer.status)]).toEqual([path, true]);
      }
      expect(await everything()).toEqual(before);
    },
  );
});

describe('ADM-09: what is for operators is closed to others', () => {
  test.each(['/metrics', '/api/v1/admin/stats', '/api/v1/admin/events', '/api/v1/admin/keys'])(
    '%s',
    async (path) => {
      const nobody = visit(world.serving, { program: true });
      const answers = [
        await nobody.ask('GET', path),
        await mallory.ask('GET', path),
        await nobody.ask('GET', path, { bearer: key }),
        await nobody.ask('GET', path, { headers: { 'x-forwarded-for': '127.0.0.1', host: 'localhost' } }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([401, 403, 403, 401]);
      for (const { text } of answers) expect(text).not.toMatch(/doorward_|"kid"|"accounts"|# HELP/);
      expect((await world.admin.ask('GET', path)).status).toBe(200);
    },
  );

  test.each([
    '/debug',
    '/debug/pprof',
    '/env',
    '/config',
    '/admin',
    '/server-status',
    '/.env',
    '/.git/config',
    '/api',
    '/api/v1',
    '/api/v1/admin',
    '/data/doorward.db',
    '/master.key',
    '/assets/package.json',
    '/phpmyadmin',
    '/actuator/health',
  ])('%s is nothing', async (path) => {
    const { status } = await world.admin.ask('GET', path);
    expect([400, 404]).toContain(status);
  });

  test('nothing answers TRACE, TRACK or CONNECT', async () => {
    for (const method of ['PROPFIND', 'TRACK2', 'DEBUG'])
      expect((await world.admin.ask(method, '/metrics')).status).toBe(405);
  });
});

test('the sweep has something to sweep', () => {
  expect(forAdministrators.length).toBeGreaterThan(15);
  expect(forAdministrators.filter(([, route]) => changes(route)).length).toBeGreaterThan(6);
});
