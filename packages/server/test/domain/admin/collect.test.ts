import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../../../src/base/clock.ts';
import { deleteAccount } from '../../../src/domain/accounts/account-status.ts';
import { signUp } from '../../../src/domain/accounts/sign-up.ts';
import { collect } from '../../../src/domain/admin/collect.ts';
import { verifyEvents } from '../../../src/domain/admin/verify-events.ts';
import { noRefreshToken } from '../../../src/domain/oauth/family-grant.ts';
import type { Ports } from '../../../src/domain/ports.ts';
import { endOwnSession } from '../../../src/domain/sessions/end-session.ts';
import { signIn } from '../../../src/domain/sessions/sign-in.ts';
import { createApiKey } from '../../../src/domain/tokens/api-keys.ts';
import { refresh } from '../../../src/domain/tokens/refresh.ts';
import { sessionCarriers } from '../../../src/domain/tokens/session-carriers.ts';
import { loadConfiguration } from '../../../src/program/configuration/configuration.ts';
import { type Assembly, assemble } from '../../../src/program/create-doorward.ts';
import { databasePath } from '../../../src/program/open-store.ts';
import { waitingMail } from '../../../src/store/conformance/mails.ts';
import {
  authorization,
  client,
  clientSecret,
  clientToken,
  code,
  device,
  familyGrant,
  notice,
} from '../../../src/store/conformance/oauth-samples.ts';
import { family, id } from '../../../src/store/conformance/samples.ts';
import { freshDatabase, now } from '../../store/folder.ts';

const hour = 3600;
const day = 24 * hour;
const password = 'seven quiet herons wade';

/** A server whose things live for days rather than months. */
async function server(clock: ManualClock): Promise<Assembly & { readonly dataFolder: string }> {
  const dataFolder = dirname(freshDatabase());
  const { values } = loadConfiguration({
    flags: {
      dataFolder,
      sessionIdle: 6 * hour,
      sessionAbsolute: day,
      endedSessionRetention: 2 * hour,
      eventRetention: day,
      keyActive: 3 * day,
      keyPublishAhead: hour,
      signUpAttempts: 1000,
    },
  });
  const hash = async (text: string): Promise<string> => `$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$${text}`;
  const dangerousPasswordHash = {
    hash,
    verify: async (phc: string, text: string) => phc === (await hash(text)),
  };
  return { ...(await assemble(values, { clock, port: 3000, dangerousPasswordHash })), dataFolder };
}

/** What an hour brings: sign-ins in two carriers, a refresh, a wrong password, a key, a sign-out, an account that comes and goes. */
async function useForAnHour(ports: Ports, turn: number): Promise<void> {
  const network = `192.0.2.${turn % 250}`;
  const claim = { identifier: 'ada', password, network, clientName: '' };
  const { opaque } = sessionCarriers;
  const name = (['cookie', 'jwt', 'jwt-cookie'] as const)[turn % 3] ?? 'cookie';
  await signIn(ports, { ...claim, carrier: sessionCarriers[name] });
  const { session, delivery } = await signIn(ports, { ...claim, carrier: opaque });
  await refresh(ports, { token: delivery.tokens?.refresh_token ?? '', network, inCookie: false });
  await expect(signIn(ports, { ...claim, password: 'wrong', carrier: opaque })).rejects.toThrow(
    'sign_in_refused',
  );
  await expect(signIn(ports, { ...claim, identifier: `nobody${turn}`, carrier: opaque })).rejects.toThrow(
    'sign_in_refused',
  );
  const accountId = session.accountId;
  await createApiKey(ports, { accountId, name: 'key', scopes: ['reports:read'], expiresIn: hour, network });
  await endOwnSession(ports, {
    accountId,
    sessionId: session.id,
    ending: { by: accountId, reason: 'sign-out', network },
  });
  const guest = await signUp(ports, { username: `guest${turn}`, password, network, language: 'en' });
  await deleteAccount(ports, { accountId: guest.id, actor: guest.id, network });
}

/** What a client leaves behind in an hour: a family, two tokens, an abandoned request, a device, a notice, a proof. */
async function visitForAnHour(ports: Ports, turn: number): Promise<void> {
  const at = ports.clock.now();
  const { opaque } = sessionCarriers;
  const claim = { identifier: 'ada', password, network: '192.0.2.1', clientName: '', carrier: opaque };
  const { session } = await signIn(ports, claim);
  await ports.store.transact(async (tx) => {
    if (turn === 0) await tx.clients.insert(client(1, at));
    await tx.familyGrants.insert(
      { ...clientFamilyOf(ports, turn), sessionId: session.id },
      familyGrant(turn),
    );
    await tx.authorizations.insert(authorization(turn, at));
    await tx.codes.insert(code(turn, at));
    await tx.deviceAuthorizations.insert(device(turn, at));
    await tx.clientTokens.insert(clientToken(turn, at));
    await tx.signOutNotices.insert(notice(turn, at));
    await tx.mails.insert(waitingMail(turn, at));
    await tx.replays.see({ kind: 'dpop', digest: id(turn), expiresAt: at + 1000 });
    await tx.clientSecrets.rotate(clientSecret(turn, id(1), at), { now: at, priorEndsAt: at + 1000 });
  });
}

