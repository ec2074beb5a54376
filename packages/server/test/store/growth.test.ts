import { expect, test } from 'vitest';
import { appendEvent } from '../../src/domain/events.ts';
import type { Store, Transaction } from '../../src/domain/store.ts';
import { attempt, mailTicket } from '../../src/store/conformance/arrivals.ts';
import { passkey, rememberedDevice, totp, totpDraft } from '../../src/store/conformance/factors-samples.ts';
import { waitingMail } from '../../src/store/conformance/mails.ts';
import {
  authorization,
  client,
  clientFamily,
  clientSecret,
  clientToken,
  code,
  device,
  grant,
  identity,
  notice,
  registrationToken,
} from '../../src/store/conformance/oauth-samples.ts';
import {
  account,
  apiKey,
  digest,
  family,
  id,
  rotation,
  session,
} from '../../src/store/conformance/samples.ts';
import { openSqlite } from '../../src/store/sqlite/sqlite.ts';
import { freshDatabase, now } from './folder.ts';

const hour = 3_600_000;
const accounts = 5;

/** One hour of steady use: everybody signs in, refreshes, fails once, makes a key; some sign out, some drift off. */
async function useForAnHour(tx: Transaction, turn: number): Promise<void> {
  const at = now + turn * hour;
  for (let person = 1; person <= accounts; person += 1) {
    const number = turn * accounts + person + 1000;
    const owned = { accountId: id(person), expiresAt: at + 90 * hour };
    await tx.sessions.insert({ ...session(number, at), ...owned }, digest(number));
    await tx.families.insert(family(number, at));
    await tx.families.rotate({ id: id(number), generation: 0, digest: digest(number) }, rotation(1, at));
    await tx.budgets.spend({ key: `network:${number}`, limit: 10, now: at, resetsAt: at + hour });
    await tx.apiKeys.insert({ ...apiKey(number, id(person), at), expiresAt: at + 10 * hour });
    await appendEvent(tx, at, { type: 'session.started', accountId: id(person), actor: id(person) });
    if (person <= 2) {
      await tx.sessions.end(id(number), { at, by: id(person), reason: 'sign-out' });
      await tx.revocations.append({ sessionId: id(number), at, expiresAt: at + hour / 4 });
    }
    // The fifth one stays, until the absolute end: it is used every ten hours.
    if (person === 5)
      for (let age = 0; age < 90; age += 10) await tx.sessions.touch(id(number - age * 5), at);
  }
  await tx.setUps.offer({ id: id(turn), digest: digest(turn), expiresAt: at + hour });
}

/** What factors leave behind in that hour: everybody begins to enrol, has a browser remembered and gets new recovery codes. */
async function proveForAnHour(tx: Transaction, turn: number): Promise<void> {
  const at = now + turn * hour;
  for (let person = 1; person <= accounts; person += 1) {
    const number = turn * accounts + person;
    const accountId = id(person);
    await tx.totpDrafts.put({ ...totpDraft(number, at), accountId });
    await tx.totps.put({ ...totp(number, at), accountId });
    await tx.recoveryCodes.replace(accountId, { digests: [digest(1), digest(2)], createdAt: at });
    await tx.passkeys.insert({ ...passkey(person, at), accountId });
    await tx.rememberedDevices.insert({
      ...rememberedDevice(number, at),
      accountId,
      expiresAt: at + 10 * hour,
    });
  }
}

/** What clients do in that hour: each visits one session anew, rotates its secret, and leaves things behind. */
async function visitForAnHour(tx: Transaction, turn: number): Promise<void> {
  const at = now + turn * hour;
  for (const of of [1, 2]) {
    const number = turn * 10 + of + 1_000_000;
    // The session of the fifth, which lives longest, is visited again and again.
    const visited = Math.max(0, turn - (turn % 50)) * accounts + 5 + 1000;
    await clientFamily(tx, { number, session: visited, of, now: at });
    await tx.registrationTokens.insert({ ...registrationToken(number, at), expiresAt: at + hour / 2 });
    await tx.authorizations.insert({ ...authorization(number, at), expiresAt: at + hour / 2 });
    await tx.codes.insert(code(number, at));
    await tx.deviceAuthorizations.insert(device(number, at));
    await tx.clientTokens.insert(clientToken(number, at));
    await tx.signOutNotices.insert(notice(number, at));
    await tx.mails.insert(waitingMail(number, at));
    await tx.mailTickets.issue(mailTicket(number, at));
    await tx.attempts.insert(attempt(number, at));
    await tx.replays.see({ kind: 'dpop', digest: digest(number) + number, expiresAt: at + hour / 4 });
    await tx.clientSecrets.rotate(clientSecret(number, id(of), at), { now: at, priorEndsAt: at + hour / 2 });
    await tx.grants.put({ ...grant(at), clientId: id(of) });
    await tx.identities.insert(identity(of, id(of), at));
  }
}

async function collectAll(store: Store, at: number): Promise<void> {
  const kinds: ((tx: Transaction) => Promise<number>)[] = [
    (tx) => tx.sessions.collect({ endedBefore: at - 5 * hour, seenBefore: at - 20 * hour }, 20),
    (tx) => tx.apiKeys.collect(at, 20),
    (tx) => tx.budgets.collect(at, 20),
    (tx) => tx.revocations.collect(at, 20),
    (tx) => tx.events.collect(at - 30 * hour, 20),
    (tx) => tx.familyGrants.collect({ rotatedBefore: at - 10 * hour, expiredBefore: at }, 20),
    (tx) => tx.clientSecrets.collect(at, 20),
    (tx) => tx.registrationTokens.collect(at, 20),
    (tx) => tx.authorizations.collect(at, 20),
    (tx) => tx.codes.collect(at - hour, 20),
    (tx) => tx.deviceAuthorizations.collect(at, 20),
    (tx) => tx.clientTokens.collect(at, 20),
    (tx) => tx.signOutNotices.collect(at - 5 * hour, 20),
    (tx) => tx.mails.collect(at, 20),
    (tx) => tx.mailTickets.collect(at, 20),
    (tx) => tx.attempts.collect(at, 20),
    (tx) => tx.replays.collect(at, 20),
    (tx) => tx.totpDrafts.collect(at, 20),
    (tx) => tx.rememberedDevices.collect(at, 20),
  ];
  await store.transact(async (tx) => {
    for (const collect of kinds) while ((await collect(tx)) === 20);
  });
}

test('under steady use, with the collectors running, no table grows', async () => {
  const store = await openSqlite({ path: freshDatabase(), now });
  await store.transact(async (tx) => {
    for (let person = 1; person <= accounts; person += 1) await tx.accounts.insert(account(person, now), []);
    await tx.clients.insert({ ...client(1, now), authentication: 'none' });
    await tx.clients.insert(client(2, now));
  });
  const counts: Record<string, number>[] = [];
  for (let turn = 0; turn <= 300; turn += 1) {
    await store.transact((tx) => useForAnHour(tx, turn));
    await store.transact((tx) => visitForAnHour(tx, turn));
    await store.transact((tx) => proveForAnHour(tx, turn));
    await collectAll(store, now + turn * hour);
    if (turn >= 150 && turn % 50 === 0) counts.push(await store.rowCounts());
  }
  const [first, ...later] = counts;
  for (const count of later) expect(count).toEqual(first);
  // Steady, not empty: each kind was really there.
  const empty = Object.entries(first ?? {}).flatMap(([table, rows]) => (rows === 0 ? [table] : []));
  expect(empty).toEqual(['identifiers', 'passwords', 'signing_keys']);
  await store.close();
});
