import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Store, Transaction } from '../../src/domain/store.ts';
import {
  authorization,
  client,
  clientFamily,
  clientSecret,
  clientToken,
} from '../../src/store/conformance/oauth-samples.ts';
import { account, digest, family, id, session } from '../../src/store/conformance/samples.ts';
import { leaves, rememberRows } from '../../src/store/remembered-rows.ts';
import type { SqlRow } from '../../src/store/sql.ts';
import { openSqlite } from '../../src/store/sqlite/sqlite.ts';
import { freshDatabase, now } from './folder.ts';

const findSession =
  'SELECT s.id, a.name FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id = ?';
const findFamily = 'SELECT session_id FROM families WHERE id = ?';
const findGrant = 'SELECT scopes FROM families WHERE id = ?';
const row = (name: string): SqlRow => ({ values: [name], places: new Map([['name', 0]]) });

/** A memory that holds one row of each statement, and whether it still does. */
function filled(): { memory: ReturnType<typeof rememberRows>; holds: () => string[] } {
  const memory = rememberRows();
  memory.begin(1);
  const keys = [
    ['session one', findSession, '1'],
    ['session two', findSession, '2'],
    ['family one', findFamily, '1'],
    ['grant one', findGrant, '1'],
  ] as const;
  for (const [name, text, key] of keys) memory.find(text, key, () => row(name));
  const holds = (): string[] =>
    keys.filter(([, text, key]) => memory.find(text, key, () => undefined)).map(([name]) => name);
  return { memory, holds };
}
const all = ['session one', 'session two', 'family one', 'grant one'];

test('a row is searched once, and one that is not there each time', () => {
  const memory = rememberRows();
  memory.begin(1);
  const searches: string[] = [];
  const search = (found: SqlRow | undefined) => () => {
    searches.push('searched');
    return found;
  };
  for (let i = 0; i < 3; i++) expect(memory.find(findSession, '1', search(row('Ada')))).toEqual(row('Ada'));
  expect(searches).toHaveLength(1);
  for (let i = 0; i < 3; i++) expect(memory.find(findSession, '2', search(undefined))).toBeUndefined();
  expect(searches).toHaveLength(4);
});

test.each([
  [
    'an update of a row by its id forgets that row',
    'UPDATE sessions SET seen_at = ? WHERE id = ? AND seen_at < ?',
    [5, '1', 5],
    ['session two', 'family one', 'grant one'],
  ],
  [
    'an update of many rows forgets their table',
    'UPDATE sessions SET ended_at = ? WHERE account_id = ?',
    [5, 'x'],
    ['family one', 'grant one'],
  ],
  [
    'an update of a joined table forgets what was joined',
    'UPDATE accounts SET status = ? WHERE id = ?',
    ['disabled', 'x'],
    ['family one', 'grant one'],
  ],
  ['an update of another table forgets nothing', 'UPDATE event_chain SET hash = ? WHERE id = 1', ['x'], all],
  ['a new row is no row that was found', 'INSERT INTO sessions (id) VALUES (?)', ['1'], all],
  [
    'an insert that does nothing where there is such a row forgets nothing',
    'INSERT INTO families (id) VALUES (?) ON CONFLICT (id) DO NOTHING',
    ['1'],
    all,
  ],
  [
    'an insert that may update forgets its table',
    'INSERT INTO families (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET digest = ?',
    ['1', 'x'],
    ['session one', 'session two'],
  ],
  [
    'a deletion of a row that nothing hangs from forgets nothing else',
    'DELETE FROM codes WHERE id = ?',
    ['1'],
    all,
  ],
  [
    'a deletion by id forgets all that was found of that row',
    "DELETE FROM families WHERE id = ? AND client_id <> ''",
    ['1'],
    ['session one', 'session two'],
  ],
  ['any other deletion forgets everything', 'DELETE FROM api_keys WHERE id = ?', ['7'], []],
  ['a write that is not understood forgets everything', 'REPLACE INTO roles VALUES (?)', ['x'], []],
])('%s', (...[, text, values, left]) => {
  const { memory, holds } = filled();
  memory.wrote(text, values);
  expect(holds()).toEqual(all);
  memory.committed();
  expect(holds()).toEqual(left);
});

test('another process’s commit forgets everything, and so does a version that cannot be read', () => {
  const { memory, holds } = filled();
  memory.begin(1);
  expect(holds()).toEqual(all);
  memory.begin(2);
  expect(holds()).toEqual([]);
  const unknown = filled();
  unknown.memory.begin(Number.NaN);
  expect(unknown.holds()).toEqual([]);
  unknown.memory.find(findFamily, '1', () => row('again'));
  unknown.memory.begin(Number.NaN);
  expect(unknown.holds()).toEqual([]);
});

test('the memory is bounded: the oldest row goes first', () => {
  const memory = rememberRows();
  memory.begin(1);
  for (let i = 0; i <= 10_000; i++) memory.find(findSession, String(i), () => row(String(i)));
  expect(memory.find(findSession, '0', () => undefined)).toBeUndefined();
  expect(memory.find(findSession, '1', () => undefined)).toEqual(row('1'));
});

