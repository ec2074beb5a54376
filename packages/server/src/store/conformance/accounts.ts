/** The rules of accounts, their identifiers and passwords, roles and set-up links. */
import assert from 'node:assert/strict';
import type { Account } from '../../domain/accounts/account.ts';
import type { Store } from '../../domain/store.ts';
import { type ConformanceCase, rule, same, write } from './case.ts';
import { account, apiKey, digest, email, id, people, username } from './samples.ts';

const names = (found: readonly Account[]): string[] => found.map(({ name }) => name);

const searched = async (store: Store, text: string): Promise<string[]> =>
  names(await store.read.accounts.search({ text, limit: 10 }));

const named = (store: Store, ...given: readonly string[]): Promise<unknown> =>
  write(store, async (tx) => {
    for (const [index, name] of given.entries())
      await tx.accounts.insert({ ...account(index + 1, 0), name }, [username(`u${index}`)]);
  });

/** Rules of accounts and their identifiers. */
export const accountRules: readonly ConformanceCase[] = [
  rule(
    'an account is found by its id and by each of its identifiers, as it was written',
    async (store, now) => {
      const written = { ...account(1, now), name: 'Ada “Countess” Lovelace', roles: ['admin', 'auditor'] };
      assert.equal(
        await store.transact((tx) => tx.accounts.insert(written, [email('ada'), username('Ada')])),
        true,
      );
      const expected = { ...written, email: 'ada@Example.test', username: 'Ada' };
      same(await store.read.accounts.find(id(1)), expected);
      same(await store.read.accounts.findByIdentifier('ada@example.test'), expected);
      same(await store.read.accounts.findByIdentifier('ada'), expected);
      assert.equal(await store.read.accounts.find(id(2)), undefined);
      assert.equal(await store.read.accounts.findByIdentifier('Ada'), undefined);
    },
  ),
  rule(
    'an identifier belongs to one account, over both kinds; who comes second writes nothing',
    async (store, now) => {
      const taken = username('ada@example.test');
      await write(store, (tx) => tx.accounts.insert(account(1, now), [email('ada')]));
      const inserted = await store.transact((tx) =>
        tx.accounts.insert(account(2, now), [username('bea'), taken]),
      );
      assert.equal(inserted, false);
      assert.equal(await store.read.accounts.find(id(2)), undefined);
      assert.equal(await store.read.accounts.findByIdentifier('bea'), undefined);
    },
  ),
  rule('an account that names one identifier twice is not written', async (store, now) => {
    const twice = [username('ada'), { ...email('ada'), canonical: 'ada' }];
    assert.equal(await store.transact((tx) => tx.accounts.insert(account(1, now), twice)), false);
    assert.equal(await store.read.accounts.find(id(1)), undefined);
    assert.equal(await store.read.accounts.findByIdentifier('ada'), undefined);
  }),
  rule('an identifier is replaced and the old one is free again', async (store, now) => {
    await write(store, (tx) => tx.accounts.insert(account(1, now), [email('ada')]));
    assert.equal(await store.transact((tx) => tx.accounts.setIdentifier(id(1), email('countess'))), true);
    assert.equal(await store.read.accounts.findByIdentifier('ada@example.test'), undefined);
    assert.equal(await store.transact((tx) => tx.accounts.insert(account(2, now), [email('ada')])), true);
  }),
  rule('an identifier may be typed anew by its own account', async (store, now) => {
    await write(store, (tx) => tx.accounts.insert(account(1, now), [username('ada')]));
    assert.equal(await store.transact((tx) => tx.accounts.setIdentifier(id(1), username('ADA'))), true);
    assert.equal((await store.read.accounts.find(id(1)))?.username, 'ADA');
  }),
  rule('an identifier that is taken is not replaced, and the old one stays', async (store, now) => {
    await write(store, async (tx) => {
      await tx.accounts.insert(account(1, now), [email('ada'), username('ada')]);
      await tx.accounts.insert(account(2, now), [email('bea')]);
    });
    const stranger = { ...email('bea'), canonical: 'ada' };
    assert.equal(await store.transact((tx) => tx.accounts.setIdentifier(id(2), stranger)), false);
    const ownOther = { ...email('ada'), canonical: 'ada' };
    assert.equal(await store.transact((tx) => tx.accounts.setIdentifier(id(1), ownOther)), false);
    assert.equal((await store.read.accounts.findByIdentifier('bea@example.test'))?.id, id(2));
    assert.equal((await store.read.accounts.findByIdentifier('ada@example.test'))?.id, id(1));
  }),
  rule('an identifier is removed by its kind alone', async (store, now) => {
    await write(store, (tx) => tx.accounts.insert(account(1, now), [email('ada'), username('ada')]));
    await write(store, (tx) => tx.accounts.removeIdentifier(id(1), 'email'));
    const left = await store.read.accounts.find(id(1));
    assert.deepEqual([left?.email, left?.username], [undefined, 'ada']);
  }),
  rule('an account is changed in the named fields alone', async (store, now) => {
    await write(store, (tx) => tx.accounts.insert({ ...account(1, now), roles: ['a'] }, []));
    const change = { status: 'disabled', updatedAt: now + 1 } as const;
    assert.equal(await store.transact((tx) => tx.accounts.update(id(1), change)), true);
    same(await store.read.accounts.find(id(1)), { ...account(1, now), ...change, roles: ['a'] });
    const more = { name: 'Other', roles: [], updatedAt: now + 2 };
    await write(store, (tx) => tx.accounts.update(id(1), more));
    same(await store.read.accounts.find(id(1)), { ...account(1, now), ...change, ...more });
    assert.equal(await store.transact((tx) => tx.accounts.update(id(2), change)), false);
  }),
  rule(
    'accounts are due from the moment at which they are deleted, the longest due first',
    async (store, now) => {
      await people(store, 4, now);
      await write(store, async (tx) => {
        const closed = { status: 'disabled', updatedAt: now } as const;
        await tx.accounts.update(id(1), { ...closed, deletesAt: now + 2 });
        await tx.accounts.update(id(2), { ...closed, deletesAt: now + 1 });
        await tx.accounts.update(id(3), { ...closed, deletesAt: now + 3 });
        await tx.accounts.update(id(4), closed);
      });
      const due = (at: number, limit: number) => store.transact((tx) => tx.accounts.listDue(at, limit));
      assert.deepEqual(await due(now, 10), []);
      assert.deepEqual(await due(now + 2, 10), [id(2), id(1)]);
      assert.deepEqual(await due(now + 3, 1), [id(2)]);
      await write(store, (tx) => tx.accounts.update(id(2), { deletesAt: 0, updatedAt: now }));
      assert.deepEqual(await due(now + 2, 10), [id(1)]);
      assert.equal((await store.read.accounts.find(id(1)))?.deletesAt, now + 2);
    },
  ),
  rule('of keeping an account and deleting it at once, one finds it', async (store, now) => {
    await people(store, 1, now);
    await write(store, (tx) => tx.accounts.update(id(1), { deletesAt: now, updatedAt: now }));
    const [kept, deleted] = await Promise.all([
      store.transact(async (tx) => {
        const isThere = (await tx.accounts.find(id(1))) !== undefined;
        return isThere && (await tx.accounts.update(id(1), { deletesAt: 0, updatedAt: now }));
      }),
      store.transact(async (tx) => {
        const isDue = (await tx.accounts.find(id(1)))?.deletesAt === now;
        return isDue && (await tx.accounts.delete(id(1)));
      }),
    ]);
    assert.notEqual(kept, deleted);
  }),
  rule('accounts are counted by their status', async (store, now) => {
    assert.deepEqual(await store.read.accounts.count(), { active: 0, disabled: 0 });
    await people(store, 3, now);
    await write(store, (tx) => tx.accounts.update(id(2), { status: 'disabled', updatedAt: now }));
    assert.deepEqual(await store.read.accounts.count(), { active: 2, disabled: 1 });
  }),
  rule('an account goes with everything that hangs from it, and leaves its events', async (store, now) => {
    await people(store, 2, now);
    await write(store, async (tx) => {
      await tx.accounts.setPassword({ accountId: id(1), phc: '$argon2id$1', changedAt: now });
      await tx.apiKeys.insert(apiKey(1, id(1), now));
      const event = { at: now, type: 'account.created', accountId: id(1), sessionId: '', actor: 'system' };
      await tx.events.append({ ...event, network: '', data: '{}' });
    });
    assert.equal(await store.transact((tx) => tx.accounts.delete(id(1))), true);
    assert.equal(await store.transact((tx) => tx.accounts.delete(id(1))), false);
    assert.equal(await store.read.accounts.findByIdentifier('person-1'), undefined);
    assert.equal(await store.read.families.find(id(1)), undefined);
    const { accounts, identifiers, passwords, sessions, families, api_keys, events } =
      await store.rowCounts();
    assert.deepEqual([accounts, identifiers, passwords, sessions, families], [1, 1, 0, 1, 1]);
    assert.deepEqual([api_keys, events], [0, 1]);
  }),
];

