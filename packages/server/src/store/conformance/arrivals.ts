/** The rules of mail tickets, proven addresses and sign-in attempts. */
import assert from 'node:assert/strict';
import { utf8 } from '../../base/bytes.ts';
import type { MailTicket } from '../../domain/mail/ticket.ts';
import type { AttemptRow } from '../../domain/sessions/attempt-records.ts';
import type { Store, Transaction } from '../../domain/store.ts';
import { atOnce, type ConformanceCase, race, rule, same, write } from './case.ts';
import { account, digest, email, id, username } from './samples.ts';

/** A ticket for a mailbox of its own, about nobody. */
export const mailTicket = (number: number, now: number): MailTicket => ({
  id: id(number),
  digest: digest(number),
  purpose: 'reset',
  mailbox: `box-${number}@example.test`,
  accountId: '',
  asker: 'asker',
  hollow: false,
  contents: utf8(`sealed ${number}`),
  guesses: 2,
  createdAt: now,
  expiresAt: now + 1000,
});

/** An attempt at its first step. */
export const attempt = (number: number, now: number): AttemptRow => ({
  id: id(number),
  browser: digest(number),
  sealed: utf8(`sealed ${number}`),
  accountId: '',
  amr: '',
  phc: '',
  createdAt: now,
  expiresAt: now + 1000,
});

const issue = (store: Store, ...tickets: readonly MailTicket[]): Promise<unknown> =>
  write(store, async (tx) => {
    for (const ticket of tickets) await tx.mailTickets.issue(ticket);
  });

const consume = (store: Store, number: number, now: number): Promise<MailTicket | undefined> =>
  store.transact((tx) => tx.mailTickets.consume({ id: id(number), digest: digest(number), now }));

/** Rules of mail tickets. */
export const mailTicketRules: readonly ConformanceCase[] = [
  rule('a ticket is found as it was issued, and listed youngest first by purpose', async (store, now) => {
    const hollow = { ...mailTicket(2, now), hollow: true, purpose: 'invitation' } as const;
    await issue(store, mailTicket(1, now), hollow, { ...hollow, id: id(3), mailbox: 'other@example.test' });
    same(await store.read.mailTickets.find(id(1)), mailTicket(1, now));
    assert.equal(await store.read.mailTickets.find(id(4)), undefined);
    same(await store.read.mailTickets.list('invitation', 9), [
      { ...hollow, id: id(3), mailbox: 'other@example.test' },
      hollow,
    ]);
    assert.equal((await store.read.mailTickets.list('invitation', 1)).length, 1);
  }),
  rule(
    'a new ticket takes the place of the one of its purpose and mailbox, and of no other',
    async (store, now) => {
      const { mailbox } = mailTicket(1, now);
      const other = { ...mailTicket(2, now), mailbox, purpose: 'sign-in' } as const;
      const newer = { ...mailTicket(3, now + 5), mailbox, guesses: 4, accountId: id(1) };
      await issue(store, mailTicket(1, now), other, newer);
      assert.equal(await store.read.mailTickets.find(id(1)), undefined);
      same(await store.read.mailTickets.find(id(2)), other);
      same(await store.read.mailTickets.find(id(3)), newer);
      assert.equal(await consume(store, 1, now), undefined);
    },
  ),
  rule('a ticket is consumed once, by its digest, before its time is over', async (store, now) => {
    await issue(store, mailTicket(1, now));
    const forged = { id: id(1), digest: digest(2), now };
    assert.equal(await store.transact((tx) => tx.mailTickets.consume(forged)), undefined);
    assert.equal(await consume(store, 1, now + 1000), undefined);
    same(await consume(store, 1, now + 999), mailTicket(1, now));
    assert.equal(await consume(store, 1, now), undefined);
  }),
  rule('a ticket bears as many guesses as it says, before its time is over', async (store, now) => {
    await issue(store, mailTicket(1, now));
    const guess = (at: number) => store.transact((tx) => tx.mailTickets.guess(id(1), at));
    assert.equal(await guess(now + 1000), undefined);
    assert.deepEqual([await guess(now), await guess(now), await guess(now)], [1, 0, undefined]);
    assert.equal(await store.transact((tx) => tx.mailTickets.delete(id(1))), true);
    assert.equal(await store.transact((tx) => tx.mailTickets.delete(id(1))), false);
  }),
  rule('what is about an account is void, but for older ways to take a change back', async (store, now) => {
    const about = (number: number, more: Partial<MailTicket>): MailTicket => ({
      ...mailTicket(number, now),
      accountId: id(1),
      ...more,
    });
    const undo = { purpose: 'email-undo' } as const;
    await issue(
      store,
      about(1, {}),
      about(2, undo),
      about(3, { ...undo, createdAt: now + 1 }),
      about(4, { accountId: id(2) }),
    );
    assert.equal(await store.transact((tx) => tx.mailTickets.voidOf(id(1), now + 1)), 2);
    same(await store.read.mailTickets.find(id(2)), about(2, undo));
    same(await store.read.mailTickets.find(id(4)), about(4, { accountId: id(2) }));
    assert.equal(await store.transact((tx) => tx.mailTickets.voidOf(id(1), now)), 1);
  }),
  rule('tickets go with their time, with their account, and with everything', async (store, now) => {
    await write(store, (tx) => tx.accounts.insert(account(1, now), []));
    await issue(
      store,
      { ...mailTicket(1, now), accountId: id(1) },
      mailTicket(2, now),
      mailTicket(3, now + 1),
    );
    await write(store, (tx) => tx.accounts.delete(id(1)));
    assert.equal(await store.read.mailTickets.find(id(1)), undefined);
    assert.equal(await store.transact((tx) => tx.mailTickets.collect(now + 1001, 9)), 1);
    assert.equal(await store.transact((tx) => tx.mailTickets.clear()), 1);
  }),
];

