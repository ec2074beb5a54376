import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyEvents } from '../../../packages/server/src/domain/admin/verify-events.ts';
import type { Outcome } from '../../../packages/server/src/program/commands/command.ts';
import { restore } from '../../../packages/server/src/program/commands/restore.ts';
import { loadConfiguration } from '../../../packages/server/src/program/configuration/configuration.ts';
import { addTotp, prove, trySignIn } from '../../kit/factors.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { goodPassword, signIn, visit } from '../../kit/visitor.ts';
import { administrator, apiKey, giveRoles, otherPassword, type Person, person, statusOf } from '../cast.ts';

let folder: string;
let dataFolder: string;
let backup: string;
let serving: Serving;
let root: Person;
let ada: Person;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorward-restore-'));
  dataFolder = join(folder, 'data');
  backup = join(folder, 'backup.db');
  serving = await serveHandler({ lightHashing: true, dataFolder });
  root = await administrator(serving);
  ada = await person(serving, 'ada');
});
afterEach(async () => {
  await serving.close();
  await rm(folder, { recursive: true });
});

const backUp = (): Promise<void> => serving.assembly.ports.store.backup(backup);

/** Stops the server, restores and starts again. */
async function restored({
  force = true,
  meanwhile = async () => undefined,
}: {
  force?: boolean;
  meanwhile?: () => Promise<void>;
} = {}): Promise<Outcome> {
  const { clock } = serving;
  await serving.close();
  try {
    await meanwhile();
    const outcome = await restore({
      loaded: loadConfiguration({ flags: { dataFolder } }),
      args: [backup],
      options: { force },
      tell: () => undefined,
      secret: () => Promise.reject(new Error('nothing is asked')),
    });
    if (!outcome) throw new Error('restore has an outcome');
    return outcome;
  } finally {
    serving = await serveHandler({ lightHashing: true, dataFolder, clock });
  }
}

/** What is left after the disk has failed. */
async function damage(): Promise<void> {
  for (const name of await readdir(dataFolder))
    if (name.startsWith('doorward.db')) await rm(join(dataFolder, name));
  await writeFile(join(dataFolder, 'doorward.db'), 'no database at all');
}

const passwordOf = async (email: string, password: string): Promise<boolean> =>
  signIn(visit(serving), email, { password }).then(
    () => true,
    () => false,
  );