/** Rules of searching accounts. */
export const searchRules: readonly ConformanceCase[] = [
  rule(
    'a search finds parts of identifiers and the start of names, without regard to case',
    async (store) => {
      await named(store, 'Grace Hopper', 'Ángel Ørsted', 'ZOË');
      await write(store, (tx) => tx.accounts.setIdentifier(id(1), email('navy')));
      assert.deepEqual(await searched(store, 'gRaCe'), ['Grace Hopper']);
      assert.deepEqual(await searched(store, 'VY@exam'), ['Grace Hopper']);
      assert.deepEqual(await searched(store, 'áNGEL ø'), ['Ángel Ørsted']);
      assert.deepEqual(await searched(store, 'zoë'), ['ZOË']);
      await write(store, (tx) => tx.accounts.update(id(3), { name: 'ÉVA', updatedAt: 1 }));
      assert.deepEqual([await searched(store, 'zoë'), await searched(store, 'éva')], [[], ['ÉVA']]);
    },
  ),
  rule('percent, underscore and the escape sign stand for themselves in a search', async (store) => {
    await named(store, '100% sure', 'a_b', 'acb', 'what!');
    assert.deepEqual(await searched(store, '100%'), ['100% sure']);
    assert.deepEqual(await searched(store, 'a_b'), ['a_b']);
    assert.deepEqual(await searched(store, 'what!'), ['what!']);
    assert.deepEqual(await searched(store, "' OR 1=1 --"), []);
  }),
  rule(
    'a search goes on after its cursor, in the order of birth, and never past its limit',
    async (store) => {
      await named(store, 'one', 'two', 'three');
      const first = await store.read.accounts.search({ limit: 2 });
      assert.deepEqual(names(first), ['one', 'two']);
      const rest = await store.read.accounts.search({ after: first.at(-1)?.id, limit: 2 });
      assert.deepEqual(names(rest), ['three']);
      assert.deepEqual(await searched(store, ''), ['one', 'two', 'three']);
    },
  ),
];

