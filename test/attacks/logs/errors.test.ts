import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { administrator } from '../../journeys/cast.ts';
import { lightArgon2 } from '../../kit/light-argon2.ts';
import { type Answer, goodPassword, visit } from '../../kit/visitor.ts';
import { bodyOf, makeWorld, nameOf, pathOf, said, type World } from '../web/rows.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(async () => {
  await world.serving.close();
  vi.restoreAllMocks();
});

/** What tells a stranger how we are built. */
const inner =
  /select |insert |sqlite|errcode|database|\.ts\b|node_modules|node:|\bat \w+ \(|\/srv\/|stack|EACCES|EIO|argon2|hono|valibot|doorward\.db/i;

const secretWords = 'SQLITE_IOERR: SELECT phc FROM passwords at /srv/doorward/doorward.db (db.ts:42)';

/** Asks every row once, and looks at what it says when it breaks. */
async function askAll(): Promise<Map<string, number>> {
  const statuses = new Map<string, number>();
  for (const route of routes) {
    const { headers, ...body } = said(route, bodyOf(route));
    const answer = await visit(world.serving, { program: true }).ask(
      route.method,
      pathOf(route, world.named, world.owner.account),
      { ...body, headers: { ...headers, authorization: `Bearer ${world.admin.access}` } },
    );
    statuses.set(nameOf(route), answer.status);
    if (answer.status >= 500) quiet(answer);
  }
  return statuses;
}

/** Of problem documents (RFC 9457), and of what OAuth endpoints answer instead (RFC 6749 §5.2). */
const publicMembers: ReadonlySet<string> = new Set([
  'type',
  'title',
  'status',
  'code',
  'retry_after',
  'error',
  'error_description',
]);

function quiet({ status, json, text, headers }: Answer): void {
  expect([500, 503]).toContain(status);
  expect(text).not.toMatch(inner);
  expect(Object.keys(json).filter((name) => !publicMembers.has(name))).toEqual([]);
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-z-]+$/);
  for (const [name, value] of headers)
    if (name !== 'content-security-policy') expect(value).not.toMatch(inner);
  expect(headers.has('server')).toBe(false);
  expect(headers.has('x-powered-by')).toBe(false);
}

describe('LOG-04: whatever breaks, the caller hears a general sentence and an id', () => {
  test('a store whose every transaction fails with words of its own', async () => {
    const { store } = world.serving.assembly.ports;
    vi.spyOn(store, 'transact').mockRejectedValue(new Error(secretWords));
    const statuses = await askAll();
    expect([...statuses.values()].filter((status) => status === 500).length).toBeGreaterThan(5);
    // The operator hears of all of it.
    expect(world.serving.reported.length).toBeGreaterThan(5);
    expect(String((world.serving.reported[0] as Error).cause ?? world.serving.reported[0])).toContain(
      'SQLITE_IOERR',
    );
  });

  test('a store that was closed under the server', async () => {
    const { serving } = world;
    await serving.assembly.close();
    world = { ...world, serving: { ...serving, close: () => rm(serving.dataFolder, { recursive: true }) } };
    const statuses = await askAll();
    for (const [row, status] of statuses) {
      const alive = [
        '/health/live',
        '/',
        '/docs',
        '/docs/failures',
        '/openapi.json',
        '/assets/:name',
        '/setup',
        '/.well-known/jwks.json',
        '/.well-known/openid-configuration',
        '/.well-known/oauth-authorization-server',
        // A challenge is sealed and kept by whoever asked for it.
        '/api/v1/sessions/passkey/options',
        // Pages that only ask something, of somebody who shows no session.
        '/oauth/end-session',
        '/sign-out',
        '/sign-in',
        '/language',
        '/sign-up',
        '/reset',
        '/device',
        // Whoever shows no session decides nothing: they are led to where one begins.
        '/consent',
        '/device/decision',
        // Forgeries are told apart without the store.
        '/api/v1/tokens/revoke',
      ];
      if (!alive.some((path) => row.endsWith(` ${path}`))) expect([row, status >= 400]).toEqual([row, true]);
    }
    expect(statuses.get('GET /health/live')).toBe(200);
    expect(statuses.get('GET /api/v1/session')).toBeGreaterThanOrEqual(500);
    expect(statuses.get('GET /health/ready')).toBeGreaterThanOrEqual(500);
  });

  test('a hash that fails refuses the sign-in, and nobody gets in', async () => {
    vi.spyOn(lightArgon2, 'verify').mockRejectedValue(new Error(`out of memory: ${secretWords}`));
    const body = { identifier: 'ada@example.com', password: goodPassword, carrier: 'opaque' };
    const answer = await visit(world.serving).ask('POST', '/api/v1/sessions', { body });
    expect([answer.status, answer.json['code']]).toEqual([500, 'internal']);
    quiet(answer);
    const basic = Buffer.from(`ada@example.com:${goodPassword}`).toString('base64');
    const headers = { authorization: `Basic ${basic}` };
    quiet(await visit(world.serving, { program: true }).ask('GET', '/verify', { headers }));
  });

  test('a clock, a key or a vault that fails does not let anybody in either', async () => {
    const { ports } = world.serving.assembly;
    vi.spyOn(ports.handles, 'read').mockImplementation(() => {
      throw new TypeError(secretWords);
    });
    const answer = await world.owner.ask('GET', '/api/v1/session');
    expect(answer.status).toBe(500);
    quiet(answer);
  });

  test('a page that breaks says as little', async () => {
    const { store } = world.serving.assembly.ports;
    vi.spyOn(store, 'transact').mockRejectedValue(new Error(secretWords));
    const answer = await visit(world.serving).ask('GET', '/health/ready', {
      headers: { accept: 'text/html' },
    });
    expect(answer.text).not.toMatch(/SQLITE_|\/srv\/|SELECT phc/);
  });
});

describe('LOG-08: what is counted does not grow with what is sent', () => {
  test('a thousand paths, methods, agents and names are a handful of labels, and none of them personal', async () => {
    const { serving } = world;
    const { tallies } = serving.assembly;
    await askAll();
    const admin = await administrator(serving, 'second');
    const before = tallies.times.size;
    for (let turn = 0; turn < 1000; turn += 1) {
      const headers = { 'user-agent': `agent ${turn}`, 'x-forwarded-for': `10.0.${turn % 250}.1` };
      const method = ['GET', 'PUT', `METHOD${turn}`][turn % 3] ?? 'GET';
      const visitor = visit(serving, { program: true, peer: `2001:db8:${turn.toString(16)}::1` });
      await visitor.ask(method, `/path${turn}/${turn}`, { headers });
      if (turn % 10 > 0) continue;
      const body = { identifier: `person${turn}@example.com`, password: `p${turn}`, client_name: `c${turn}` };
      await visitor.ask('POST', '/api/v1/sessions', { body });
      await visitor.ask(method, `/api/v1/admin/accounts/${turn}`, { headers });
    }
    expect(tallies.times.size - before).toBeLessThan(12);
    for (const { labels } of tallies.times.values()) {
      expect(Object.keys(labels)).toEqual(['method', 'route', 'status']);
      expect(['none', ...routes.map(({ path }) => path)]).toContain(labels['route']);
    }
    const text = (await admin.ask('GET', '/metrics')).text;
    expect(text).not.toMatch(/@|person\d|agent \d|path\d|2001:db8|203\.0\.113|dw_/);
    expect(text.split('\n').length).toBeLessThan(5000);
  });
});
