import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import express, { type Router } from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, seatPerson } from '../../interop/person.ts';
import { shellLines } from '../../kit/documents.ts';
import { runProcess, type StartedProcess, startProcess } from '../../kit/process.ts';
import { type Snippets, type StartedSnippet, snippetsOf } from '../../kit/snippets.ts';
import { goodPassword } from '../../kit/visitor.ts';
import { listening } from '../guard/listening.ts';
import { seatReader } from '../page-reader.ts';

const page = new URL('../../../docs/guides/add-sign-in-to-an-app.md', import.meta.url);
/** The programs that the page registers, in its order, as its programs call them. */
const programs = ['SHOP', 'BOARD', 'TOOL', 'NIGHTLY'];

let server: StartedProcess;
let snippets: Snippets;
/** Where the apps of the page listen. */
let origin: string;
let ada: string;
/** The client id of the shop. */
let shop: string;
beforeAll(async () => {
  const free = await listening(createServer());
  await free.close();
  const { port } = new URL(free.origin);
  origin = `http://localhost:${port}`;
  server = await startProcess({ settings: { outgoingAllow: `localhost:${port}` } });
  const places: Record<string, string> = {
    'http://localhost:4000': origin,
    'http://localhost:3000': server.origin,
    'listen(4000': `listen(${port}`,
  };
  const reader = seatReader({ places, dataFolder: server.dataFolder });
  const created = [...programs];
  for (const line of await shellLines(page)) {
    if ((await reader.follow(line)) !== 0) throw new Error(`nobody can follow: ${line}`);
    if (!line.includes('clients create')) continue;
    const { CLIENT = '', SECRET = '' } = reader.variables;
    const name = created.shift() ?? '';
    Object.assign(places, { [`${name}_ID`]: CLIENT, [`${name}_SECRET`]: SECRET });
  }
  shop = places['SHOP_ID'] ?? '';
  const signedUp = await fetch(`${server.origin}/api/v1/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', name: 'Ada', password: goodPassword }),
  });
  ada = ((await signedUp.json()) as { id: string }).id;
  snippets = await snippetsOf(page, places);
});
afterAll(async () => {
  await snippets.remove();
  server.kill();
  await server.exited;
});

const parts = async <T>(name: string): Promise<T> =>
  (await import(pathToFileURL(join(snippets.folder, name)).href)) as T;

/** The address that a started program asks its person to open. */
const shown = (started: StartedSnippet): string => /Open (\S+)/.exec(started.printed())?.[1] ?? '';

test('all programs of the page are run below, and please the compiler', async () => {
  const all = ['express.ts', 'ended.ts', 'route.ts', 'board.ts', 'tool.ts', 'device.ts', 'nightly.ts'];
  expect(snippets.names).toEqual(all);
  expect(await snippets.check()).toBe('');
});

test('express.ts: a person signs in, is greeted, and signs out of both', async () => {
  const started = await snippets.start('express.ts', /localhost/);
  try {
    const visitor = seatPerson(server.origin, origin);
    const { answer } = await visitor.goTo(`${origin}/`);
    expect(answer).toEqual({ status: 200, text: 'Hello Ada' });
    const left = await visitor.goTo(new Request(`${origin}/sign-out`, { method: 'POST' }));
    expect([left.url.href, left.answer?.text]).toEqual([`${origin}/signed-out`, 'See you soon']);
    const { answer: session } = await visitor.goTo(`${server.origin}/api/v1/session`);
    expect(session?.status).toBe(401);
  } finally {
    await started.stop();
  }
});

test('ended.ts: the shop hears of a sign-out elsewhere, and takes no word of anybody else', async () => {
  const place = ['--backchannel-logout-uri', `${origin}/ended`, '--data-folder', server.dataFolder];
  const environment = { DOORWARD_OUTGOING_ALLOW: new URL(origin).host };
  expect((await runProcess(['clients', 'change', shop, ...place], { environment })).code).toBe(0);
  const { hearing } = await parts<{ hearing(end: (sid: string) => void): Router }>('ended.ts');
  const ended: string[] = [];
  const listener = express()
    .use(hearing((sid) => void ended.push(sid)))
    .listen(new URL(origin).port);
  try {
    for (const logout_token of ['', 'a.b.c']) {
      const body = new URLSearchParams({ logout_token });
      expect((await fetch(`${origin}/ended`, { method: 'POST', body })).status).toBe(400);
    }
    const { signIn, callback } = await parts<RouteParts>('route.ts');
    const visitor = seatPerson(server.origin);
    await signedInBy({ signIn, callback }, visitor);
    await visitor.goTo(`${server.origin}/oauth/end-session`);
    await expect.poll(() => ended, { timeout: 15_000 }).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  } finally {
    listener.close();
    listener.closeAllConnections();
  }
});

interface RouteParts {
  signIn(): Promise<Response>;
  callback(request: Request): Promise<Response>;
}

/** Goes through both functions with a person between them. */
async function signedInBy({ signIn, callback }: RouteParts, visitor: Person): Promise<Response> {
  const begun = await signIn();
  const { url } = await visitor.goTo(begun.headers.get('location') ?? '');
  const cookie = begun.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  return callback(new Request(url, { headers: { cookie } }));
}

test('route.ts: two functions sign a person in', async () => {
  const done = await signedInBy(await parts<RouteParts>('route.ts'), seatPerson(server.origin));
  expect(await done.json()).toEqual({ subject: ada });
});

test('board.ts: a page signs a person in, renews its token and signs them out', async () => {
  interface Tokens {
    readonly refresh_token?: string;
    readonly id_token?: string;
    claims(): { readonly sub: string } | undefined;
  }
  const { begin, finish, renew, leave } = await parts<{
    begin(): Promise<URL>;
    finish(came: URL): Promise<Tokens>;
    renew(refreshToken: string): Promise<Tokens>;
    leave(idToken: string): URL;
  }>('board.ts');
  const visitor = seatPerson(server.origin);
  const { url } = await visitor.goTo(await begin());
  const tokens = await finish(url);
  expect(tokens.claims()?.sub).toBe(ada);
  const renewed = await renew(tokens.refresh_token ?? '');
  expect(renewed.claims()?.sub).toBe(ada);
  expect((await visitor.goTo(leave(renewed.id_token ?? ''))).url.href).toBe(`${origin}/board`);
  await expect(renew(renewed.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('tool.ts: a command line hears the answer on a port of its own', async () => {
  const started = await snippets.start('tool.ts', /Open \S+\n/);
  const { url } = await seatPerson(server.origin).goTo(shown(started));
  await (await fetch(url)).text();
  await expect.poll(() => started.printed()).toContain(`Signed in as ${ada}`);
  await started.stop();
});

test('device.ts: a person types the code of a device elsewhere', async () => {
  const started = await snippets.start('device.ts', /Open \S+\n/);
  await seatPerson(server.origin).goTo(shown(started));
  await expect.poll(() => started.printed(), { timeout: 15_000 }).toContain(`Signed in as ${ada}`);
  await started.stop();
});

test('nightly.ts: a machine gets what it was listed for', async () => {
  expect(await snippets.run('nightly.ts')).toBe('A token for reports:write, good for 300 seconds\n');
});