const leftBehind = [
  'authorizations',
  'client_secrets',
  'client_tokens',
  'codes',
  'device_authorizations',
  'mails',
  'replays',
  'session_clients',
  'sign_out_notices',
];

/** A family without a refresh token, which ends when its access token does. */
const clientFamilyOf = ({ clock }: Ports, turn: number) => ({
  ...family(turn, clock.now()),
  clientId: id(1),
  digest: noRefreshToken,
  priorDigest: noRefreshToken,
});

describe('the collector', () => {
  test('leaves the number of rows flat under steady use, whatever the clock does', async () => {
    const clock = manualClock(now);
    const { ports, close } = await server(clock);
    const ada = await signUp(ports, { username: 'ada', password, network: '192.0.2.1', language: 'en' });
    const counts: Record<string, number>[] = [];
    const ofClients: number[] = [];
    for (let turn = 0; turn < 24 * 5; turn += 1) {
      await useForAnHour(ports, turn);
      await visitForAnHour(ports, turn);
      if (turn % 24 === 23) counts.push(await ports.store.rowCounts());
      ofClients.push((await ports.store.read.familyGrants.list({ accountId: ada.id })).length);
      clock.advance(hour * 1000);
      await collect(ports);
    }
    // Keys are moved on by housekeeping, beside the collector; everything else is as it was a day before.
    const steady: Record<string, number>[] = counts.map((count) => ({ ...count, signing_keys: 0 }));
    const [, , first = {}, ...later] = steady;
    for (const count of later)
      for (const [table, rows] of Object.entries(count)) near(table, rows, first[table]);
    const inUse = ['sessions', 'families', 'events', 'revocations', 'budgets', 'api_keys', ...leftBehind];
    for (const table of inUse) expect([table, (first[table] ?? 0) > 0]).toEqual([table, true]);
    // What a client cannot use any more does not wait for the end of its session.
    expect(new Set(ofClients)).toEqual(new Set([1]));
    expect(counts.at(-1)?.['signing_keys']).toBeLessThanOrEqual(4);
    expect(first).toMatchObject({ accounts: 1, identifiers: 1, passwords: 1 });
    expect((await verifyEvents(ports.store.read)).intact).toBe(true);
    await close();
  }, 30_000);

  test('tells how many rows went, and finds nothing more the second time', async () => {
    const clock = manualClock(now);
    const { ports, tallies, close } = await server(clock);
    await signUp(ports, { username: 'ada', password, network: '192.0.2.1', language: 'en' });
    await useForAnHour(ports, 1);
    await visitForAnHour(ports, 0);
    clock.advance(3 * day * 1000);
    const collected = await collect(ports);
    expect(collected).toMatchObject({ sessions: 3, api_keys: 1, revocations: 1 });
    // Housekeeping may have been faster with some of them.
    for (const table of ['codes', 'client_tokens', 'replays', 'device_authorizations'])
      expect([table, tallies.counters.expirations.get(table)]).toEqual([table, 1]);
    expect(tallies.counters.expirations.get('sessions')).toBeGreaterThanOrEqual(2);
    expect(Object.values(await collect(ports)).every((rows) => rows === 0)).toBe(true);
    await close();
  });
});

/** Within two per cent: days do not all begin at the same second. */
function near(table: string, rows: number, expected = 0): void {
  expect(Math.abs(rows - expected), `${table}: ${rows} rows after ${expected}`).toBeLessThanOrEqual(
    Math.ceil(expected * 0.02),
  );
}

/** Tables that no rule empties, and why. */
const people: readonly string[] = [
  // What people are and decide, until they take it back.
  'identifiers',
  'passwords',
  'roles',
  'identities',
  'grants',
  'client_origins',
  'totps',
  'recovery_codes',
  'passkeys',
  // The life of keys removes them; there is one open link at most.
  'signing_keys',
  'set_ups',
  // They go with their sessions.
  'session_clients',
];
/** Of these each database has a row or some for itself. */
const own: ReadonlySet<string> = new Set(['event_chain', 'migrations', 'revocation_feed']);

test('every table is counted, and either has a rule or is known to need none', async () => {
  const assembly = await server(manualClock(now));
  const ruled = Object.keys(await collect(assembly.ports));
  const counted = Object.keys(await assembly.ports.store.rowCounts());
  const sized = (await assembly.ports.store.sizes(0)).map(({ table }) => table);
  const { dataFolder } = assembly;
  await assembly.close();
  const database = new DatabaseSync(databasePath(dataFolder), { readOnly: true });
  const made = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  database.close();
  const names = made.map(({ name }) => String(name)).filter((name) => !own.has(name));
  expect([...counted].sort()).toEqual(names);
  expect([...sized].sort()).toEqual(names);
  expect([...people, ...ruled].sort()).toEqual(names);
});
