import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../../../packages/server/src/domain/admin/collect.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { goodPassword, signUp, visit } from '../../kit/visitor.ts';

let serving: Serving;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { signUpAttempts: 3 } });
});
afterEach(() => serving.close());

const guess = (identifier: string, peer: string) =>
  visit(serving, { peer }).ask('POST', '/api/v1/sessions', { body: { identifier, password: 'wrong' } });

test('RLM-11: budgets of many strangers are rows that go when their window is over, and one under attack stays', async () => {
  for (let at = 0; at < 300; at += 1)
    await guess(`nobody-${at}`, `198.51.${Math.floor(at / 250)}.${at % 250}`);
  const rows = async (): Promise<number> => (await serving.assembly.ports.store.rowCounts())['budgets'] ?? 0;
  expect(await rows()).toBe(600);
  serving.clock.advance(14 * 60_000);
  await guess('still-attacked', '203.0.113.99');
  serving.clock.advance(2 * 60_000);
  await collect(serving.assembly.ports);
  expect(await rows()).toBe(2);
});

test('RLM-12: without its store the server lets no guess through, and says when to come back', async () => {
  const gone = await serveHandler({ lightHashing: true });
  await signUp(visit(gone), 'ada@example.com');
  const held = new DatabaseSync(join(gone.dataFolder, 'doorward.db'));
  held.exec('BEGIN IMMEDIATE');
  const answer = await gone.send(
    new Request(`${gone.origin}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ identifier: 'ada@example.com', password: goodPassword }),
    }),
  );
  held.exec('ROLLBACK');
  held.close();
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(await gone.assembly.ports.store.read.sessions.countOpen(gone.clock.now())).toBe(0);
  await gone.close();
});

test('RLM-15: accounts are made only so often from one network, and the budget says when again', async () => {
  const visitor = visit(serving, { peer: '203.0.113.8' });
  for (const name of ['a', 'b', 'c']) await signUp(visitor, `${name}@example.com`);
  const refused = await visitor.ask('POST', '/api/v1/accounts', {
    body: { email: 'd@example.com', password: goodPassword },
  });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBe(3600);
  serving.clock.advance(3_600_000);
  await signUp(visitor, 'd@example.com');
});