describe('what was taken away after the backup stays away', () => {
  test('no carrier of before is accepted, of sessions in the backup and of later ones', async () => {
    const people = [ada, await person(serving, 'bob', { carrier: 'jwt' })];
    await backUp();
    people.push(await person(serving, 'cyd', { carrier: 'jwt' }));
    await restored();
    for (const { access } of people) expect(await statusOf(serving, access)).toBe(401);
    for (const { refresh } of people) {
      const answer = await visit(serving, { program: true }).ask('POST', '/api/v1/tokens/refresh', {
        body: { refresh_token: refresh },
      });
      expect(answer.status).toBe(401);
    }
    expect(await passwordOf(ada.email, goodPassword)).toBe(true);
  });

  test('a second factor that was added since is asked for, and what was used up or removed stays so', async () => {
    const bob = await person(serving, 'bob');
    const his = await addTotp(serving, bob);
    await prove(bob, { totp: his.code() });
    await backUp();
    const [used] = his.recoveryCodes;
    expect((await trySignIn(visit(serving), bob.email, { recovery_code: used })).status).toBe(201);
    const hers = await addTotp(serving, ada);
    await restored();
    expect((await trySignIn(visit(serving), bob.email, { recovery_code: used })).status).toBe(403);
    expect((await trySignIn(visit(serving), ada.email)).json['code']).toBe('second_factor_required');
    expect((await trySignIn(visit(serving), ada.email, { totp: hers.code() })).status).toBe(201);
  });

  test('a browser that was remembered is so no more', async () => {
    const totp = await addTotp(serving, ada);
    const browser = visit(serving);
    await trySignIn(browser, ada.email, { totp: totp.code(), remember_device: true });
    await backUp();
    await restored();
    const same = visit(serving);
    for (const [name, value] of browser.cookies) same.cookies.set(name, value);
    expect((await trySignIn(same, ada.email)).json['code']).toBe('second_factor_required');
  });

  test('recovery codes are void when the replaced database cannot be read; the second factor is not', async () => {
    const totp = await addTotp(serving, ada);
    await backUp();
    await restored({ meanwhile: damage });
    const code = { recovery_code: totp.recoveryCodes[0] };
    expect((await trySignIn(visit(serving), ada.email, code)).status).toBe(403);
    expect((await trySignIn(visit(serving), ada.email, { totp: totp.code() })).status).toBe(201);
  });

  test('an API key that was ended, while one that lives goes on', async () => {
    const ended = await apiKey(ada, ['account:read']);
    const living = await apiKey(ada, ['account:read']);
    await backUp();
    await ada.ask('DELETE', `/api/v1/account/api-keys/${ended.id}`);
    expect((await restored()).json).toMatchObject({ taken_away: { api_keys: 1 } });
    const status = async (bearer: string): Promise<number> =>
      (await visit(serving, { program: true }).ask('GET', '/api/v1/account', { bearer })).status;
    expect([await status(ended.text), await status(living.text)]).toEqual([401, 200]);
  });

  test('a password that was changed, a role, a disabled and a deleted account', async () => {
    const bob = await person(serving, 'bob');
    const cyd = await person(serving, 'cyd');
    await giveRoles(serving, bob.account, ['admin']);
    await backUp();
    const body = { current_password: goodPassword, new_password: otherPassword };
    await ada.ask('PUT', '/api/v1/account/password', { body });
    await giveRoles(serving, bob.account, []);
    await root.ask('PATCH', `/api/v1/admin/accounts/${cyd.account}`, { body: { status: 'disabled' } });
    await restored();
    expect(await passwordOf(ada.email, goodPassword)).toBe(false);
    expect(await passwordOf(ada.email, otherPassword)).toBe(true);
    expect(await passwordOf(cyd.email, goodPassword)).toBe(false);
    const { accounts } = serving.assembly.ports.store.read;
    expect((await accounts.find(bob.account))?.roles).toEqual([]);
    expect((await accounts.find(root.account))?.roles).toEqual(['admin']);
  });

  test('a deleted account comes back disabled', async () => {
    await backUp();
    await root.ask('DELETE', `/api/v1/admin/accounts/${ada.account}`);
    expect((await restored()).json).toMatchObject({ taken_away: { disabled: 1 } });
    expect(await passwordOf(ada.email, goodPassword)).toBe(false);
  });

  test('an account that was closed since stays closed and can be kept; one that was kept since is not deleted', async () => {
    const bob = await person(serving, 'bob');
    await bob.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } });
    await backUp();
    const kept = { identifier: bob.email, password: goodPassword, keep_account: true };
    expect((await visit(serving).ask('POST', '/api/v1/sessions', { body: kept })).status).toBe(201);
    await ada.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } });
    const { accounts } = serving.assembly.ports.store.read;
    const goesAt = (await accounts.find(ada.account))?.deletesAt;
    await restored();
    const { accounts: now } = serving.assembly.ports.store.read;
    expect(await now.find(ada.account)).toMatchObject({ status: 'disabled', deletesAt: goesAt });
    expect(await now.find(bob.account)).toMatchObject({ status: 'active', deletesAt: 0 });
  });

  test('when the replaced database cannot tell, every API key ends', async () => {
    const key = await apiKey(ada, ['account:read']);
    await backUp();
    const { text } = await restored({ meanwhile: damage });
    expect(text).toContain('all API keys were ended (1)');
    const visitor = visit(serving, { program: true });
    expect((await visitor.ask('GET', '/api/v1/account', { bearer: key.text })).status).toBe(401);
  });
});

test('the chain of events holds, and says that there was a restore', async () => {
  await backUp();
  await restored();
  const { read } = serving.assembly.ports.store;
  expect(await verifyEvents(read)).toMatchObject({ intact: true });
  const [told] = await read.events.list({ after: 0, limit: 10, type: 'store.restored' });
  expect(told).toMatchObject({ actor: 'operator', data: expect.stringContaining('"sessions":2') });
});

test('a restore can be undone: the replaced database is kept, whole', async () => {
  await backUp();
  const later = await person(serving, 'later');
  await restored();
  const kept = (await readdir(dataFolder)).find((name) => name.includes('.replaced-')) ?? '';
  await rm(backup);
  backup = join(dataFolder, kept);
  await restored();
  expect(await passwordOf(later.email, goodPassword)).toBe(true);
});

describe('what is no backup is refused, and nothing is changed', () => {
  test.each([
    ['an empty file', ''],
    ['another file', 'this is a letter to my mother'.repeat(500)],
  ])('%s', async (_what, content) => {
    await writeFile(backup, content);
    await expect(restored()).rejects.toThrow(/empty|damaged/);
    expect(await statusOf(serving, ada.access)).toBe(200);
    expect((await readdir(dataFolder)).sort().filter((name) => /restoring|replaced/.test(name))).toEqual([]);
  });

  test('a file that is not there, and a database in use', async () => {
    await expect(restored()).rejects.toThrow('There is no file');
    await backUp();
    await writeFile(`${backup}-wal`, 'newer changes');
    await expect(restored()).rejects.toThrow('a database in use');
  });

  test('a sound backup, when a database is there and nobody said that it may go', async () => {
    await backUp();
    await expect(restored({ force: false })).rejects.toThrow('--force');
    expect(await statusOf(serving, ada.access)).toBe(200);
  });
});
