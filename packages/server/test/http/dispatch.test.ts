/**
 * The order of checks, on a table of a few rows: what is refused first decides what a stranger can learn.
 */
import { dirname } from 'node:path';
import * as v from 'valibot';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { manualClock } from '../../src/base/clock.ts';
import { openDecision } from '../../src/domain/admin/decision.ts';
import { fail } from '../../src/domain/failures.ts';
import { createHandler, type Handler } from '../../src/http/app.ts';
import {
  type Call,
  type HttpParts,
  openRoute,
  permittedRoute,
  type RouteFacts,
  type Seen,
  sessionRoute,
} from '../../src/http/route.ts';
import { loadConfiguration } from '../../src/program/configuration/configuration.ts';
import { assemble } from '../../src/program/create-doorward.ts';
import { freshDatabase, now } from '../store/folder.ts';

const facts = {
  subject: 'tests',
  summary: 'A row.',
  limits: ['none'],
  answers: { 200: { description: 'Fine.' } },
  failures: [],
} as const satisfies Partial<RouteFacts>;

let seen: Seen[];
let reached: Call[];
let parts: HttpParts;
let handler: Handler;

const fine = (call: Call) => {
  reached.push(call);
  return { status: 200, json: { fine: true } };
};

const body = v.strictObject({ name: v.string('This must be text.') });
const table = [
  openRoute({ ...facts, method: 'GET', path: '/open', forgery: 'none' }, fine),
  openRoute({ ...facts, method: 'POST', path: '/open', forgery: 'always', body }, fine),
  openRoute({ ...facts, method: 'GET', path: '/things/:id', forgery: 'none' }, fine),
  sessionRoute({ ...facts, method: 'PUT', path: '/own', forgery: 'carrier', body }, fine),
  permittedRoute({ ...facts, method: 'GET', path: '/secret', forgery: 'none', permission: 'a:read' }, fine),
  openRoute({ ...facts, method: 'GET', path: '/broken', forgery: 'none' }, () => {
    throw new Error('the inside of the house');
  }),
  openRoute({ ...facts, method: 'GET', path: '/refusing', forgery: 'none' }, () => {
    throw fail('attempts_exhausted', { retryAfter: 7, detail: { check: 'budget' } });
  }),
];

beforeEach(async () => {
  const reported: unknown[] = [];
  [seen, reached] = [[], []];
  const { values } = loadConfiguration({ flags: { dataFolder: dirname(freshDatabase()) } });
  const assembly = await assemble(values, {
    clock: manualClock(now),
    port: 3000,
    observe: (one) => void seen.push(one),
    report: (thrown) => void reported.push(thrown),
  });
  ({ parts } = assembly);
  handler = createHandler(parts, table);
  onTestFinished(() => assembly.close());
});

interface Asked {
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const ask = (method: string, path: string, asked: Asked = {}) =>
  handler(new Request(`http://localhost:3000${path}`, { method, ...asked }), { peer: '192.0.2.1' });

const codeOf = async (answer: Response | Promise<Response>): Promise<unknown> =>
  ((await (await answer).json()) as { code: unknown }).code;

describe('what is refused first', () => {
  const evil = { origin: 'https://evil.example' };
  const cookie = { cookie: 'doorward_session=x' };
  const bearer = { authorization: 'Bearer dw_at_x' };

  test.each<[string, string, string, Record<string, string>, string]>([
    [
      'the spelling of the path, before anything',
      'POST',
      '/open/?x=1',
      { ...evil, ...cookie },
      'path_malformed',
    ],
    ['a path of nothing', 'GET', '/nothing?x=1', evil, 'not_found'],
    ['a method without a row', 'DELETE', '/open', evil, 'method_not_allowed'],
    ['another site, before the body is read', 'POST', '/open?x=1', evil, 'origin_refused'],
    ['a missing credential, before origin, query and body', 'PUT', '/own?x=1', evil, 'credentials_missing'],
    [
      'a worthless credential, before origin, query and body',
      'PUT',
      '/own?x=1',
      { ...evil, ...cookie },
      'credentials_invalid',
    ],
    [
      'a worthless credential on a row for the permitted',
      'GET',
      '/secret?x=1',
      bearer,
      'credentials_invalid',
    ],
    [
      'an unknown query, before the body',
      'POST',
      '/open?x=1',
      { 'content-type': 'text/plain' },
      'query_invalid',
    ],
    [
      'the media type, before what is in it',
      'POST',
      '/open',
      { 'content-type': 'text/plain' },
      'media_type_unsupported',
    ],
    ['what is in the body', 'POST', '/open', { 'content-type': 'application/json' }, 'input_invalid'],
  ])('%s', async (_what, ...[method, path, headers, code]) => {
    expect(await codeOf(ask(method, path, { headers, ...(method === 'GET' ? {} : { body: '{}' }) }))).toBe(
      code,
    );
    expect(reached).toEqual([]);
  });

  test('rows for anyone do not look at credentials', async () => {
    expect((await ask('GET', '/open', { headers: { authorization: 'Bearer', ...cookie } })).status).toBe(200);
    expect(reached[0]?.principal).toBeUndefined();
  });
});

describe('a request that passes', () => {
  test('reaches its row with what was read, and is seen once', async () => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '10.0.0.1' };
    const answer = await ask('POST', '/open', { headers, body: '{"name":"a"}' });
    expect([answer.status, await answer.json()]).toEqual([200, { fine: true }]);
    expect(reached[0]).toMatchObject({ body: { name: 'a' }, network: '192.0.2.1' });
    expect(seen).toMatchObject([
      { method: 'POST', route: '/open', status: 200, network: '192.0.2.1', thrown: undefined },
    ]);
    expect(seen[0]?.duration).toBeGreaterThanOrEqual(0);
  });

