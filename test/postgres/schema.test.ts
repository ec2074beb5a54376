import { expect, test } from 'vitest';
import {
  expectOlderFamilies,
  olderFamilies,
  olderSchema,
} from '../../packages/server/test/store/older-schema.ts';
import { queryAt } from '../kit/postgres.ts';
import { freshDatabase, now, open } from './databases.ts';

test('processes that start at once on an empty database bring it up to date once', async () => {
  const address = await freshDatabase('nothing');
  const stores = await Promise.all([open(address), open(address), open(address)]);
  const [row] = await queryAt(
    address,
    'SELECT COUNT(*)::int AS run, MAX(number)::int AS last FROM migrations',
  );
  expect(row?.['run']).toBe(row?.['last']);
  for (const store of stores) {
    expect(await store.read.roles.find('admin')).toBeDefined();
    await store.close();
  }
});

test('a database that is newer than the program is refused, and left as it is', async () => {
  const address = await freshDatabase();
  await queryAt(address, "INSERT INTO migrations VALUES (9999, 'from the future', '', 0)");
  await expect(open(address)).rejects.toThrow(/newer than this program.*9999 \(from the future\)/);
  const rows = await queryAt(address, 'SELECT pid FROM pg_stat_activity WHERE datname = current_database()');
  expect(rows).toHaveLength(1);
});

test('an upgrade keeps families, and what those of clients were given for', async () => {
  const address = await freshDatabase('nothing');
  await queryAt(address, [...olderSchema(12), ...olderFamilies(now)].join(';\n'));
  const store = await open(address);
  await expectOlderFamilies(store.read, now);
  await store.close();
});

test('a migration that was run from another text is refused', async () => {
  const address = await freshDatabase();
  await queryAt(address, "UPDATE migrations SET checksum = 'other' WHERE number = 1");
  await expect(open(address)).rejects.toThrow(/another text/);
});

test('text is compared by its bytes, whatever language the database speaks', async () => {
  const address = await freshDatabase();
  const rows = await queryAt(
    address,
    `SELECT table_name, column_name FROM information_schema.columns
      WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`,
  );
  expect(rows).toEqual([]);
});

test('what is acknowledged is on disk, also where the database was told to answer earlier', async () => {
  const address = await freshDatabase();
  await queryAt(
    address,
    `ALTER DATABASE ${new URL(address).pathname.slice(1)} SET synchronous_commit TO off`,
  );
  await queryAt(
    address,
    `CREATE FUNCTION said() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.permissions := current_setting('synchronous_commit'); RETURN NEW; END $$`,
  );
  await queryAt(address, 'CREATE TRIGGER said BEFORE INSERT ON roles FOR EACH ROW EXECUTE FUNCTION said()');
  const store = await open(address);
  await store.transact((tx) => tx.roles.put({ name: 'one', permissions: [], requires: 'nothing' }));
  await store.once((_read, write) =>
    write('two', (tx) => tx.roles.put({ name: 'two', permissions: [], requires: 'nothing' })),
  );
  const names = await Promise.all(['one', 'two'].map((name) => store.read.roles.find(name)));
  expect(names.map((role) => role?.permissions)).toEqual([['on'], ['on']]);
  await store.close();
});