/** Rules of passwords, roles and set-up links. */
export const credentialRules: readonly ConformanceCase[] = [
  rule('a password is set, replaced, and found as it was set', async (store, now) => {
    await people(store, 1, now);
    assert.equal(await store.read.accounts.password(id(1)), undefined);
    for (const phc of ['$argon2id$one', '$argon2id$two']) {
      await write(store, (tx) => tx.accounts.setPassword({ accountId: id(1), phc, changedAt: now }));
      same(await store.read.accounts.password(id(1)), { accountId: id(1), phc, changedAt: now });
    }
  }),
  rule('a hash is replaced only while it is still the one that was read', async (store, now) => {
    await people(store, 1, now);
    await write(store, (tx) => tx.accounts.setPassword({ accountId: id(1), phc: 'new', changedAt: now }));
    assert.equal(await store.transact((tx) => tx.accounts.replaceHash(id(1), 'old', 'rehashed')), false);
    assert.equal((await store.read.accounts.password(id(1)))?.phc, 'new');
    assert.equal(await store.transact((tx) => tx.accounts.replaceHash(id(1), 'new', 'rehashed')), true);
    same(await store.read.accounts.password(id(1)), { accountId: id(1), phc: 'rehashed', changedAt: now });
  }),
  rule('a role is put, replaced, listed by name and deleted once', async (store) => {
    const [admin, ...others] = await store.read.roles.list();
    assert.equal(admin?.name, 'admin');
    assert.deepEqual(others, []);
    await write(store, (tx) => tx.roles.put({ name: 'zoo', permissions: ['z:read'], requires: 'nothing' }));
    await write(store, (tx) =>
      tx.roles.put({ name: 'bar', permissions: ['b:read', 'b:write'], requires: 'passkey' }),
    );
    await write(store, (tx) => tx.roles.put({ name: 'bar', permissions: [], requires: 'second-factor' }));
    assert.deepEqual(
      (await store.read.roles.list()).map(({ name }) => name),
      ['admin', 'bar', 'zoo'],
    );
    same(await store.read.roles.find('bar'), { name: 'bar', permissions: [], requires: 'second-factor' });
    assert.equal(await store.transact((tx) => tx.roles.delete('bar')), true);
    assert.equal(await store.transact((tx) => tx.roles.delete('bar')), false);
    assert.equal(await store.read.roles.find('bar'), undefined);
  }),
  rule('the permissions of several roles come together once each, sorted', async (store) => {
    await write(store, (tx) =>
      tx.roles.put({ name: 'one', permissions: ['b:read', 'c:read'], requires: 'nothing' }),
    );
    await write(store, (tx) =>
      tx.roles.put({ name: 'two', permissions: ['a:read', 'b:read'], requires: 'nothing' }),
    );
    const found = await store.read.roles.permissions(['one', 'two', 'nobody']);
    assert.deepEqual(found, ['a:read', 'b:read', 'c:read']);
    assert.deepEqual(await store.read.roles.permissions([]), []);
  }),
  rule('of several roles the strictest demand counts, and nothing where there is none', async (store) => {
    const demands = ['nothing', 'second-factor', 'passkey'] as const;
    for (const requires of demands)
      await write(store, (tx) => tx.roles.put({ name: requires, permissions: [], requires }));
    const demanded = (...of: string[]) => store.read.roles.demand(of);
    for (const requires of demands) assert.equal(await demanded(requires, 'nobody'), requires);
    assert.equal(await demanded('second-factor', 'nothing'), 'second-factor');
    assert.equal(await demanded('second-factor', 'passkey', 'nothing'), 'passkey');
    assert.equal(await demanded(), 'nothing');
  }),
  rule('a role is held under exactly its name', async (store, now) => {
    await write(store, (tx) => tx.accounts.insert({ ...account(1, now), roles: ['a_b', 'super', 'z'] }, []));
    for (const role of ['a_b', 'super', 'z'])
      assert.equal(await store.read.accounts.roleHeld(role), true, role);
    for (const role of ['acb', 'sup', 'per', 'Super', '%', 'x'])
      assert.equal(await store.read.accounts.roleHeld(role), false, role);
  }),
  rule('whoever holds a role is listed by pages, each once, under exactly its name', async (store, now) => {
    const roles = [['a_b'], ['a_b', 'z'], ['acb'], ['z'], ['x', 'a_b']];
    for (const [at, held] of roles.entries())
      await write(store, (tx) => tx.accounts.insert({ ...account(at + 1, now), roles: held }, []));
    const { accounts } = store.read;
    const first = await accounts.listHolding('a_b', { after: '', limit: 2 });
    assert.deepEqual(first, [id(1), id(2)]);
    assert.deepEqual(await accounts.listHolding('a_b', { after: id(2), limit: 2 }), [id(5)]);
    assert.deepEqual(await accounts.listHolding('A_B', { after: '', limit: 2 }), []);
  }),
  rule('a set-up link is consumed once', async (store, now) => {
    const link = { id: id(1), digest: digest(1) };
    await write(store, (tx) => tx.setUps.offer({ ...link, expiresAt: now + 1000 }));
    const consume = () => store.transact((tx) => tx.setUps.consume({ ...link, now }));
    assert.deepEqual([await consume(), await consume()], [true, false]);
  }),
  rule('TOK-21: a set-up link survives a wrong digest and a wrong id', async (store, now) => {
    const link = { id: id(1), digest: digest(1) };
    await write(store, (tx) => tx.setUps.offer({ ...link, expiresAt: now + 1000 }));
    const consume = (given: object) => store.transact((tx) => tx.setUps.consume({ ...link, now, ...given }));
    assert.equal(await consume({ digest: digest(2) }), false);
    assert.equal(await consume({ id: id(2) }), false);
    assert.equal(await consume({}), true);
  }),
  rule('a set-up link is void from its expiry on', async (store, now) => {
    const link = { id: id(1), digest: digest(1) };
    await write(store, (tx) => tx.setUps.offer({ ...link, expiresAt: now + 1000 }));
    const at = (later: number) => store.transact((tx) => tx.setUps.consume({ ...link, now: now + later }));
    assert.equal(await at(1000), false);
    assert.equal(await at(999), true);
  }),
  rule('a new set-up link voids the one before', async (store, now) => {
    const offer = (number: number) =>
      write(store, (tx) =>
        tx.setUps.offer({ id: id(number), digest: digest(number), expiresAt: now + 1000 }),
      );
    const consume = (number: number) =>
      store.transact((tx) => tx.setUps.consume({ id: id(number), digest: digest(number), now }));
    await offer(1);
    await offer(2);
    assert.deepEqual([await consume(1), await consume(2)], [false, true]);
  }),
];
