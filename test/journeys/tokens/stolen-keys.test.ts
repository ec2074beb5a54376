import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Serving, servings } from '../../kit/serving.ts';
import type { Answer } from '../../kit/visitor.ts';
import { administrator, device, type Person, refreshBy, statusOf } from '../cast.ts';

const keysPath = '/api/v1/admin/keys';

describe.each(servings)('OPS-02: a key that was stolen over %s', (_way, serve) => {
  let serving: Serving;
  let root: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    root = await administrator(serving);
  });
  afterEach(() => serving.close());

  const withdraw = (body: Record<string, unknown> = {}): Promise<Answer> =>
    root.ask('POST', `${keysPath}/rotation`, { body: { stolen: true, ...body } });

  test('is withdrawn with the one that waits beside it: its tokens are refused at once, and sessions go on', async () => {
    const { store, keys } = serving.assembly.ports;
    const jwt = await device(serving, root, { carrier: 'jwt' });
    const other = (await keys.ready('ES256')).kid;
    const before = (await store.read.signingKeys.list()).filter(({ algorithm }) => algorithm === 'EdDSA');
    expect(before).toHaveLength(2);
    expect((await withdraw()).status).toBe(200);
    expect(await statusOf(serving, jwt.access)).toBe(401);
    const kids = (await keys.published()).map(({ kid }) => kid);
    for (const { kid } of before) expect(kids).not.toContain(kid);
    expect(keys.active('ES256').kid).toBe(other);
    const refreshed = await refreshBy(serving, jwt.refresh);
    expect([refreshed.status, await statusOf(serving, String(refreshed.json['access_token']))]).toEqual([
      200, 200,
    ]);
    const named = await store.read.revocations.list(0, 100);
    expect(named.map(({ sessionId }) => sessionId).sort()).toEqual(before.map(({ kid }) => kid).sort());
    // Longer than anybody keeps a copy of the keys.
    for (const { expiresAt } of named) expect(expiresAt - serving.clock.now()).toBeGreaterThan(300_000);
    const events = await store.read.events.list({ after: 0, limit: 100, type: 'key.deleted' });
    expect(events.map(({ actor, data }) => [actor, JSON.parse(data)])).toEqual(
      expect.arrayContaining(before.map(({ kid }) => [root.account, { kid, reason: 'stolen' }])),
    );
  });

  test('takes those with it that it had replaced', async () => {
    const jwt = await device(serving, root, { carrier: 'jwt' });
    await root.ask('POST', `${keysPath}/rotation`, { body: { force: true } });
    expect(await statusOf(serving, jwt.access)).toBe(200);
    await withdraw();
    expect(await statusOf(serving, jwt.access)).toBe(401);
    expect(await serving.assembly.ports.keys.published()).toHaveLength(2);
  });

  test('of an algorithm that is not in use is refused by its field', async () => {
    const answer = await withdraw({ algorithm: 'RS256' });
    expect([answer.status, answer.json['errors']]).toEqual([
      400,
      [expect.objectContaining({ field: 'algorithm' })],
    ]);
  });
});

test('OPS-02: a key that was withdrawn at one is refused by the others within two seconds', async () => {
  const [, serve] = servings[0] ?? ['', undefined];
  if (!serve) throw new Error('there is no way to serve');
  const one = await serve({ lightHashing: true });
  const root = await administrator(one);
  const { dataFolder, clock } = one;
  const other = await serve({ lightHashing: true, dataFolder, clock });
  const jwt = await device(one, root, { carrier: 'jwt' });
  expect(await statusOf(other, jwt.access)).toBe(200);
  await root.ask('POST', `${keysPath}/rotation`, { body: { stolen: true } });
  clock.advance(2000);
  expect(await statusOf(other, jwt.access)).toBe(401);
  const fresh = await device(other, root, { carrier: 'jwt' });
  expect(await statusOf(one, fresh.access)).toBe(200);
  await other.close();
  await one.close();
});
