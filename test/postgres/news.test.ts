import { expect, inject, onTestFinished, test } from 'vitest';
import { manualClock, systemClock } from '../../packages/server/src/base/clock.ts';
import { invite } from '../../packages/server/src/domain/accounts/invite.ts';
import { loadConfiguration } from '../../packages/server/src/program/configuration/configuration.ts';
import { openPorts } from '../../packages/server/src/program/open-ports.ts';
import { administrator, device, person, statusOf } from '../journeys/cast.ts';
import { startFaultProxy } from '../kit/fault-proxy.ts';
import { mailSettings, openPostOffice } from '../kit/post-office.ts';
import { dropDatabase, makeDatabase, queryAt } from '../kit/postgres.ts';
import { type Serving, serveHandler } from '../kit/serving.ts';
import { visit } from '../kit/visitor.ts';

/** Two processes on one database, the second perhaps by another way to it. */
async function two(second: (address: string) => string = (address) => address, settings: object = {}) {
  const databaseUrl = await makeDatabase(inject('postgresPort'));
  const masterKey = Buffer.alloc(32, 7).toString('base64url');
  const one = await serveHandler({ lightHashing: true, settings: { databaseUrl, masterKey, ...settings } });
  const other = await serveHandler({
    lightHashing: true,
    clock: one.clock,
    settings: { databaseUrl: second(databaseUrl), masterKey, ...settings },
  });
  onTestFinished(async () => {
    await one.close();
    await other.close();
    await dropDatabase(databaseUrl);
  });
  return { one, other, databaseUrl };
}

/** What a process hears of sessions that ended; its clock stands still, so that it does not look by itself. */
function following({ assembly }: Serving): string[] {
  const heard: string[] = [];
  const stop = assembly.feed.follow(0, {
    onEntries: (entries) => void heard.push(...entries.map(({ sessionId }) => sessionId)),
    onFailure: (thrown) => {
      throw thrown;
    },
  });
  onTestFinished(stop);
  return heard;
}

async function endOneSession(serving: Serving, name: string): Promise<void> {
  const ada = await person(serving, name);
  const { access } = await device(serving, ada, { carrier: 'opaque' });
  await visit(serving).ask('DELETE', '/api/v1/session', { bearer: access });
}

const listeners = async (address: string): Promise<number> => {
  const rows = await queryAt(
    address,
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN doorward' OR query = 'SELECT 1'",
  );
  return rows.length;
};

test('a session that ended in one process is refused by every other at the next request', async () => {
  const { one, other } = await two();
  const ada = await person(one, 'ada');
  for (let round = 0; round < 5; round += 1) {
    const { access } = await device(one, ada, { carrier: 'opaque' });
    expect(await statusOf(other, access)).toBe(200);
    await visit(one).ask('DELETE', '/api/v1/session', { bearer: access });
    expect(await statusOf(other, access)).toBe(401);
  }
});

test('other processes tell their followers of a sign-out before they would have looked', async () => {
  const { one, other, databaseUrl } = await two();
  await expect.poll(() => listeners(databaseUrl)).toBe(2);
  const heard = following(other);
  await endOneSession(one, 'ada');
  await expect.poll(() => heard.length).toBe(1);
});

test('a listener whose connection is lost listens again, and looks for what it missed', async () => {
  const { one, other, databaseUrl } = await two();
  await expect.poll(() => listeners(databaseUrl)).toBe(2);
  const heard = following(other);
  await queryAt(
    databaseUrl,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN doorward' AND datname = current_database()",
  );
  await endOneSession(one, 'ada');
  await expect.poll(() => heard.length, { timeout: 5000 }).toBe(1);
  await expect.poll(() => listeners(databaseUrl), { timeout: 5000 }).toBe(2);
  await endOneSession(one, 'bea');
  await expect.poll(() => heard.length).toBe(2);
});

test('behind a pooler that lets no news through, processes look by themselves', async () => {
  const { one, other, databaseUrl } = await two(undefined, { databasePrepared: 'no' });
  expect(await listeners(databaseUrl)).toBe(0);
  const heard = following(other);
  await endOneSession(one, 'ada');
  await expect
    .poll(() => {
      one.clock.advance(250);
      return heard.length;
    })
    .toBe(1);
});

