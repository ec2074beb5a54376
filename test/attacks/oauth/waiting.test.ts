import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  authorizeAt,
  form,
  makeClient,
  requestOf,
  type TestClient,
  told,
  waitingAt,
} from '../../kit/clients.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';

const most = 10;

let serving: Serving;
let client: TestClient;
beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { waitingAttempts: most } });
  client = await makeClient(serving);
  await signUp(visit(serving), 'ada@example.com');
});
afterAll(() => serving.close());

const from = (peer: string): Visitor => visit(serving, { peer });
const rows = async (): Promise<number> =>
  (await serving.assembly.ports.store.rowCounts())['authorizations'] ?? 0;

const ways: readonly (readonly [string, (visitor: Visitor) => Promise<number>])[] = [
  ['by a browser', async (visitor) => (await authorizeAt(visitor, client)).status],
  [
    'by a form',
    async (visitor) => (await visitor.ask('POST', '/oauth/authorize', form(requestOf(client)))).status,
  ],
  [
    'pushed by a client that proves nothing',
    async (visitor) => (await visitor.ask('POST', '/oauth/par', form(requestOf(client)))).status,
  ],
];

test.each(ways)('OAU-19: nobody fills the table of waiting requests, %s', async (way, ask) => {
  const visitor = from(`198.51.100.${ways.findIndex(([name]) => name === way)}`);
  const before = await rows();
  const statuses: number[] = [];
  for (let turn = 0; turn < most + 5; turn += 1) statuses.push(await ask(visitor));
  expect(statuses.slice(0, most).every((status) => status < 400)).toBe(true);
  expect(statuses.slice(most)).toEqual([429, 429, 429, 429, 429]);
  expect(await rows()).toBe(before + most);
});

test('RLM-04: another network is not touched by that, nor whoever need not wait, nor a later half hour', async () => {
  const spent = from('203.0.113.50');
  for (let turn = 0; turn <= most; turn += 1) await authorizeAt(spent, client);
  expect((await authorizeAt(spent, client)).status).toBe(429);
  expect(waitingAt(await authorizeAt(from('203.0.113.51'), client))).not.toBe('');
  await signIn(spent, 'ada@example.com');
  expect(told(await authorizeAt(spent, client))).toHaveProperty('code');
  serving.clock.advance(30 * 60_000);
  expect(waitingAt(await authorizeAt(from('203.0.113.50'), client))).not.toBe('');
});

test('the person is told on a page when it may be tried again', async () => {
  const visitor = from('203.0.113.60');
  for (let turn = 0; turn < most; turn += 1) await authorizeAt(visitor, client);
  const { status, headers, text } = await authorizeAt(visitor, client);
  expect([status, headers.get('retry-after'), /<html/.test(text)]).toEqual([429, '1800', true]);
});
