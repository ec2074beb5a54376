import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { id } from '../../../src/store/conformance/samples.ts';
import { openSqlite } from '../../../src/store/sqlite/sqlite.ts';
import { freshDatabase, now } from '../folder.ts';
import { expectOlderFamilies, olderFamilies, olderSchema } from '../older-schema.ts';

test('an upgrade keeps families, and what those of clients were given for', async () => {
  const path = freshDatabase();
  const older = new DatabaseSync(path);
  for (const statement of [...olderSchema(12), ...olderFamilies(now)]) older.exec(statement);
  older.close();
  const store = await openSqlite({ path, now, integrityCheck: true });
  await expectOlderFamilies(store.read, now);
  await store.transact((tx) => tx.accounts.delete(id(1)));
  expect(await store.rowCounts()).toMatchObject({ sessions: 0, families: 0 });
  await store.close();
});
