import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { familyGrant } from '../../../src/store/conformance/oauth-samples.ts';
import { family, id } from '../../../src/store/conformance/samples.ts';
import { openSqlite } from '../../../src/store/sqlite/sqlite.ts';
import { freshDatabase, now } from '../folder.ts';
import { olderFamilies, olderSchema } from '../older-schema.ts';

test('an upgrade keeps families, and what those of clients were given for', async () => {
  const path = freshDatabase();
  const older = new DatabaseSync(path);
  for (const statement of [...olderSchema(12), ...olderFamilies(now)]) older.exec(statement);
  older.close();
  const store = await openSqlite({ path, now, integrityCheck: true });
  const { families, familyGrants } = store.read;
  expect(await families.find(id(1))).toMatchObject({ ...family(1, now), clientId: '' });
  expect(await families.find(id(11))).toMatchObject({
    ...family(11, now),
    sessionId: id(1),
    clientId: id(1),
  });
  expect(await familyGrants.find(id(1))).toBeUndefined();
  expect(await familyGrants.find(id(11))).toEqual(familyGrant(11));
  await store.transact((tx) => tx.accounts.delete(id(1)));
  expect(await store.rowCounts()).toMatchObject({ sessions: 0, families: 0 });
  await store.close();
});
