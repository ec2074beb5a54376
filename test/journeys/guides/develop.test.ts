import { afterAll, beforeAll, expect, test } from 'vitest';
import { shellLines } from '../../kit/documents.ts';
import { type StartedProcess, startProcess } from '../../kit/process.ts';
import { seatReader } from '../page-reader.ts';

const page = new URL('../../../docs/guides/develop.md', import.meta.url);

let server: StartedProcess;
beforeAll(async () => {
  server = await startProcess();
});
afterAll(async () => {
  server.kill();
  await server.exited;
});

test('every call of the guide is answered as it says', async () => {
  const reader = seatReader({
    places: { 'http://localhost:3000': server.origin },
    dataFolder: server.dataFolder,
  });
  const told: { result: number; answer: Readonly<Record<string, unknown>> }[] = [];
  for (const line of await shellLines(page))
    told.push({ result: await reader.follow(line), answer: reader.lastAnswer() });
  expect(told.map(({ result }) => result)).toEqual([201, 200, 201, 303, 401, 303]);
  expect(told[1]?.answer).toMatchObject({ to: 'ada@example.com', kind: 'sign-up', code: expect.any(String) });
});

test('the start names the tools', () => {
  const tools = ['inbox', 'clock', 'token'].map((name) => `${server.origin}/dev/${name}`);
  expect(server.stdout()).toContain(`  For developers ${tools.join(' ')}\n`);
});
