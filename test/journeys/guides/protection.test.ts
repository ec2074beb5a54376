import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Guard,
  type Requirement,
  requireRecent,
  requireRole,
} from '../../../packages/guard/src/index.ts';
import { shellLines } from '../../kit/documents.ts';
import { runProcess, type StartedProcess, startProcess } from '../../kit/process.ts';
import { type Snippets, snippetsOf } from '../../kit/snippets.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { listening } from '../guard/listening.ts';
import { type Reader, seatReader } from '../page-reader.ts';

const page = new URL('../../../docs/guides/protect-an-api.md', import.meta.url);

let server: StartedProcess;
let snippets: Snippets;
let reader: Reader;
/** Where the programs of the page listen. */
let origin: string;
beforeAll(async () => {
  server = await startProcess({ settings: { trustedProxies: '127.0.0.1,::1' } });
  const free = await listening(createServer());
  await free.close();
  origin = free.origin;
  const { port } = new URL(origin);
  const places = {
    'http://localhost:4000': origin,
    'http://localhost:3000': server.origin,
    'listen(4000': `listen(${port}`,
    'port: 4000': `port: ${port}`,
  };
  snippets = await snippetsOf(page, places);
  reader = seatReader({ places, dataFolder: server.dataFolder });
  const readme = await shellLines(new URL('../../../README.md', import.meta.url));
  for (const line of readme.filter((each) => each.startsWith('curl')).slice(0, 2)) await reader.follow(line);
});
afterAll(async () => {
  await snippets.remove();
  server.kill();
  await server.exited;
});

const bearer = (token = ''): Record<string, string> => ({ authorization: `Bearer ${token}` });
const basic = { authorization: `Basic ${Buffer.from(`ada@example.com:${goodPassword}`).toString('base64')}` };

async function ask(address: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(address, { headers });
  await response.body?.cancel();
  return response.status;
}

const send = (address: string, body: object): Promise<Response> =>
  fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** An account of its own without a role, and how it signs in. */
async function newcomer(): Promise<{ username: string; signIn(): Promise<string> }> {
  const username = `bob-${crypto.randomUUID().slice(0, 8)}`;
  await send(`${server.origin}/api/v1/accounts`, { username, password: goodPassword });
  return {
    username,
    signIn: async () => {
      const claim = { identifier: username, password: goodPassword, carrier: 'jwt' };
      const response = await send(`${server.origin}/api/v1/sessions`, claim);
      return String(((await response.json()) as Record<string, unknown>)['access_token']);
    },
  };
}

const stranger = async (): Promise<string> => (await newcomer()).signIn();

/** What a program of the page gives to others. */
const parts = async <T>(name: string): Promise<T> =>
  (await import(pathToFileURL(join(snippets.folder, name)).href)) as T;

test('all programs of the page are run below, and please the compiler', async () => {
  const shells = ['express.ts', 'fastify.ts', 'hono.ts', 'node.ts', 'inside.ts', 'watching.ts'];
  const imported = [
    'route.ts',
    'svelte.ts',
    'worker.ts',
    'asking.ts',
    'clients.ts',
    'basic.ts',
    'requirement.ts',
  ];
  expect(snippets.names.toSorted()).toEqual([...shells, ...imported].toSorted());
  expect(await snippets.check()).toBe('');
});