const prove = (tx: Transaction, number: number, now: number): Promise<boolean> =>
  tx.attempts.prove(
    { id: id(number), accountId: '', amr: '' },
    { accountId: id(1), amr: 'pwd', phc: 'phc', now },
  );

/** Rules of attempts. */
export const attemptRules: readonly ConformanceCase[] = [
  rule('an attempt is moved on once, in time', async (store, now) => {
    await write(store, (tx) => tx.attempts.insert(attempt(1, now)));
    same(await store.read.attempts.find(id(1)), attempt(1, now));
    assert.equal(await store.transact((tx) => prove(tx, 1, now + 1000)), false);
    assert.equal(await store.transact((tx) => prove(tx, 1, now)), true);
    assert.equal(await store.transact((tx) => prove(tx, 1, now)), false);
    same(await store.read.attempts.find(id(1)), {
      ...attempt(1, now),
      accountId: id(1),
      amr: 'pwd',
      phc: 'phc',
    });
  }),
  rule('an attempt is consumed once, as it stands, in time', async (store, now) => {
    await write(store, async (tx) => {
      await tx.attempts.insert(attempt(1, now));
      await prove(tx, 1, now);
    });
    const take = (accountId: string, at: number) =>
      store.transact((tx) => tx.attempts.consume({ id: id(1), accountId, amr: 'pwd', now: at }));
    assert.deepEqual(
      [await take('', now), await take(id(2), now), await take(id(1), now + 1000)],
      [false, false, false],
    );
    assert.deepEqual([await take(id(1), now), await take(id(1), now)], [true, false]);
  }),
  rule('attempts go with their time, with their account, and with everything', async (store, now) => {
    await write(store, async (tx) => {
      await tx.accounts.insert(account(1, now), []);
      for (const number of [1, 2, 3]) await tx.attempts.insert(attempt(number, now + number));
      await prove(tx, 1, now);
      await tx.accounts.delete(id(1));
    });
    assert.equal(await store.read.attempts.find(id(1)), undefined);
    assert.equal(await store.transact((tx) => tx.attempts.collect(now + 1003, 9)), 1);
    assert.equal(await store.transact((tx) => tx.attempts.clear()), 1);
  }),
];

