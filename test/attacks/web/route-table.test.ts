/**
 * Every row of the route table, one rule at a time. A row that is added is tested by being there.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failures } from '../../../packages/server/src/domain/failures.ts';
import type { Route } from '../../../packages/server/src/http/route.ts';
import { checkTable, routes } from '../../../packages/server/src/http/routes.ts';
import { type Visitor, visit } from '../../kit/visitor.ts';
import { bodyOf, changes, formText, isStrict, makeWorld, nameOf, pathOf, said, type World } from './rows.ts';

let world: World;
let nobody: Visitor;
beforeAll(async () => {
  world = await makeWorld();
  nobody = visit(world.serving, { program: true });
});
afterAll(() => world.serving.close());

const rows = routes.map((route) => [nameOf(route), route] as const);
const withBody = rows.filter(([, { body }]) => body);
const withFields = withBody.filter(([, route]) => isStrict(route));
const withParameters = withBody.filter(([, { parameters }]) => parameters);
const guarded = rows.filter(([, { access }]) => access.who !== 'anyone');
const address = (route: Route): string => pathOf(route, world.named, world.owner.account);

/** The administrator's own cookies and bearer token: what is tested here is refused before anything is done. */
const credentials = (): Record<string, string> => ({ authorization: `Bearer ${world.admin.access}` });

test.each(guarded)('%s answers nobody: 401 without a credential', async (_name, route) => {
  const answer = await nobody.ask(route.method, address(route), said(route, bodyOf(route)));
  expect([answer.status, answer.json['code']]).toEqual([401, 'credentials_missing']);
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
});

test.each(guarded)('%s answers nobody with a forged credential', async (_name, route) => {
  const forged = { headers: { authorization: 'Bearer dw_at_forged' } };
  const answer = await nobody.ask(route.method, address(route), forged);
  expect([answer.status, answer.json['code']]).toEqual([401, 'credentials_invalid']);
});

test.each(rows)('%s names its failures from the registry', (_name, { failures: declared }) => {
  for (const code of declared) expect(failures).toHaveProperty(code);
  expect(new Set(declared).size).toBe(declared.length);
});

test.each([...new Set(routes.map(({ path }) => path))])(
  '%s refuses every method that it has no row for, and names those that it has',
  async (path) => {
    const own = routes.filter((route) => route.path === path).map(({ method }) => method);
    const allowed = new Set<string>(own.includes('GET') ? [...own, 'HEAD'] : own);
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY']) {
      if (allowed.has(method)) continue;
      const answer = await nobody.ask(method, pathOf({ path }, world.named, world.owner.account));
      expect([method, answer.status]).toEqual([method, 405]);
      expect(answer.headers.get('allow')?.split(', ')).toEqual([...allowed]);
    }
  },
);

/** Sends anything as the body of a row, and knows the media type that it wants. */
function senderFor(route: Route) {
  const right = route.form ? 'application/x-www-form-urlencoded' : 'application/json';
  const send = (type: string | undefined, raw: string) =>
    nobody.ask(route.method, address(route), {
      raw,
      headers: { ...credentials(), ...(type === undefined ? {} : { 'content-type': type }) },
    });
  return { right, send };
}

describe.each(withBody)('%s', (_name, route) => {
  const { right, send } = senderFor(route);

  test('takes no body of another media type: 415', async () => {
    const others = ['text/plain', 'multipart/form-data; boundary=x', `${right}; charset=utf-16`, `${right}x`];
    others.push(route.form ? 'application/json' : 'application/x-www-form-urlencoded', `${right}, ${right}`);
    for (const type of others) {
      const answer = await send(type, JSON.stringify(bodyOf(route)));
      expect([type, answer.status, answer.json['code']]).toEqual([type, 415, 'media_type_unsupported']);
    }
  });

  test('takes no body over the limit: 413, and one at the limit is read', async () => {
    const { bodyLimit } = world.serving.assembly.parts.site;
    const over = await send(right, ' '.repeat(bodyLimit + 1));
    expect([over.status, over.json['code']]).toEqual([413, 'body_too_large']);
    const at = await send(right, ' '.repeat(bodyLimit));
    expect(at.status).not.toBe(413);
  });
});

describe.each(withFields)('%s', (_name, route) => {
  const { right, send } = senderFor(route);

  test('takes no field that it does not know: 400 with its name', async () => {
    for (const unknown of ['unknown', 'Password', 'id', 'toString', 'hasOwnProperty']) {
      const { raw, body, headers } = said(route, { ...bodyOf(route), [unknown]: 'x' });
      const answer = await send(
        headers?.['content-type'] ?? right,
        typeof raw === 'string' ? raw : JSON.stringify(body),
      );
      expect([answer.status, answer.json['code']]).toEqual([400, 'input_invalid']);
      expect(answer.json['errors']).toContainEqual({ field: unknown, message: 'This is not known here.' });
    }
  });
});