test('express: the calls of the page answer as it says', async () => {
  const started = await snippets.start('express.ts', /localhost/);
  try {
    const [install, ...lines] = await shellLines(page);
    expect(install).toBe('npm install @doorward/guard');
    const [first = '', ...rest] = lines;
    expect(await reader.follow(first)).toBe(200);
    const text = await readFile(page, 'utf8');
    const shown = JSON.parse(/^```json\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? '') as object;
    expect(Object.keys(reader.lastAnswer())).toEqual(Object.keys(shown));
    const came: number[] = [];
    for (const line of rest) came.push(await reader.follow(line));
    expect(came).toEqual([401, 403, 0, 0, 200, 200, 0, 201]);
    expect(await ask(`${origin}/orders`, bearer(reader.variables['KEY']))).toBe(200);
  } finally {
    await started.stop();
  }
});

test.each(['fastify.ts', 'hono.ts', 'node.ts'])(
  '%s: nobody, a stranger and a clerk are answered 401, 403 and 200',
  async (name) => {
    const started = await snippets.start(name, /localhost/);
    try {
      const orders = `${origin}/orders`;
      expect([
        await ask(orders),
        await ask(orders, bearer(await stranger())),
        await ask(orders, bearer(reader.variables['ACCESS'])),
      ]).toEqual([401, 403, 200]);
    } finally {
      await started.stop();
    }
  },
);

type Handler = (request: Request) => Promise<Response>;

const handlers: readonly (readonly [string, () => Promise<Handler>])[] = [
  ['route.ts', async () => (await parts<{ GET: Handler }>('route.ts')).GET],
  [
    'svelte.ts',
    async () => {
      const { GET } = await parts<{ GET: (event: { request: Request }) => Promise<Response> }>('svelte.ts');
      return (request) => GET({ request });
    },
  ],
  ['worker.ts', async () => (await parts<{ default: { fetch: Handler } }>('worker.ts')).default.fetch],
  ['asking.ts', async () => (await parts<{ pay: Handler }>('asking.ts')).pay],
];

test.each(handlers)('%s: nobody, a stranger and a clerk are answered 401, 403 and 200', async (_, load) => {
  const handler = await load();
  const status = async (headers = {}): Promise<number> =>
    (await handler(new Request(`${origin}/orders`, { headers }))).status;
  expect([
    await status(),
    await status(bearer(await stranger())),
    await status(bearer(reader.variables['ACCESS'])),
  ]).toEqual([401, 403, 200]);
});

test('inside.ts: the server is in the program, and its cookie opens the API until it is signed out', async () => {
  const started = await snippets.start('inside.ts', /localhost/);
  try {
    const password = goodPassword;
    expect((await send(`${origin}/api/v1/accounts`, { username: 'ada', password })).status).toBe(201);
    const signedIn = await send(`${origin}/api/v1/sessions`, { identifier: 'ada', password });
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    expect([await ask(`${origin}/me`), await ask(`${origin}/me`, { cookie })]).toEqual([401, 200]);
    const headers = { cookie, origin };
    const out = await fetch(`${origin}/api/v1/session`, { method: 'DELETE', headers });
    expect([out.status, await ask(`${origin}/me`, { cookie })]).toEqual([204, 401]);
  } finally {
    await started.stop();
  }
});

test('clients.ts: a machine calls, and is told from every person', async () => {
  const { CLIENT = '', SECRET = '' } = reader.variables;
  Object.assign(process.env, { API_CLIENT: CLIENT, API_SECRET: SECRET });
  const { api } = await parts<{ api: Guard }>('clients.ts');
  const response = await fetch(`${server.origin}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${CLIENT}:${SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  const { principal } = await api.verify(new Request(origin, { headers: bearer(token) }));
  expect(principal).toMatchObject({ accountId: CLIENT, clientId: CLIENT, sessionId: undefined });
  api.close();
});

test('basic.ts: Basic is accepted where it is named, and a guess counts for the network that made it', async () => {
  const { api } = await parts<{ api: Guard }>('basic.ts');
  const { principal } = await api.verify(new Request(origin, { headers: basic }));
  expect(principal?.carrier).toBe('basic');
  const guess = `Basic ${Buffer.from('ada@example.com:a guess').toString('base64')}`;
  const header = (name: string): string | undefined => (name === 'authorization' ? guess : undefined);
  const { failure } = await api.verify({ method: 'GET', header, peer: '203.0.113.9' });
  expect(failure?.code).toBe('credentials_invalid');
  const list = ['events', 'list', '--json', '--type', 'sign-in.refused'];
  const { stdout } = await runProcess([...list, '--data-folder', server.dataFolder]);
  expect(stdout).toContain('"203.0.113.9"');
});

test('an API key has its scopes and no roles, Basic proves itself each time', async () => {
  const { api } = await parts<{ api: Guard }>('basic.ts');
  const verify = (headers: Record<string, string>, ...requirements: Requirement[]) =>
    api.verify(new Request(origin, { headers }), ...requirements);
  const key = bearer(reader.variables['KEY']);
  expect((await verify(key)).principal).toMatchObject({ roles: [], scopes: ['orders:read'], amr: ['key'] });
  expect((await verify(key, requireRole('clerk'))).failure?.code).toBe('role_missing');
  expect((await verify(basic, requireRole('clerk'), requireRecent(5))).failure).toBeUndefined();
});

test('a role that is taken away stays in JWTs until they end, unless the server is asked', async () => {
  const { username, signIn } = await newcomer();
  const roles = async (...names: string[]) =>
    expect(await reader.follow(['npx doorward accounts roles', username, ...names].join(' '))).toBe(0);
  await roles('clerk');
  const headers = bearer(await signIn());
  await roles('--none');
  const { GET } = await parts<{ GET: Handler }>('route.ts');
  const { pay } = await parts<{ pay: Handler }>('asking.ts');
  const request = () => new Request(`${origin}/orders`, { headers });
  expect([(await GET(request())).status, (await pay(request())).status]).toEqual([200, 403]);
});

test('requirement.ts: a requirement of one’s own refuses by a code of the table', async () => {
  const { api } = await parts<{ api: Guard }>('basic.ts');
  const { requireSession } = await parts<{ requireSession: Requirement }>('requirement.ts');
  const verdict = await api.verify(new Request(origin, { headers: basic }), requireSession);
  expect(verdict.failure).toMatchObject({ code: 'credentials_invalid', detail: { check: 'no-session' } });
});

test('watching.ts: it shows its metrics and tells what it hears', async () => {
  const started = await snippets.start('watching.ts', /localhost/);
  try {
    expect(await ask(origin)).toBe(401);
    const shown = await (await fetch(`${origin}/metrics`)).text();
    expect(shown).toContain('doorward_guard_verdicts_total{outcome="credentials_missing"} 1');
    await expect.poll(() => started.printed()).toContain('info feed-followed');
  } finally {
    await started.stop();
  }
});