test('a key that one process brings into use is published by every other', async () => {
  const { one, other, databaseUrl } = await two();
  await expect.poll(() => listeners(databaseUrl)).toBe(2);
  const root = await administrator(one);
  const before = other.assembly.ports.keys.active().kid;
  await root.ask('POST', '/api/v1/admin/keys/rotation', { body: { force: true } });
  expect(one.assembly.ports.keys.active().kid).not.toBe(before);
  const kids = async ({ assembly }: Serving): Promise<string[]> =>
    (await assembly.ports.keys.published()).map(({ kid }) => kid);
  await expect.poll(() => kids(other)).toEqual(await kids(one));
  expect(other.assembly.ports.keys.active().kid).toBe(one.assembly.ports.keys.active().kid);
});

test('what a command puts into the outbox is sent by a server at once, and not when it would have looked', async () => {
  const office = await openPostOffice();
  const databaseUrl = await makeDatabase(inject('postgresPort'));
  const masterKey = Buffer.alloc(32, 7).toString('base64url');
  // A clock that stands still: the server never looks by itself.
  const clock = manualClock(systemClock.now() + 60_000);
  const settings = { databaseUrl, masterKey, ...mailSettings(office) };
  const serving = await serveHandler({ lightHashing: true, clock, settings });
  onTestFinished(async () => {
    await serving.close();
    await office.close();
    await dropDatabase(databaseUrl);
  });
  await expect.poll(() => listeners(databaseUrl)).toBe(1);
  const { ports, close } = await openPorts(loadConfiguration({ flags: settings }).values, {
    port: 3000,
    visits: true,
  });
  const draft = { email: 'guest@example.com', roles: [], language: 'en' } as const;
  await invite(ports, { actor: 'operator', permissions: 'all', network: 'unknown' }, draft);
  await close();
  const [mail] = await office.has(1);
  expect(mail?.recipients).toEqual(['guest@example.com']);
  await expect.poll(() => serving.assembly.ports.store.read.mails.countWaiting()).toBe(0);
});

test('FLT-08: two processes that hear of the same mails send each of them once', async () => {
  const office = await openPostOffice();
  const { one, other } = await two(undefined, mailSettings(office));
  onTestFinished(office.close);
  await Promise.all(
    Array.from({ length: 20 }, (_, turn) =>
      visit(turn % 2 === 0 ? one : other).ask('POST', '/api/v1/password-resets', {
        body: { email: `person${turn}@example.com` },
      }),
    ),
  );
  await office.has(20);
  for (const serving of [one, other]) {
    serving.clock.advance(5000);
    await expect.poll(() => serving.assembly.ports.store.read.mails.countWaiting()).toBe(0);
  }
  expect(office.arrived).toHaveLength(20);
  expect(new Set(office.arrived.map(({ recipients }) => recipients[0])).size).toBe(20);
});

test('a mail that a process had claimed when it died is sent by another when the claim is over', async () => {
  const office = await openPostOffice();
  const { one, other } = await two(undefined, mailSettings(office));
  onTestFinished(office.close);
  const { store, clock } = one.assembly.ports;
  office.answer({ code: 450, at: 'recipient' });
  await visit(one).ask('POST', '/api/v1/password-resets', { body: { email: 'ada@example.com' } });
  await expect.poll(() => office.visits()).toBe(1);
  // The next attempt is taken by a process that never comes back.
  const due = clock.now() + 10_000;
  await expect
    .poll(() => store.transact((tx) => tx.mails.claim({ now: due, until: due + 60_000, limit: 5 })))
    .toHaveLength(1);
  office.answer(undefined);
  other.clock.advance(due + 59_000 - clock.now());
  expect(office.arrived).toHaveLength(0);
  await expect
    .poll(() => {
      other.clock.advance(1000);
      return office.arrived.length;
    })
    .toBe(1);
});

test('one process without its database refuses, and the others go on', async () => {
  const proxy = await startFaultProxy(inject('postgresPort'));
  onTestFinished(proxy.close);
  const { one, other } = await two((address) => {
    const through = new URL(address);
    through.port = String(proxy.port);
    return through.href;
  });
  const ada = await person(one, 'ada');
  const { access } = await device(one, ada, { carrier: 'opaque' });
  proxy.line = 'dead';
  const readiness = await visit(other).ask('GET', '/health/ready');
  expect(readiness.status).toBe(503);
  expect(await statusOf(one, access)).toBe(200);
  proxy.line = 'whole';
  expect(await statusOf(other, access)).toBe(200);
  expect((await visit(other).ask('GET', '/health/ready')).status).toBe(200);
});
