import { afterAll, beforeAll, expect, test } from 'vitest';
import { shellLines } from '../../kit/documents.ts';
import { type StartedProcess, startProcess } from '../../kit/process.ts';
import { seatReader } from '../page-reader.ts';

const page = new URL('../../../docs/guides/clients.md', import.meta.url);

let server: StartedProcess;
const told: { line: string; result: number; answer: Readonly<Record<string, unknown>> }[] = [];
beforeAll(async () => {
  server = await startProcess({ settings: { registration: 'token' } });
  const reader = seatReader({
    places: { 'http://localhost:3000': server.origin },
    dataFolder: server.dataFolder,
  });
  for (const line of await shellLines(page))
    told.push({ line, result: await reader.follow(line), answer: reader.lastAnswer() });
});
afterAll(async () => {
  server.kill();
  await server.exited;
});

test('every command ends well, and every call is answered', () => {
  expect(told.length).toBeGreaterThan(12);
  const isGood = ({ line, result }: (typeof told)[number]): boolean =>
    line.startsWith('curl') ? result === 200 || result === 201 : result === 0;
  expect(told.filter((one) => !isGood(one))).toEqual([]);
});

test('discovery names this server, a device gets its code, a machine a token that holds, and a program its secret', () => {
  const [discovery, device, token, introspection, registered] = told
    .filter(({ line }) => line.startsWith('curl'))
    .map(({ answer }) => answer);
  expect(discovery).toMatchObject({ issuer: server.origin, code_challenge_methods_supported: ['S256'] });
  expect(device).toMatchObject({ user_code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/), expires_in: 600 });
  expect(token).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: 'reports:write' });
  expect(introspection).toMatchObject({ active: true, scope: 'reports:write' });
  expect(registered).toMatchObject({ client_name: 'Notes', client_secret: expect.stringMatching(/^dw_cs_/) });
});
