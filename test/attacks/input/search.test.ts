import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { type Answer, goodPassword, type Visitor, visit } from '../../kit/visitor.ts';
import { bodyOf, fieldsOf, makeWorld, nameOf, pathOf, said, type World } from '../web/rows.ts';

let world: World;
let program: Visitor;
beforeAll(async () => {
  world = await makeWorld({ settings: { networkAttempts: 100_000, signUpAttempts: 100_000 } });
  program = visit(world.serving, { program: true });
  for (const name of ['per%cent', 'under_score', "quo'te", 'back\\slash', 'ex!claim', '\u00C4RGER'])
    await program.ask('POST', '/api/v1/accounts', {
      body: { username: `p${Buffer.from(name).toString('hex')}`, name, password: goodPassword },
    });
});
afterAll(() => world.serving.close());

const admin = (method: string, path: string, body?: unknown): Promise<Answer> =>
  program.ask(method, path, { bearer: world.admin.access, ...(body === undefined ? {} : { body }) });

const search = async (text: string): Promise<string[]> => {
  const answer = await admin('GET', `/api/v1/admin/accounts?search=${encodeURIComponent(text)}`);
  expect(answer.status).toBe(200);
  return (answer.json['accounts'] as { name: string }[]).map(({ name }) => name);
};

/** Texts that would change a statement they were pasted into. */
const injections = [
  "'",
  "''",
  '"',
  '`',
  ';',
  '--',
  '/*',
  "' OR '1'='1",
  "' OR 1=1 --",
  "1' UNION SELECT phc FROM passwords --",
  "'; DROP TABLE accounts; --",
  "') OR EXISTS (SELECT 1 FROM passwords WHERE phc LIKE '%",
  "\\' OR 1=1 --",
  'x" OR "1"="1',
  '%27%20OR%201=1',
  "' || (SELECT hash FROM events LIMIT 1) || '",
  "' AND randomblob(100000000) --",
  "' AND 1=load_extension('x') --",
  "$1' OR 1=1",
  '?1',
  ':name',
  '@name',
  '{"$ne":null}',
];

describe('INP-08: what is searched for is text and nothing else', () => {
  test.each([
    ['%', ['per%cent']],
    ['_', ['under_score']],
    ["'", ["quo'te"]],
    ['\\', ['back\\slash']],
    ['!', ['ex!claim']],
    ['%%', []],
    ['r%c', ['per%cent']],
    ['p_r', []],
    ['PER%', ['per%cent']],
    ['\u00E4rger', ['\u00C4RGER']],
  ])('%s finds %j', async (text, found) => {
    expect(await search(text)).toEqual(found);
  });

  test.each(injections)('%s finds nobody who is not called so', async (text) => {
    for (const name of await search(text)) expect(name).toContain(text);
  });

  test('nothing of the kind changes anything, in whatever parameter, path or field it stands', async () => {
    const { store } = world.serving.assembly.ports;
    const stable = async (): Promise<unknown> => {
      const { accounts, identifiers, passwords, roles, signing_keys: keys } = await store.rowCounts();
      return { accounts, identifiers, passwords, roles, keys };
    };
    const before = await stable();
    for (const text of injections) {
      const coded = encodeURIComponent(text);
      for (const query of [`after=${coded}`, `limit=${coded}`, `search=${coded}&limit=${coded}`])
        expect([200, 400]).toContain((await admin('GET', `/api/v1/admin/accounts?${query}`)).status);
      for (const query of [`before=${coded}`, `account=${coded}`, `type=${coded}`])
        expect([200, 400]).toContain((await admin('GET', `/api/v1/admin/events?${query}`)).status);
      expect([400, 401]).toContain((await program.ask('GET', `/api/v1/revocations?after=${coded}`)).status);
      expect([400, 404]).toContain((await admin('GET', `/api/v1/admin/accounts/${coded}`)).status);
      expect([400, 404]).toContain((await admin('DELETE', `/api/v1/admin/roles/${coded}`)).status);
      const headers = { 'x-forwarded-for': text, 'user-agent': text, cookie: `doorward_session=${text}` };
      const signIn = { identifier: text, password: text, carrier: 'opaque' };
      expect([400, 401]).toContain(
        (await program.ask('POST', '/api/v1/sessions', { body: signIn, headers })).status,
      );
      expect([400, 401]).toContain(
        (await program.ask('POST', '/api/v1/tokens/refresh', { body: { refresh_token: text } })).status,
      );
    }
    expect(await stable()).toEqual(before);
  });

  test('every text field of every row takes them as text, or refuses them', async () => {
    // Not the rows by which the administrator would take leave.
    const leave = /^(?:\/api\/v1\/account(?:\/password)?|\/account\/(?:password|deletion))$/;
    const rows = routes.filter(({ body, path }) => body && !leave.test(path));
    for (const route of rows) {
      const good = bodyOf(route) ?? {};
      for (const field of fieldsOf(route.body).filter((name) => typeof good[name] === 'string')) {
        const text = `${injections[7]} ${injections[10]}`;
        const answer = await program.ask(route.method, pathOf(route, world.named, world.owner.account), {
          ...said(route, { ...good, [field]: text }),
          headers: { ...said(route, good).headers, authorization: `Bearer ${world.admin.access}` },
        });
        expect([nameOf(route), field, answer.status < 500]).toEqual([nameOf(route), field, true]);
      }
    }
    expect((await admin('GET', '/api/v1/admin/stats')).status).toBe(200);
  });
});