  test('carries the parameter of its path, whatever letters it has', async () => {
    for (const id of ['a', 'a.b', '..a', 'A_b-c~d', 'x'.repeat(500)]) {
      await ask('GET', `/things/${id}`);
      expect(reached.at(-1)?.param('id')).toBe(id);
    }
    expect((await ask('GET', '/things/')).status).toBe(400);
    expect((await ask('GET', '/things/a%2fb')).status).toBe(400);
    expect((await ask('GET', '/things/a/b')).status).toBe(404);
  });

  test('asked by HEAD is answered without a body', async () => {
    const answer = await ask('HEAD', '/open');
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  test('carries the headers of every reply', async () => {
    for (const path of ['/open', '/nothing', '/broken', '/refusing', '/secret']) {
      const { headers } = await ask('GET', path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});

describe('a request that fails', () => {
  test('because something broke says nothing of it to the caller, and all to the operator', async () => {
    const answer = await ask('GET', '/broken');
    const text = await answer.text();
    expect([answer.status, JSON.parse(text)]).toMatchObject([500, { code: 'internal', status: 500 }]);
    expect(text).not.toContain('house');
    expect(seen).toMatchObject([
      { route: '/broken', status: 500, thrown: { message: 'the inside of the house' } },
    ]);
    expect(answer.headers.get('x-request-id')).toBe(seen[0]?.requestId);
  });

  test('because it was refused tells the code, the seconds, and a decision that opens', async () => {
    const answer = await ask('GET', '/refusing');
    const document = (await answer.json()) as Record<string, unknown>;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(document).toMatchObject({ code: 'attempts_exhausted', retry_after: 7, status: 429 });
    expect(openDecision(parts.ports.vault, String(document['decision']))).toMatchObject({
      code: 'attempts_exhausted',
      method: 'GET',
      path: '/refusing',
      network: '192.0.2.1',
      requestId: seen[0]?.requestId,
      detail: { check: 'budget' },
    });
  });

  test('for want of a credential says by which, and clears the cookies that were worthless', async () => {
    const missing = await ask('GET', '/secret');
    expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="http://localhost:3000"');
    expect(missing.headers.getSetCookie()).toEqual([]);
    const stale = await ask('GET', '/secret', { headers: { cookie: 'doorward_session=x; other=y' } });
    expect(stale.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(stale.headers.getSetCookie()).toEqual([expect.stringMatching(/^doorward_session=; .*Max-Age=0/)]);
    // A header was the choice here: the cookies were not looked at and stay.
    const chosen = await ask('GET', '/secret', {
      headers: { cookie: 'doorward_session=x', authorization: 'Bearer x' },
    });
    expect(chosen.headers.getSetCookie()).toEqual([]);
  });

  test('for want of a method names those that there are', async () => {
    const answer = await ask('DELETE', '/open');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD']);
    expect(seen).toMatchObject([{ route: '', status: 405 }]);
  });

  test('has an id of its own each time', async () => {
    for (let turn = 0; turn < 50; turn += 1) await ask('GET', '/nothing');
    expect(new Set(seen.map(({ requestId }) => requestId)).size).toBe(50);
  });
});