const mailbox = 'ada@example.test';

/** Rules of proven addresses. */
export const provenAddressRules: readonly ConformanceCase[] = [
  rule(
    'an address is unproven until its account proves it, and again when it is replaced',
    async (store, now) => {
      await write(store, (tx) => tx.accounts.insert(account(1, now), [email('ada'), username('ada')]));
      const verifiedAt = async (): Promise<number | undefined> =>
        (await store.read.accounts.find(id(1)))?.emailVerifiedAt;
      assert.equal(await verifiedAt(), 0);
      assert.equal(await store.transact((tx) => tx.accounts.verifyIdentifier(id(2), mailbox, now)), false);
      assert.equal(await store.transact((tx) => tx.accounts.verifyIdentifier(id(1), mailbox, now)), true);
      assert.equal(await verifiedAt(), now);
      await write(store, (tx) => tx.accounts.setIdentifier(id(1), email('countess')));
      assert.equal(await verifiedAt(), 0);
      await write(store, (tx) => tx.accounts.setIdentifier(id(1), { ...email('ada'), verifiedAt: now + 1 }));
      assert.equal((await store.read.accounts.findByIdentifier('ada'))?.emailVerifiedAt, now + 1);
    },
  ),
  rule('an address is taken from whoever never proved it, and from nobody else', async (store, now) => {
    await write(store, async (tx) => {
      await tx.accounts.insert(account(1, now), [email('ada'), username('ada')]);
      await tx.accounts.insert(account(2, now), [{ ...email('bea'), verifiedAt: now }]);
    });
    const take = (canonical: string) => store.transact((tx) => tx.accounts.takeUnverified(canonical));
    assert.equal(await take('bea@example.test'), undefined);
    assert.equal(await take('ada'), undefined);
    assert.equal(await take(mailbox), id(1));
    assert.equal(await take(mailbox), undefined);
    assert.equal((await store.read.accounts.find(id(1)))?.email, undefined);
    assert.equal((await store.read.accounts.findByIdentifier('bea@example.test'))?.id, id(2));
  }),
];

const won = (outcomes: readonly unknown[]): number => outcomes.filter(Boolean).length;

/** Rules that only several handles can break. */
export const arrivalRaceRules: readonly ConformanceCase[] = [
  race('of fifty that consume one ticket over three handles, one wins', async (store, now) => {
    await issue(store(0), mailTicket(1, now));
    assert.equal(won(await atOnce(50, (turn) => consume(store(turn), 1, now))), 1);
  }),
  race('of fifty guesses over three handles, as many are taken as the ticket bears', async (store, now) => {
    await issue(store(0), { ...mailTicket(1, now), guesses: 5 });
    const left = await atOnce(50, (turn) => store(turn).transact((tx) => tx.mailTickets.guess(id(1), now)));
    const taken = new Set(left.filter((one) => one !== undefined));
    assert.deepEqual([taken, left.filter((one) => one !== undefined).length], [new Set([4, 3, 2, 1, 0]), 5]);
  }),
  race('of fifty tickets for one mailbox over three handles, one stands', async (store, now) => {
    const { mailbox: box } = mailTicket(1, now);
    await atOnce(50, (turn) =>
      issue(store(turn), { ...mailTicket(turn + 1, now), mailbox: box, createdAt: now + turn }),
    );
    assert.equal((await store(0).read.mailTickets.list('reset', 99)).length, 1);
  }),
  race(
    'of fifty that move one attempt on, or take it out, over three handles, one wins',
    async (store, now) => {
      await write(store(0), async (tx) => {
        await tx.attempts.insert(attempt(1, now));
        await tx.attempts.insert(attempt(2, now));
      });
      assert.equal(won(await atOnce(50, (turn) => store(turn).transact((tx) => prove(tx, 1, now)))), 1);
      const take = { id: id(2), accountId: '', amr: '', now };
      assert.equal(
        won(await atOnce(50, (turn) => store(turn).transact((tx) => tx.attempts.consume(take)))),
        1,
      );
    },
  ),
];
