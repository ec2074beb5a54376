import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seatPerson } from '../../interop/person.ts';
import { shellLines } from '../../kit/documents.ts';
import { type StartedProcess, startProcess } from '../../kit/process.ts';
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
beforeAll(async () => {
  server = await startProcess();
  const free = await listening(createServer());
  await free.close();
  const { port } = new URL(free.origin);
  origin = `http://localhost:${port}`;
  const places: Record<string, string> = {
    'http://localhost:4000': origin,
    'http://localhost:3000': server.origin,
    'listen(4000': `listen(${port}`,
  };
  const reader = seatReader({ places, dataFolder: server.dataFolder });
  for (const [at, line] of (await shellLines(page)).entries()) {
    if ((await reader.follow(line)) !== 0) throw new Error(`nobody can follow: ${line}`);
    const { CLIENT = '', SECRET = '' } = reader.variables;
    Object.assign(places, { [`${programs[at]}_ID`]: CLIENT, [`${programs[at]}_SECRET`]: SECRET });
  }
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
  const all = ['express.ts', 'route.ts', 'board.ts', 'tool.ts', 'device.ts', 'nightly.ts'];
  expect(snippets.names).toEqual(all);
  expect(await snippets.check()).toBe('');
});

test('express.ts: a person signs in and is greeted', async () => {
  const started = await snippets.start('express.ts', /localhost/);
  try {
    const { answer } = await seatPerson(server.origin, origin).goTo(`${origin}/`);
    expect(answer).toEqual({ status: 200, text: 'Hello Ada' });
  } finally {
    await started.stop();
  }
});

test('route.ts: two functions sign a person in', async () => {
  const { signIn, callback } = await parts<{
    signIn(): Promise<Response>;
    callback(request: Request): Promise<Response>;
  }>('route.ts');
  const begun = await signIn();
  const { url } = await seatPerson(server.origin).goTo(begun.headers.get('location') ?? '');
  const cookie = begun.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const done = await callback(new Request(url, { headers: { cookie } }));
  expect(await done.json()).toEqual({ subject: ada });
});

test('board.ts: a page signs a person in and renews its token', async () => {
  interface Tokens {
    readonly refresh_token?: string;
    claims(): { readonly sub: string } | undefined;
  }
  const { begin, finish, renew } = await parts<{
    begin(): Promise<URL>;
    finish(came: URL): Promise<Tokens>;
    renew(refreshToken: string): Promise<Tokens>;
  }>('board.ts');
  const { url } = await seatPerson(server.origin).goTo(await begin());
  const tokens = await finish(url);
  expect(tokens.claims()?.sub).toBe(ada);
  expect((await renew(tokens.refresh_token ?? '')).claims()?.sub).toBe(ada);
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