test.each(withFields.filter(([, { form }]) => !form))(
  '%s takes nothing but an object',
  async (_name, route) => {
    const { right, send } = senderFor(route);
    for (const text of ['', '[]', '[{}]', '"text"', '7', 'null', 'true', '{}{}']) {
      const answer = await send(right, text);
      expect([text, answer.status]).toEqual([text, 400]);
    }
  },
);

test.each(withParameters)(
  '%s takes no parameter twice, and does not mind one that it does not know: form',
  async (_name, route) => {
    const { right, send } = senderFor(route);
    const known = formText(bodyOf(route) ?? {});
    const unknown = `${known}&unknown=1&toString=1&__proto__=1`;
    const [plain, more] = [await send(right, known), await send(right, unknown)];
    expect([more.status, more.json['error']]).toEqual([plain.status, plain.json['error']]);
    expect((await send(right, `${unknown}&unknown=2`)).status).toBe(400);
  },
);

const readingParameters = ({ method, parameters }: Route): boolean => parameters === true && method === 'GET';

test.each(rows.filter(([, route]) => readingParameters(route)))(
  '%s takes no parameter twice, and does not mind one that it does not know: query',
  async (_name, route) => {
    const ask = (query: string) => nobody.ask('GET', `${address(route)}?${query}`);
    const [plain, more] = [await ask(''), await ask('unknown=1&toString=1&__proto__=1')];
    expect(more.status).toBe(plain.status);
    for (const query of ['unknown=1&unknown=2', '%', 'a=%zz', 'a=%00', '&&=']) {
      const answer = await ask(query);
      expect([query, answer.status]).toEqual([query, 400]);
    }
  },
);

test.each(rows.filter(([, route]) => !readingParameters(route)))(
  '%s takes no query that it does not know, and none twice: 400',
  async (_name, route) => {
    const queries = [
      'unknown=1',
      'UNKNOWN',
      '__proto__=1',
      'toString=1',
      'constructor[prototype]=1',
      'limit=1&limit=2',
    ];
    for (const query of [...queries, '%', 'a=%zz', 'a=%00', '&&=']) {
      const { headers = {}, ...body } = said(route, bodyOf(route));
      const answer = await nobody.ask(route.method, `${address(route)}?${query}`, {
        ...body,
        headers: { ...headers, ...credentials() },
      });
      expect([query, answer.status, answer.json['code']]).toEqual([query, 400, 'query_invalid']);
    }
  },
);

test.each(rows.filter(([, route]) => !route.body && changes(route)))(
  '%s takes no body at all: 400',
  async (_name, route) => {
    const headers = { ...credentials(), 'content-length': '2', 'content-type': 'application/json' };
    const answer = await nobody.ask(route.method, address(route), { raw: '{}', headers });
    expect([answer.status, answer.json['code']]).toEqual([400, 'body_malformed']);
  },
);

describe('a table with a hole stops the start', () => {
  const [sample] = routes;
  if (!sample) throw new Error('the table is empty');
  const row: Route = {
    ...sample,
    method: 'POST',
    path: '/a',
    access: { who: 'session' },
    forgery: 'carrier',
  };

  test('the one that serves has none', () => {
    expect(() => checkTable(routes)).not.toThrow();
    expect(() => checkTable([row])).not.toThrow();
  });

  test.each<[string, Partial<Route>[]]>([
    ['stands there twice', [{}, {}]],
    ['open to forged requests', [{ forgery: 'none' }]],
    ['open to forged requests', [{ forgery: 'none', method: 'DELETE' }]],
    ['does not check where browsers come from', [{ access: { who: 'anyone' } }]],
    ['says that it does not', [{ forgery: 'explicit' }]],
    ['is shared with pages of other origins', [{ cors: 'any' }]],
    ['is shared with pages of other origins', [{ cors: 'registered', access: { who: 'session' } }]],
    ['does not say its limits', [{ limits: [] }]],
    ['does not say its limits', [{ answers: {} }]],
    ['does not say its limits', [{ summary: '' }]],
  ])('%s: %j', (complaint, faults) => {
    const table = faults.map((fault) => ({ ...row, ...fault }));
    expect(() => checkTable(table)).toThrow(complaint);
    expect(() => checkTable(table)).toThrow(/^route table: (?:POST|DELETE) \/a /);
  });
});
