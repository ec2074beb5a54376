import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { type ChainVerdict, verifyEvents } from '../../../src/domain/admin/verify-events.ts';
import { appendEvent } from '../../../src/domain/events.ts';
import type { Store } from '../../../src/domain/store.ts';
import { openSqlite } from '../../../src/store/sqlite/sqlite.ts';
import { freshDatabase, now } from '../../store/folder.ts';

const day = 86_400_000;

/** A chain of `count` events, one a day. */
async function chain(count: number): Promise<{ path: string; store: Store }> {
  const path = freshDatabase();
  const store = await openSqlite({ path, now });
  await store.transact(async (tx) => {
    for (let turn = 0; turn < count; turn += 1)
      await appendEvent(tx, now + turn * day, {
        type: 'session.started',
        accountId: `account ${turn}`,
        actor: 'system',
        network: '192.0.2.1',
        data: { turn },
      });
  });
  return { path, store };
}

/** Verifies a chain of ten after somebody with the file in hand ran a statement on it. */
async function verdictAfter(...statements: readonly string[]): Promise<ChainVerdict> {
  const { path, store } = await chain(10);
  await store.close();
  const database = new DatabaseSync(path);
  for (const statement of statements) database.exec(statement);
  database.close();
  const again = await openSqlite({ path, now });
  const verdict = await verifyEvents(again.read);
  await again.close();
  return verdict;
}

describe('LOG-03: the chain of events', () => {
  test.each([0, 1, 10, 2500])('of %i events is whole', async (count) => {
    const { store } = await chain(count);
    expect(await verifyEvents(store.read)).toMatchObject({ intact: true, events: count });
    await store.close();
  });

  test('stays whole when its oldest events were collected, and goes on', async () => {
    const { store } = await chain(10);
    await store.transact((tx) => tx.events.collect(now + 4 * day, 100));
    expect(await verifyEvents(store.read)).toMatchObject({ intact: true, events: 6 });
    await store.transact((tx) => appendEvent(tx, now + 10 * day, { type: 'session.ended', actor: 'system' }));
    expect(await verifyEvents(store.read)).toMatchObject({ intact: true, events: 7 });
    await store.transact((tx) => tx.events.collect(now + 99 * day, 100));
    expect(await verifyEvents(store.read)).toMatchObject({ intact: true, events: 0 });
    await store.close();
  });

  test.each([
    ['time', `at = at + 1`],
    ['type', `type = 'session.ended'`],
    ['account', `account_id = 'somebody else'`],
    ['session', `session_id = 'another'`],
    ['actor', `actor = 'operator'`],
    ['network', `network = '192.0.2.2'`],
    ['data', `data = '{"turn":40}'`],
    ['hash', `hash = '${'0'.repeat(64)}'`],
  ])('a changed %s is found at its event', async (_what, change) => {
    const verdict = await verdictAfter(`UPDATE events SET ${change} WHERE seq = 4`);
    expect(verdict).toMatchObject({ intact: false, fault: { seq: 4 } });
  });

  test('a missing event is found', async () => {
    expect(await verdictAfter('DELETE FROM events WHERE seq = 4')).toMatchObject({ fault: { seq: 4 } });
  });

  test('events missing at the end are found', async () => {
    expect(await verdictAfter('DELETE FROM events WHERE seq > 7')).toMatchObject({ fault: { seq: 8 } });
  });

  test('an end that was cut off together with the head’s number is found by the head’s hash', async () => {
    const verdict = await verdictAfter('DELETE FROM events WHERE seq > 7', 'UPDATE event_chain SET seq = 7');
    expect(verdict.intact).toBe(false);
  });

  test('events in another order are found', async () => {
    const verdict = await verdictAfter(
      'UPDATE events SET seq = 99 WHERE seq = 4',
      'UPDATE events SET seq = 4 WHERE seq = 5',
      'UPDATE events SET seq = 5 WHERE seq = 99',
    );
    expect(verdict).toMatchObject({ intact: false, fault: { seq: 4 } });
  });

  test('an event that was put in is found', async () => {
    const columns = 'at, type, account_id, session_id, actor, network, data, hash';
    const verdict = await verdictAfter(
      'UPDATE events SET seq = seq + 1000 WHERE seq > 4',
      'UPDATE events SET seq = seq - 999 WHERE seq > 1000',
      `INSERT INTO events (seq, ${columns}) SELECT 5, ${columns} FROM events WHERE seq = 4`,
      'UPDATE event_chain SET seq = 11',
    );
    expect(verdict).toMatchObject({ intact: false, fault: { seq: 5 } });
  });

  test('an event behind the head is found', async () => {
    const columns = 'at, type, account_id, session_id, actor, network, data, hash';
    const verdict = await verdictAfter(
      `INSERT INTO events (seq, ${columns}) SELECT 11, ${columns} FROM events WHERE seq = 10`,
    );
    expect(verdict.intact).toBe(false);
  });

  test('a beginning that was cut off together with the anchor’s number is found', async () => {
    const verdict = await verdictAfter(
      'DELETE FROM events WHERE seq <= 3',
      'UPDATE event_chain SET anchor_seq = 3',
    );
    expect(verdict).toMatchObject({ intact: false, fault: { seq: 4 } });
  });
});
