import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../../../src/base/clock.ts';
import { beginEpoch, type Epoch } from '../../../src/domain/admin/begin-epoch.ts';
import type { Client } from '../../../src/domain/clients/client.ts';
import type { Store } from '../../../src/domain/store.ts';
import { loadConfiguration } from '../../../src/program/configuration/configuration.ts';
import { type Assembly, assemble } from '../../../src/program/create-doorward.ts';
import { waitingMail } from '../../../src/store/conformance/mails.ts';
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
  registrationToken,
} from '../../../src/store/conformance/oauth-samples.ts';
import { account, digest, id, session } from '../../../src/store/conformance/samples.ts';
import { openSqlite } from '../../../src/store/sqlite/sqlite.ts';
import { freshDatabase, now } from '../../store/folder.ts';

let path: string;
let clock: ManualClock;
let serving: Assembly;
/** The database that was backed up and goes on. */
let later: Store;
let backup: Store;

const rotate = (number: number, of: number, priorEndsAt: number): Promise<void> =>
  later.transact((tx) =>
    tx.clientSecrets.rotate(clientSecret(number, id(of), now), { now: clock.now(), priorEndsAt }),
  );

beforeEach(async () => {
  path = freshDatabase();
  clock = manualClock(now);
  const { values } = loadConfiguration({ flags: { dataFolder: dirname(path) } });
  serving = await assemble(values, { clock, port: 3000 });
  later = serving.ports.store;
  await later.transact(async (tx) => {
    await tx.accounts.insert(account(1, now), []);
    await tx.sessions.insert({ ...session(1, now), expiresAt: now + 1_000_000_000 }, digest(1));
    for (const number of [1, 2, 3]) {
      await tx.clients.insert(client(number, now));
      await tx.clients.setRegistrationDigest(id(number), digest(number));
      await tx.grants.put({ ...grant(now), clientId: id(number), scopes: ['email', 'openid'] });
      await tx.identities.insert(identity(number, id(1), now));
    }
    await clientFamily(tx, { number: 11, session: 1, of: 1, now });
    await tx.registrationTokens.insert(registrationToken(1, now));
    await tx.authorizations.insert(authorization(1, now));
    await tx.codes.insert(code(1, now));
    await tx.deviceAuthorizations.insert(device(1, now));
    await tx.clientTokens.insert(clientToken(1, now));
    await tx.mails.insert(waitingMail(1, now));
  });
  for (const number of [1, 2, 3]) await rotate(number, number, now);
});

afterEach(async () => {
  await backup.close();
  await serving.close();
});

/** Backs up, lets things happen, and restores what was backed up. */
async function restored(
  happened: () => Promise<unknown>,
  { compared = true }: { compared?: boolean } = {},
): Promise<Epoch> {
  const file = join(dirname(path), 'backup.db');
  await later.backup(file);
  await happened();
  backup = await openSqlite({ path: file, now });
  const { settings } = serving.ports;
  const ports = { ...serving.ports, store: backup, clock, settings };
  return beginEpoch(ports, compared ? later.read : undefined);
}

const secrets = async (number: number): Promise<(string | number)[][]> =>
  (await backup.read.clientSecrets.list(id(number))).map((one) => [one.id, one.expiresAt]);

test('nothing that was on its way is revived: no authorization, code, device, token, mail or family', async () => {
  await restored(async () => undefined);
  const counts = await backup.rowCounts();
  for (const table of [
    'registration_tokens',
    'authorizations',
    'codes',
    'device_authorizations',
    'client_tokens',
    'mails',
  ])
    expect([table, counts[table]]).toEqual([table, 0]);
  expect((await backup.read.families.find(id(11)))?.session.ended?.reason).toBe('restored');
});

test('what was not touched since stays: clients, secrets, consents and linked sign-ins', async () => {
  const epoch = await restored(async () => undefined);
  expect(epoch).toMatchObject({ clients: 0, clientSecrets: 0, grants: 0, identities: 0 });
  expect(await backup.read.clients.find(id(1))).toEqual(await later.read.clients.find(id(1)));
  expect(await backup.read.clients.registrationDigest(id(1))).toBe(digest(1));
  expect(await secrets(1)).toEqual([[id(1), 0]]);
  expect((await backup.read.grants.list(id(1))).length).toBe(3);
  expect((await backup.read.identities.list(id(1))).length).toBe(3);
});

test('a client that was disabled or deleted since is disabled, and nobody manages it', async () => {
  const epoch = await restored(() =>
    later.transact(async (tx) => {
      await tx.clients.update({ ...client(1, now), status: 'disabled' });
      await tx.clients.delete(id(2));
    }),
  );
  expect(epoch).toMatchObject({ clients: 2, clientSecrets: 1, grants: 1 });
  const standing = await backup.read.clients.list({ limit: 9 });
  expect(standing.map(({ status }) => status)).toEqual(['disabled', 'disabled', 'active']);
  expect(await backup.read.clients.registrationDigest(id(2))).toBe('');
  expect(await secrets(2)).toEqual([]);
});

test('a redirect URI that was taken from a client since stays taken', async () => {
  const narrow: Client = {
    ...client(1, now),
    redirectUris: [],
    requirePushedRequests: true,
    updatedAt: now + 5,
  };
  await restored(() => later.transact((tx) => tx.clients.update(narrow)));
  expect(await backup.read.clients.find(id(1))).toEqual(narrow);
});

test('a secret that was rotated away since opens nothing, and its successors go on', async () => {
  const epoch = await restored(async () => {
    await rotate(21, 1, now + 100);
    await rotate(22, 1, now + 200);
    await later.transact((tx) => tx.clientSecrets.delete(id(2), id(2)));
  });
  expect(epoch.clientSecrets).toBe(2);
  expect([await secrets(1), await secrets(2), await secrets(3)]).toEqual([
    [
      [id(22), 0],
      [id(21), now + 200],
    ],
    [],
    [[id(3), 0]],
  ]);
});

test('a consent that was withdrawn or narrowed since, and a sign-in that was unlinked, stay so', async () => {
  const epoch = await restored(() =>
    later.transact(async (tx) => {
      await tx.grants.delete(id(1), id(1));
      await tx.grants.put({ ...grant(now), clientId: id(2), scopes: ['openid', 'profile'] });
      await tx.identities.delete(id(1), id(1));
    }),
  );
  expect(epoch).toMatchObject({ grants: 2, identities: 1 });
  const { grants, identities } = backup.read;
  expect((await grants.list(id(1))).map(({ clientId, scopes }) => [clientId, scopes])).toEqual([
    [id(2), ['openid']],
    [id(3), ['email', 'openid']],
  ]);
  expect((await identities.list(id(1))).map((one) => one.id)).toEqual([id(2), id(3)]);
});

test('where nobody can tell what was taken away, no secret, management or consent is left', async () => {
  const epoch = await restored(async () => undefined, { compared: false });
  expect(epoch).toMatchObject({ clients: 0, clientSecrets: 3, grants: 3, identities: 0, compared: false });
  expect((await backup.rowCounts())['client_secrets']).toBe(0);
  expect(await backup.read.clients.registrationDigest(id(1))).toBe('');
  expect((await backup.read.clients.find(id(1)))?.status).toBe('active');
});
