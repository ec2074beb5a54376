import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Carrier,
  createDoorward,
  type Doorward,
  manualClock,
  type Wire,
} from '../../packages/server/src/index.ts';
import { lightArgon2, serveHandler, testStart } from '../kit/serving.ts';
import { goodPassword, visit } from '../kit/visitor.ts';
import { person } from './cast.ts';

const folders: string[] = [];
const open: Doorward[] = [];

async function embed(more: Readonly<Record<string, unknown>> = {}): Promise<Doorward> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'doorward-embedded-'));
  folders.push(dataFolder);
  const doorward = await createDoorward({
    dataFolder,
    issuer: 'http://localhost:3000',
    clock: manualClock(testStart),
    dangerousPasswordHash: lightArgon2,
    ...more,
  });
  open.push(doorward);
  return doorward;
}

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const bearer = (token: string): Wire => ({
  header: (name) => (name === 'authorization' ? `Bearer ${token}` : undefined),
  cookie: () => undefined,
  network: '192.0.2.1',
});

const ada = { email: 'ada@example.com', password: goodPassword };
const claim = {
  identifier: ada.email,
  password: goodPassword,
  network: '192.0.2.1',
  clientName: 'a test',
} as const;

test('the verbs of a program: make, sign in, know, refresh, list, end, delete', async () => {
  const doorward = await embed();
  const account = await doorward.accounts.create(ada);
  expect(await doorward.accounts.find(account.id)).toEqual(account);
  expect(await doorward.accounts.search({ text: 'ada', limit: 5 })).toEqual([account]);
  await doorward.roles.put({ name: 'reporter', permissions: ['reports:read'] });
  await doorward.accounts.change(account.id, { name: 'Ada', roles: ['reporter'] });

  const { session, delivery } = await doorward.sessions.create({ ...claim, carrier: 'jwt' });
  const { access_token: access = '', refresh_token: refresh = '' } = delivery.tokens ?? {};
  const principal = await doorward.authenticate(bearer(access));
  expect(principal).toMatchObject({ accountName: 'Ada', permissions: ['reports:read'], amr: 'pwd' });
  expect((await doorward.sessions.list(account.id)).map(({ id }) => id)).toEqual([session.id]);
  const next = (await doorward.tokens.refresh(refresh)).delivery.tokens?.access_token ?? '';
  expect((await doorward.authenticate(bearer(next))).session?.id).toBe(session.id);

  await doorward.sessions.end(account.id, session.id);
  await expect(doorward.authenticate(bearer(next))).rejects.toMatchObject({ code: 'credentials_invalid' });
  const second = await doorward.sessions.create({ ...claim, carrier: 'opaque' });
  await doorward.tokens.revoke(second.delivery.tokens?.refresh_token ?? '');
  expect(await doorward.sessions.endAll(account.id)).toBe(0);
  expect(await doorward.collect()).toMatchObject({ sessions: 0 });
  await doorward.accounts.delete(account.id);
  await expect(doorward.sessions.create({ ...claim, carrier: 'jwt' })).rejects.toMatchObject({
    code: 'sign_in_refused',
  });
});

test('what a verb refuses is a failure with a code, and never carries the password', async () => {
  const doorward = await embed();
  await doorward.accounts.create(ada);
  await expect(doorward.accounts.create(ada)).rejects.toMatchObject({ code: 'identifier_taken' });
  const wrong = doorward.sessions.create({ ...claim, password: 'hunter2 hunter2', carrier: 'jwt' });
  const thrown: unknown = await wrong.catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: 'sign_in_refused' });
  expect(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))).not.toContain('hunter2');
});

test('two in one process do not touch each other', async () => {
  const [one, two] = [await embed(), await embed({ issuer: 'http://localhost:4000' })];
  await one.accounts.create(ada);
  await two.accounts.create(ada);
  const first = await one.sessions.create({ ...claim, carrier: 'opaque' });
  const second = await two.sessions.create({ ...claim, carrier: 'jwt' });
  const [a = '', b = ''] = [first, second].map(({ delivery }) => delivery.tokens?.access_token);
  await one.authenticate(bearer(a));
  await two.authenticate(bearer(b));
  await expect(one.authenticate(bearer(b))).rejects.toMatchObject({ code: 'credentials_invalid' });
  await expect(two.authenticate(bearer(a))).rejects.toMatchObject({ code: 'credentials_invalid' });
  await expect(two.tokens.refresh(first.delivery.tokens?.refresh_token ?? '')).rejects.toMatchObject({
    code: 'refresh_refused',
  });
  await one.close();
  open.splice(open.indexOf(one), 1);
  expect((await two.fetch(new Request('http://localhost:4000/health/ready'))).status).toBe(200);
});

test('it answers requests without a socket', async () => {
  const doorward = await embed();
  const answer = await doorward.fetch(new Request(`${doorward.issuer}/api/v1/session`));
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ code: 'credentials_missing' });
});

test('wrong settings are reported all together, unknown ones too', async () => {
  const wrong = embed({ issuer: 'ftp://x', port: 'many', colour: 'blue' });
  const thrown = String(await wrong.catch((error: unknown) => error));
  for (const word of ['issuer', 'port', 'colour']) expect(thrown).toContain(word);
});

describe('a carrier of one’s own', () => {
  /** A 32-hex token in a header: the session id without its dashes, known to a table of the program. */
  const issued = new Map<string, string>();
  const hexCarrier: Carrier = {
    name: 'hex',
    ambient: false,
    find: (wire) => wire.header('x-token'),
    check: async ({ store, settings, clock }, value) => {
      const id = /^[0-9a-f]{32}$/.test(value) ? issued.get(value) : undefined;
      const session = id === undefined ? undefined : await store.read.sessions.find(id);
      const over = !session || session.ended || clock.now() >= session.expiresAt;
      if (over || settings.issuer === '') return { refused: { check: 'hex-unknown' } };
      const { accountId, accountName, roles, provenAt, amr } = session;
      return { accountId, accountName, roles, session, scopes: undefined, provenAt, amr };
    },
  };
  beforeEach(() => issued.clear());

  test('it is a few lines, and every route that takes a session takes it', async () => {
    const serving = await serveHandler({ lightHashing: true, carriers: [hexCarrier] });
    const eve = await person(serving, 'eve', { roles: ['admin'] });
    issued.set('0123456789abcdef0123456789abcdef', eve.session);
    const visitor = visit(serving, { program: true });
    const headers = { 'x-token': '0123456789abcdef0123456789abcdef' };
    const known = await visitor.ask('GET', '/api/v1/session', { headers });
    expect(known.json).toMatchObject({ account: { id: eve.account }, session: { id: eve.session } });
    expect((await visitor.ask('GET', '/verify', { headers })).headers.get('x-doorward-carrier')).toBe('hex');
    expect((await visitor.ask('GET', '/api/v1/admin/stats', { headers })).status).toBe(200);
    const wrong = { 'x-token': 'f'.repeat(32) };
    expect((await visitor.ask('GET', '/api/v1/session', { headers: wrong })).status).toBe(401);
    expect((await visitor.ask('DELETE', '/api/v1/session', { headers })).status).toBe(204);
    expect((await visitor.ask('GET', '/api/v1/session', { headers })).status).toBe(401);
    await serving.close();
  });
});