describe('INP-14: numbers and cursors', () => {
  const wrong = [
    '-1',
    '201',
    '1e2',
    '1e9',
    '9007199254740993',
    '99999999999999999999',
    '0x10',
    '010',
    '1.5',
    '1.0',
    '+1',
    '%201',
    '1%20',
    '',
    'NaN',
    'Infinity',
    'null',
    'true',
    '[]',
    '\u0661',
    '1,2',
  ];

  test.each(['0', ...wrong])('a page of %s accounts or events is refused', async (limit) => {
    const coded = limit.includes('%') ? limit : encodeURIComponent(limit);
    for (const list of ['accounts', 'events']) {
      const answer = await admin('GET', `/api/v1/admin/${list}?limit=${coded}`);
      expect([list, answer.status, answer.json['code']]).toEqual([list, 400, 'query_invalid']);
      expect(answer.json['errors']).toMatchObject([{ field: 'limit' }]);
    }
  });

  test.each(wrong.filter((text) => !['201'].includes(text)))(
    'a position of %s is refused',
    async (position) => {
      const coded = position.includes('%') ? position : encodeURIComponent(position);
      for (const path of ['/api/v1/admin/events?before=', '/api/v1/revocations?after='])
        expect([path, (await admin('GET', `${path}${coded}`)).status]).toEqual([path, 400]);
    },
  );

  test.each([
    'not-an-id',
    '0',
    '00000000-0000-0000-0000-00000000000',
    'ADA00000-0000-0000-0000-000000000000',
    '..',
  ])('a cursor of %s is refused', async (cursor) => {
    for (const query of [`accounts?after=${cursor}`, `events?account=${cursor}`])
      expect([query, (await admin('GET', `/api/v1/admin/${query}`)).status]).toEqual([query, 400]);
  });

  test('pages walk over everybody once, whatever their size', async () => {
    const all = (await admin('GET', '/api/v1/admin/accounts?limit=200')).json['accounts'] as { id: string }[];
    for (const limit of [1, 3, 7]) {
      const walked: string[] = [];
      let after = '';
      for (let page = 0; page < 30; page += 1) {
        const answer = await admin(
          'GET',
          `/api/v1/admin/accounts?limit=${limit}${after && `&after=${after}`}`,
        );
        walked.push(...(answer.json['accounts'] as { id: string }[]).map(({ id }) => id));
        if (answer.json['next'] === null) break;
        after = answer.json['next'] as string;
      }
      expect(walked).toEqual(all.map(({ id }) => id));
    }
    const beyond = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    expect((await admin('GET', `/api/v1/admin/accounts?after=${beyond}`)).json).toEqual({
      accounts: [],
      next: null,
    });
  });

  test.each([0, -1, 59, 730 * 86_400 + 1, 1e15, 60.5, '60', null, [60]])(
    'a key that lives %j seconds is refused',
    async (life) => {
      const body = { name: 'key', scopes: ['account:read'], expires_in: life };
      const answer = await program.ask('POST', '/api/v1/account/api-keys', {
        bearer: world.owner.access,
        body,
      });
      expect([answer.status, answer.json['code']]).toEqual([400, 'input_invalid']);
    },
  );

  test.each(['60', '63072000'])('a key that lives %s seconds is made', async (life) => {
    const body = { name: 'key', scopes: ['account:read'], expires_in: Number(life) };
    const answer = await program.ask('POST', '/api/v1/account/api-keys', {
      bearer: world.owner.access,
      body,
    });
    expect(answer.status).toBe(201);
    const start = Date.parse(String(answer.json['created_at']));
    expect(Date.parse(String(answer.json['expires_at'])) - start).toBe(Number(life) * 1000);
  });
});
