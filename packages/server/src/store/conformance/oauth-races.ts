/** The rules of OAuth that three handles on the same data keep together. */
import assert from 'node:assert/strict';
import { secretLives } from '../../domain/clients/client.ts';
import type { Transaction } from '../../domain/store.ts';
import { atOnce, type ConformanceCase, race, same, write } from './case.ts';
import {
  authorization,
  clientFamily,
  clientSecret,
  clients,
  device,
  grant,
  identity,
  notice,
  peopleAndClients,
  registrationToken,
} from './oauth-samples.ts';
import { digest, id, people } from './samples.ts';

const won = (outcomes: readonly unknown[]): number =>
  outcomes.filter((outcome) => outcome !== undefined && outcome !== false).length;

/** Sessions that end, each as a family of it begins. */
const visits = 20;

/** Rules that only several handles can break. */
export const oauthRaceRules: readonly ConformanceCase[] = [
  race('of fifty that begin one family over three handles, one does', async (store, now) => {
    await peopleAndClients(store(0), now);
    const begin = (turn: number) =>
      store(turn).transact((tx) => clientFamily(tx, { number: 11, session: 1 + (turn % 2), of: 1, now }));
    const outcomes = await atOnce(50, begin);
    assert.equal(won(outcomes), 1);
    const family = await store(1).read.families.find(id(11));
    assert.equal(family?.sessionId, id(1 + (outcomes.indexOf(true) % 2)));
  }),
  race(
    'a session that ends as a family of it begins knows of the client, or gives nothing',
    async (store, now) => {
      await people(store(0), visits, now);
      await clients(store(0), 1, now);
      const redeem = (number: number) => async (tx: Transaction) => {
        const session = await tx.sessions.find(id(number));
        if (!session || session.ended) return false;
        return clientFamily(tx, { number: 100 + number, session: number, of: 1, now });
      };
      const end = (number: number) => async (tx: Transaction) => {
        await tx.sessions.end(id(number), { at: now, by: 'system', reason: 'sign-out' });
        return (await tx.familyGrants.clientsOfSession(id(number))).length === 1;
      };
      const outcomes = await atOnce(2 * visits, (turn) => {
        const number = 1 + Math.floor(turn / 2);
        return store(turn + number).transact(turn % 2 === 0 ? redeem(number) : end(number));
      });
      for (let at = 0; at < outcomes.length; at += 2)
        assert.equal(outcomes[at], outcomes[at + 1], String(at));
    },
  ),
  race('of fifty that consume one pushed authorization over three handles, one wins', async (store, now) => {
    await write(store(0), (tx) => tx.authorizations.insert(authorization(1, now)));
    const outcomes = await atOnce(50, (turn) =>
      store(turn).transact((tx) => tx.authorizations.consume({ id: id(1), digest: digest(1), now })),
    );
    assert.equal(won(outcomes), 1);
  }),
  race(
    'of fifty that use one registration token over three handles, as many win as it says',
    async (store, now) => {
      await write(store(0), (tx) => tx.registrationTokens.insert(registrationToken(1, now)));
      const outcomes = await atOnce(50, (turn) =>
        store(turn).transact((tx) => tx.registrationTokens.consume({ id: id(1), digest: digest(1), now })),
      );
      assert.equal(won(outcomes), 2);
    },
  ),
  race('of fifty that show one proof over three handles, one is new', async (store, now) => {
    const outcomes = await atOnce(50, (turn) =>
      store(turn).transact((tx) => tx.replays.see({ kind: 'dpop', digest: digest(1), expiresAt: now })),
    );
    assert.equal(won(outcomes), 1);
  }),
  race(
    'of fifty decisions on one device one holds, and of fifty redemptions one wins',
    async (store, now) => {
      await write(store(0), (tx) => tx.deviceAuthorizations.insert(device(1, now)));
      const decisions = await atOnce(50, (turn) =>
        store(turn).transact((tx) =>
          tx.deviceAuthorizations.decide({
            id: id(1),
            status: 'allowed',
            sessionId: id(turn),
            grantedAt: now,
            provenAt: now,
            amr: 'pwd',
            now,
          }),
        ),
      );
      assert.equal(won(decisions), 1);
      const redemptions = await atOnce(50, (turn) =>
        store(turn).transact((tx) => tx.deviceAuthorizations.consume({ id: id(1), digest: digest(1), now })),
      );
      assert.equal(won(redemptions), 1);
      const consumed = redemptions.find((one) => one !== undefined);
      same(consumed?.sessionId, id(decisions.indexOf(true)));
    },
  ),
  race('of thirty rotations at once over three handles two secrets live', async (store, now) => {
    await clients(store(0), 1, now);
    await atOnce(30, (turn) =>
      store(turn).transact((tx) =>
        tx.clientSecrets.rotate(clientSecret(turn, id(1), now), { now, priorEndsAt: now + 100 }),
      ),
    );
    const live = (await store(1).read.clientSecrets.list(id(1))).filter((one) => secretLives(one, now));
    assert.equal(live.length, 2);
  }),
  race('of thirty consents at once over three handles one grant is left', async (store, now) => {
    await peopleAndClients(store(0), now);
    await atOnce(30, (turn) =>
      store(turn).transact((tx) => tx.grants.put({ ...grant(now), scopes: [`scope-${turn}`] })),
    );
    assert.equal((await store(1).read.grants.list(id(1))).length, 1);
  }),
  race('of thirty accounts that link one subject over three handles one is linked', async (store, now) => {
    await peopleAndClients(store(0), now);
    const outcomes = await atOnce(30, (turn) =>
      store(turn).transact((tx) =>
        tx.identities.insert({ ...identity(turn, id(1 + (turn % 2)), now), subject: 'one' }),
      ),
    );
    assert.equal(won(outcomes), 1);
  }),
  race('of fifty that claim over three handles each notice goes to one', async (store, now) => {
    await write(store(0), async (tx) => {
      for (let number = 1; number <= 20; number += 1) await tx.signOutNotices.insert(notice(number, now));
    });
    const claims = await atOnce(50, (turn) =>
      store(turn).transact((tx) => tx.signOutNotices.claim({ now, until: now + 100, limit: 3 })),
    );
    const claimed = claims.flat().map((one) => one.id);
    assert.deepEqual([claimed.length, new Set(claimed).size], [20, 20]);
  }),
  race('what one handle decided about a client, every other one reads', async (store, now) => {
    await clients(store(0), 1, now);
    for (const turn of [0, 1, 2]) {
      const found = (await store(turn).read.clients.find(id(1))) ?? assert.fail('no client');
      await write(store(turn + 1), (tx) => tx.clients.update({ ...found, name: `Name ${turn}` }));
      for (const other of [0, 1, 2])
        assert.equal((await store(other).read.clients.find(id(1)))?.name, `Name ${turn}`);
    }
  }),
];
