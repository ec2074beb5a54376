import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandsOf, curlRequest, runLine } from '../../kit/test/commands.ts';
import { answerOf, freshFolder, type Started, startSystem } from '../../kit/test/started.ts';

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

test('the calls of the page answer as a reader expects, one after the other', async () => {
  const variables: Record<string, string> = {};
  const answers: [number, string][] = [];
  for (const line of await commandsOf('opaque-token', 'curl')) {
    const { status, text, json } = await answerOf(await fetch(curlRequest(line, system.origin, variables)));
    const { token } = (json ?? {}) as { token?: string };
    if (token !== undefined) variables['TOKEN'] = token;
    answers.push([status, text]);
  }
  expect(answers).toEqual([
    [200, expect.stringContaining('Login successful')],
    [200, 'You said: Hello from Ada'],
    [200, '{"message":"Logged out"}'],
    [401, '{"error":"Invalid token"}'],
  ]);
});

test('its commands start the server and check it', async () => {
  const [start = '', calls = '', ...more] = await commandsOf('opaque-token', 'npm');
  expect(more).toEqual([]);
  const server = runLine(start, { PORT: '0', DATA_FOLDER: `${folder.path}/started` });
  try {
    const origin = /http:\S+/.exec(await server.printed('(opaque-token)'))?.[0] ?? '';
    const check = runLine(calls, { SERVER_URL: origin });
    await check.printed('Test 4: Protected request with invalid token');
    expect(await check.exited).toBe(0);
  } finally {
    server.stop();
    await server.exited;
  }
});
