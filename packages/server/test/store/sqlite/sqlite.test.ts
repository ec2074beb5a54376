import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { verifyEvents } from '../../../src/domain/admin/verify-events.ts';
import { appendEvent } from '../../../src/domain/events.ts';
import type { Store } from '../../../src/domain/store.ts';
import { account, id, people } from '../../../src/store/conformance/samples.ts';
import { SchemaRefused } from '../../../src/store/migrate.ts';
import { openSqlite } from '../../../src/store/sqlite/sqlite.ts';
import { openWatched } from '../connections.ts';
import { freshDatabase, now } from '../folder.ts';

const mode = (path: string): number => statSync(path).mode & 0o777;

const told = (store: Store): Promise<void> =>
  store.transact((tx) => appendEvent(tx, now, { type: 'session.started', actor: 'system' }));

/** Changes a closed database from outside. */
function meddle(path: string, statement: string): void {
  const database = new DatabaseSync(path);
  database.exec(statement);
  database.close();
}

async function closedDatabase(): Promise<string> {
  const path = freshDatabase();
  const store = await openSqlite({ path, now });
  await people(store, 300, now);
  await store.close();
  return path;
}

describe('the files', () => {
  test('the database and its companions can be read by their owner alone', async () => {
    const path = freshDatabase();
    const store = await openSqlite({ path, now });
    await told(store);
    expect([path, `${path}-wal`, `${path}-shm`].map(mode)).toEqual([0o600, 0o600, 0o600]);
    await store.close();
  });

  test('a database that others could read is closed to them', async () => {
    const path = await closedDatabase();
    chmodSync(path, 0o644);
    const store = await openSqlite({ path, now });
    await told(store);
    expect([path, `${path}-wal`].map(mode)).toEqual([0o600, 0o600]);
    await store.close();
  });

  test('what is acknowledged is on disk: write-ahead log, synchronous in full', async () => {
    const path = freshDatabase();
    const { store, writer } = await openWatched(() => openSqlite({ path, now }));
    expect(writer.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(writer.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(writer.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
    await store.close();
  });

  test('after opening no connection may attach another file, and the reader may not write', async () => {
    const path = freshDatabase();
    const { store, writer, reader } = await openWatched(() => openSqlite({ path, now }));
    const other = join(dirname(path), 'other.db');
    for (const connection of [writer, reader]) {
      expect(() => connection.exec(`ATTACH '${other}' AS other`)).toThrow(/not authorized/);
    }
    expect(existsSync(other)).toBe(false);
    expect(() => reader.exec('DELETE FROM accounts')).toThrow(/readonly/);
    await store.close();
  });
});

describe('a database that this program cannot use', () => {
  test('a newer one is refused with the way out, and is not touched', async () => {
    const path = await closedDatabase();
    meddle(path, "INSERT INTO migrations SELECT MAX(number) + 1, 'of tomorrow', 'x', 1 FROM migrations");
    const before = readFileSync(path);
    await expect(openSqlite({ path, now })).rejects.toThrow(
      /^The database is newer than this program: it has migration \d+ \(of tomorrow\), this program knows \d+\. Start the newer program, or restore a backup from before the upgrade\.$/,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('one whose migration was run from another text is refused', async () => {
    const path = await closedDatabase();
    meddle(path, "UPDATE migrations SET checksum = 'another'");
    const opening = openSqlite({ path, now });
    await expect(opening).rejects.toThrow(SchemaRefused);
    await expect(opening).rejects.toThrow(/Migration 1 \(main job\) was run from another text/);
  });

  test.each([
    ['in the middle', 0.5, true],
    ['at the head', 0, true],
    ['at the head, also without the check,', 0, false],
  ])('one that was overwritten %s is refused', async (_, part, integrityCheck) => {
    const path = await closedDatabase();
    const bytes = readFileSync(path);
    const pages = bytes.length / 4096;
    bytes.fill(0xa5, Math.floor(pages * part) * 4096, Math.floor(pages * part + 2) * 4096);
    writeFileSync(path, bytes);
    const opening = openSqlite({ path, now, integrityCheck });
    await expect(opening).rejects.toThrow(SchemaRefused);
    await expect(opening).rejects.toThrow(/The database is damaged .* Restore the newest backup/s);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test('a sound one passes the same check', async () => {
    const path = await closedDatabase();
    const store = await openSqlite({ path, now, integrityCheck: true });
    expect((await store.rowCounts())['sessions']).toBe(300);
    await store.close();
  });
});

describe('a backup', () => {
  test('taken while writing goes on is consistent, can be opened, and belongs to its owner alone', async () => {
    const path = freshDatabase();
    const copy = `${path}.backup`;
    const store = await openSqlite({ path, now });
    await people(store, 2000, now);
    const copying = { over: false };
    const writer = (async () => {
      for (let number = 5000; !copying.over; number += 1) {
        await store.transact(async (tx) => {
          await tx.accounts.insert(account(number, now), []);
          await appendEvent(tx, now, { type: 'account.created', accountId: id(number), actor: 'system' });
        });
      }
    })();
    await told(store);
    await store.backup(copy);
    copying.over = true;
    await writer;
    await store.close();

    expect(mode(copy)).toBe(0o600);
    const restored = await openSqlite({ path: copy, now, integrityCheck: true });
    const counts = await restored.rowCounts();
    expect(counts['sessions']).toBe(2000);
    // One account to one event, besides the first event and the first people: never one without the other.
    expect(counts['accounts']).toBe(2000 + (counts['events'] ?? 0) - 1);
    expect((await verifyEvents(restored.read)).intact).toBe(true);
    await restored.close();
  });

  test('never overwrites a file', async () => {
    const path = freshDatabase();
    const store = await openSqlite({ path, now });
    writeFileSync(`${path}.backup`, 'precious');
    await expect(store.backup(`${path}.backup`)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(`${path}.backup`, 'utf8')).toBe('precious');
    await store.close();
  });
});

describe('a database that is held by another process', () => {
  test('is waited for, then the store is unavailable, while reading goes on', async () => {
    const path = freshDatabase();
    const store = await openSqlite({ path, now, lockWait: 30 });
    await people(store, 1, now);
    const other = new DatabaseSync(path);
    other.exec('BEGIN EXCLUSIVE');
    await expect(told(store)).rejects.toMatchObject({ code: 'store_unavailable', retryAfter: 1 });
    await expect(store.check()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect((await store.read.accounts.find(id(1)))?.name).toBe('Person 1');
    other.exec('COMMIT');
    await told(store);
    await store.check();
    other.close();
    await store.close();
  });
});

describe('a full disk', () => {
  test('refuses the transaction, leaves nothing of it, and the store goes on when there is room again', async () => {
    const path = freshDatabase();
    const { store, writer } = await openWatched(() => openSqlite({ path, now }));
    writer.exec('PRAGMA max_page_count = 1');
    await expect(people(store, 200, now)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect((await store.rowCounts())['accounts']).toBe(0);
    writer.exec('PRAGMA max_page_count = 100000');
    await people(store, 200, now);
    expect((await store.rowCounts())['accounts']).toBe(200);
    await store.close();
  });

  test('is found by the check, which writes and changes nothing', async () => {
    const path = freshDatabase();
    const { store, writer } = await openWatched(() => openSqlite({ path, now }));
    const other = new DatabaseSync(path);
    const look = (): unknown[] => [
      other.prepare('PRAGMA data_version').get()?.['data_version'],
      other.prepare('SELECT * FROM migrations').all(),
    ];
    const [version, rows] = look();
    await store.check();
    expect(look()[0]).not.toBe(version);
    expect(look()[1]).toEqual(rows);
    writer.exec('PRAGMA query_only = ON');
    await expect(store.check()).rejects.toMatchObject({ code: 'store_unavailable' });
    other.close();
    await store.close();
  });

  test('gives up the whole transaction: a body that goes on regardless does not write outside of it', async () => {
    const path = freshDatabase();
    const { store, writer } = await openWatched(() => openSqlite({ path, now }));
    const careless = store.transact(async (tx) => {
      await tx.accounts.insert(account(1, now), []);
      // What SQLite does by itself on some faults of the disk.
      writer.exec('ROLLBACK');
      await tx.accounts.insert(account(2, now), []).catch(() => false);
    });
    await expect(careless).rejects.toMatchObject({ code: 'store_unavailable' });
    expect((await store.rowCounts())['accounts']).toBe(0);
    await people(store, 1, now);
    await store.close();
  });
});
