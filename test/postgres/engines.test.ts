/**
 * Engines that speak Postgres's protocol and lack some of it (CockroachDB, YugabyteDB) cannot be run here. Their gaps can: a
 * database is made whose functions bear other names, and a server is asked for a word that it does not know.
 */
import { expect, onTestFinished, test } from 'vitest';
import {
  connectPostgres,
  type PostgresConnection,
} from '../../packages/server/src/store/postgres/connection.ts';
import { isLacking, remedyOf } from '../../packages/server/src/store/postgres/faults.ts';
import { createNews } from '../../packages/server/src/store/postgres/news.ts';
import { createPool } from '../../packages/server/src/store/postgres/pool.ts';
import { queryAt } from '../kit/postgres.ts';
import { freshDatabase, open, storeOptions } from './databases.ts';

/** A database that lacks a function. */
async function lacking(one: string): Promise<string> {
  const address = await freshDatabase('nothing');
  await queryAt(address, `SET allow_system_table_mods = on; ALTER FUNCTION pg_catalog.${one} RENAME TO gone`);
  return address;
}

test('without advisory locks, processes that start at once bring the schema up to date once all the same', async () => {
  const address = await lacking('pg_advisory_xact_lock(bigint)');
  const stores = await Promise.all([open(address), open(address), open(address), open(address)]);
  onTestFinished(async () => {
    await Promise.all(stores.map((store) => store.close()));
  });
  const counted = 'SELECT COUNT(*)::int AS run, MAX(number)::int AS last FROM migrations';
  const [row] = await queryAt(address, counted);
  expect(row?.['run']).toBe(row?.['last']);
  for (const store of stores) expect(await store.read.roles.find('admin')).toBeDefined();
});

test('where a server cannot tell how much room tables take, growth tells rows alone', async () => {
  const store = await open(await lacking('pg_total_relation_size(regclass)'));
  onTestFinished(() => store.close());
  const roles = (await store.sizes(0)).find(({ table }) => table === 'roles');
  expect([roles?.bytes, roles?.rows]).toEqual([0, (await store.rowCounts())['roles']]);
});

test('a server that knows no LISTEN is asked for it once, and one that knows no NOTIFY, too', async () => {
  const options = storeOptions(await lacking('pg_notify(text, text)'));
  const asked: string[] = [];
  /** Connects, notes what is asked, and changes a word of it. */
  const connecting = (change: (text: string) => string) => async (): Promise<PostgresConnection> => {
    const connection = await connectPostgres(options);
    return {
      ...connection,
      usable: true,
      send: (statements) => {
        const changed = statements.map(({ text, values }) => ({ text: change(text), values }));
        asked.push(...changed.map(({ text }) => text));
        return connection.send(changed);
      },
    };
  };
  const pool = createPool({ size: 1, patience: 1000, connect: connecting((text) => text) });
  const connect = connecting((text) => text.replace('LISTEN', 'LISTENS'));
  const news = createNews({ pool, connect });
  onTestFinished(async () => {
    await news.close();
    await pool.close();
  });
  const look = (): Promise<unknown> => pool.use(({ send }) => send([{ text: 'SELECT 1', values: [] }]));
  news.hear(() => undefined);
  news.tell(new Set(['signing_keys', 'INSERT INTO signing_keys', 'UPDATE signing_keys']));
  await expect.poll(() => asked.filter((text) => /LISTENS|notify/.test(text)).length).toBe(2);
  // Whoever has the one connection next has it after the refusal.
  await look();
  news.tell(new Set(['signing_keys', 'INSERT INTO signing_keys', 'UPDATE signing_keys']));
  await look();
  await expect.poll(() => asked.filter((text) => text === 'SELECT 1').length).toBe(2);
  expect(asked.filter((text) => /LISTENS|notify/.test(text))).toHaveLength(2);
});

test('FLT-13: an engine that does not know what became of a COMMIT is asked for the mark', () => {
  const ambiguous = Object.assign(new Error('ambiguous'), { severity: 'ERROR', code: '40003' });
  expect([remedyOf(ambiguous), isLacking(ambiguous)]).toEqual(['elsewhere', false]);
});