test('nothing hangs by a foreign key from what is deleted all the time', async () => {
  const path = freshDatabase();
  await (await openSqlite({ path, now })).close();
  const database = new DatabaseSync(path);
  const keys = database
    .prepare(
      'SELECT m.name, k."table" AS parent FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) k WHERE m.type = \'table\'',
    )
    .all();
  database.close();
  const below = (table: string): string[] =>
    keys.flatMap(({ name, parent }) => (parent === table ? [String(name), ...below(String(name))] : []));
  expect(below('accounts')).toContain('families');
  for (const table of leaves) expect([table, below(table)]).toEqual([table, []]);
});

const ended = { at: now, by: 'system', reason: 'sign-out' } as const;
const writes: Readonly<Record<string, (tx: Transaction, number: number) => Promise<unknown>>> = {
  touch: (tx, number) => tx.sessions.touch(id(number), now + number),
  end: (tx, number) => tx.sessions.end(id(number), ended),
  rotate: (tx, number) =>
    tx.families.rotate(
      { id: id(number), generation: 0, digest: family(number, now).digest },
      { digest: digest(number + 100), rotatedAt: now + 1, accessDigest: digest(3), accessExpiresAt: now + 9 },
    ),
  disable: (tx, number) => tx.accounts.update(id(number), { status: 'disabled', updatedAt: now + 2 }),
  rename: (tx, number) =>
    tx.accounts.update(id(number), { name: 'Somebody', roles: ['admin'], updatedAt: now }),
  delete: (tx, number) => tx.accounts.delete(id(number)),
  leave: (tx, number) => tx.familyGrants.end(id(number + 10)),
  visit: async (tx, number) => {
    await tx.familyGrants.end(id(number + 10));
    await clientFamily(tx, { number: number + 10, session: number, of: 1, now });
  },
  narrow: (tx, number) =>
    tx.familyGrants.setAccess(id(number + 10), { scopes: ['email'], resources: [], dpopThumbprint: '' }),
  reclient: (tx, number) => tx.clients.update({ ...client(1, now), name: `Name ${number}` }),
  unclient: (tx) => tx.clients.delete(id(1)),
  secret: (tx, number) =>
    tx.clientSecrets.rotate(clientSecret(number + 20, id(1), now), { now, priorEndsAt: now + number }),
  token: (tx, number) => tx.clientTokens.delete(id(number), id(1)),
  redeem: (tx, number) => tx.authorizations.consume({ id: id(number), digest: digest(number), now }),
  collect: (tx) => tx.sessions.collect({ endedBefore: now + 1, seenBefore: 0 }, 10),
  fail: async (tx, number) => {
    await tx.sessions.end(id(number), ended);
    throw new Error('taken back');
  },
};

/** What a store tells of four people, and what a connection that has never read before tells. */
const told = ({ read }: Store): Promise<unknown> =>
  Promise.all(
    [1, 2, 3, 4].flatMap((number) => [
      read.sessions.find(id(number)),
      read.families.findAccess(id(number)),
      read.families.findAccess(id(number + 10)),
      read.familyGrants.find(id(number + 10)),
      read.clients.find(id(number)),
      read.clientSecrets.find(id(number + 20)),
      read.clientTokens.find(id(number)),
    ]),
  );

test('whoever wrote last, and in whichever process, a read tells what a fresh connection would tell', async () => {
  const step = fc.record({
    store: fc.integer({ min: 0, max: 1 }),
    write: fc.constantFrom(...Object.keys(writes)),
    number: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const path = freshDatabase();
      const stores = [await openSqlite({ path, now }), await openSqlite({ path, now })] as const;
      await stores[0].transact(async (tx) => {
        await tx.clients.insert(client(1, now));
        for (const number of [1, 2, 3, 4]) {
          await tx.accounts.insert(account(number, now), []);
          await tx.sessions.insert(session(number, now), digest(number));
          await tx.families.insert(family(number, now));
          await clientFamily(tx, { number: number + 10, session: number, of: 1, now });
          await tx.clientTokens.insert(clientToken(number, now));
          await tx.authorizations.insert(authorization(number, now));
        }
      });
      await Promise.all(stores.map(told));
      for (const { store, write, number } of steps) {
        const writing = stores[store === 0 ? 0 : 1].transact(
          (tx) => writes[write]?.(tx, number) ?? Promise.reject(new Error('no such write')),
        );
        // Reads go on while the transaction is open.
        await Promise.all([
          ...stores.map(told),
          writing.catch((thrown: unknown) => expect(String(thrown)).toMatch(/taken back|constraint failed/)),
        ]);
        const fresh = await openSqlite({ path, now });
        const truth = await told(fresh);
        await fresh.close();
        for (const one of stores) expect(await told(one)).toEqual(truth);
      }
      for (const one of stores) await one.close();
    }),
    { numRuns: 40 },
  );
});
