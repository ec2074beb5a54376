import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshFolder, type Started, startSystem } from '../../kit/test/started.ts';

const program = fileURLToPath(new URL('../src/calls.ts', import.meta.url));

let folder: Awaited<ReturnType<typeof freshFolder>>;
let system: Started;
beforeAll(async () => {
  folder = await freshFolder();
  system = await startSystem('opaque-token', folder.path);
});
afterAll(async () => {
  await system.stop();
  await folder.remove();
});

/** Runs the checking program to its end. */
function calls(args: readonly string[], environment = {}): Promise<{ code: number | null; stdout: string }> {
  const child: ChildProcess = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, SERVER_URL: '', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout })));
}

/** A server whose protected route answers as told, whatever token comes. */
async function serverThat(answers: Readonly<Record<string, number>>): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(answers[request.url ?? ''] ?? 200).end('{"token":"0"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

test('it prints four checks, a blank line between them, and ends well', async () => {
  const { code, stdout } = await calls([system.origin]);
  expect(stdout.replace(/[0-9a-f]{32}/, 'TOKEN')).toBe(`Test 1: Basic server connection
Status code: 200
Response: Authentication server running

Test 2: Login attempt
Status code: 200
Response: {"message":"Login successful","token":"TOKEN"}

Test 3: Protected request with valid token
Status code: 200
Response: You said: Hello from authenticated user!

Test 4: Protected request with invalid token
Status code: 401
Response: {"error":"Invalid token"}
`);
  expect(code).toBe(0);
});

test('the address may also stand in SERVER_URL; an argument beats it', async () => {
  expect((await calls([], { SERVER_URL: system.origin })).code).toBe(0);
  expect((await calls([system.origin], { SERVER_URL: 'http://127.0.0.1:1' })).code).toBe(0);
});

test.each([
  ['takes any token', { '/echo': 200 }],
  ['takes none', { '/echo': 401 }],
  ['lets nobody in', { '/login': 503 }],
  ['does not run', { '/': 404 }],
])('P: calls ends with status 1 for a server that %s', async (_, answers: Record<string, number>) => {
  const server = await serverThat(answers);
  try {
    const { port } = server.address() as AddressInfo;
    expect((await calls([`http://127.0.0.1:${port}`])).code).toBe(1);
  } finally {
    server.close();
  }
});

test.each(['http://127.0.0.1:1', 'nonsense'])(
  'P: calls ends with status 1 where nobody answers: %s',
  async (address) => {
    const { code, stdout } = await calls([address]);
    expect(code).toBe(1);
    expect(stdout).toContain(`Status code: 0\nResponse: ${address} does not answer`);
  },
);
