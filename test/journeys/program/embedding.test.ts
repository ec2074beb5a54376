import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { beginSession } from '../../../packages/server/src/domain/sessions/sign-in.ts';
import {
  type Carrier,
  createDoorward,
  type Doorward,
  manualClock,
  type SessionCarrier,
  type Wire,
} from '../../../packages/server/src/index.ts';
import { lightArgon2 } from '../../kit/light-argon2.ts';
import { serveHandler, testStart } from '../../kit/serving.ts';
import { goodPassword, member, visit } from '../../kit/visitor.ts';
import { otherPassword, person } from '../cast.ts';

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
  expect(await doorward.accounts.findByIdentifier('ADA@Example.com')).toEqual(account);
  expect(await doorward.accounts.findByIdentifier('nobody')).toBeUndefined();
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

test('closing lets those go who follow its feed', async () => {
  const doorward = await embed();
  const headers = { accept: 'text/event-stream' };
  const answer = await doorward.fetch(new Request(`${doorward.issuer}/api/v1/revocations`, { headers }));
  await doorward.close();
  open.splice(open.indexOf(doorward), 1);
  expect(await answer.text()).toMatch(/^retry: 1000\nevent: hello/m);
});

test('wrong settings are reported all together, unknown ones too', async () => {
  const wrong = embed({ issuer: 'ftp://x', port: 'many', colour: 'blue' });
  const thrown = String(await wrong.catch((error: unknown) => error));
  for (const word of ['issuer', 'port', 'colour']) expect(thrown).toContain(word);
});

describe('a session carrier of one’s own', () => {
  /** Eight random bytes in hex; the program keeps which session they stand for. */
  function shortCarrier(): SessionCarrier {
    const sessions = new Map<string, string>();
    return {
      name: 'short',
      ambient: false,
      find: (wire) => wire.header('x-short'),
      issue: async (_ports, tx, session) => {
        const token = randomBytes(8).toString('hex');
        await tx.sessions.insert(session, '');
        return async () => {
          sessions.set(token, session.id);
          return { cookies: [], tokens: { access_token: token, expires_in: 60 } };
        };
      },
      check: async ({ store, clock }, value) => {
        const session = await store.read.sessions.find(sessions.get(value) ?? '');
        if (!session || session.ended) return { refused: { check: 'session-ended' } };
        if (clock.now() >= session.expiresAt) return { refused: { check: 'session-expired' } };
        const { accountId, accountName, roles, provenAt, amr } = session;
        return { accountId, accountName, roles, session, scopes: undefined, provenAt, amr };
      },
    };
  }
  const short = (token: string): Wire => ({
    header: (name) => (name === 'x-short' ? token : undefined),
    cookie: () => undefined,
    network: '192.0.2.1',
  });

  test('a sign-in issues it, it is accepted, and it dies with its session', async () => {
    const carrier = shortCarrier();
    const doorward = await embed({ carriers: [carrier] });
    const account = await doorward.accounts.create(ada);
    const { session, delivery } = await doorward.sessions.create({ ...claim, carrier });
    const token = delivery.tokens?.access_token ?? '';
    expect(session.carrier).toBe('short');
    const principal = await doorward.authenticate(short(token), ['short']);
    expect([principal.accountId, principal.carrier.name]).toEqual([account.id, 'short']);
    await expect(doorward.authenticate(short(token), ['jwt', 'basic'])).rejects.toMatchObject({
      code: 'credentials_missing',
    });
    await doorward.sessions.end(account.id, session.id);
    await expect(doorward.authenticate(short(token))).rejects.toMatchObject({
      code: 'credentials_invalid',
      detail: { check: 'session-ended' },
    });
  });

  test('a program begins a session for whom it has proven itself, with a life of its own', async () => {
    const clock = manualClock(testStart);
    const carrier = shortCarrier();
    const doorward = await embed({ carriers: [carrier], clock });
    const { id: accountId } = await doorward.accounts.create(ada);
    const plan = { accountId, carrier, amr: 'sms', network: '192.0.2.1', clientName: '' };
    const { session, delivery } = await doorward.sessions.begin({ ...plan, lifeSeconds: 60 });
    const token = delivery.tokens?.access_token ?? '';
    expect(session).toMatchObject({ amr: 'sms', expiresAt: testStart + 60_000 });
    clock.advance(59_999);
    await doorward.authenticate(short(token));
    clock.advance(1);
    await expect(doorward.authenticate(short(token))).rejects.toMatchObject({
      detail: { check: 'session-expired' },
    });
    const longest = await doorward.sessions.begin({ ...plan, lifeSeconds: 1e9 });
    expect(longest.session.expiresAt).toBe(clock.now() + 90 * 86_400_000);
    await doorward.accounts.change(accountId, { status: 'disabled' });
    await expect(doorward.sessions.begin(plan)).rejects.toMatchObject({ code: 'sign_in_refused' });
  });

  test('a password change goes on in a carrier that can be issued, and asks for one otherwise', async () => {
    const carrier = shortCarrier();
    const serving = await serveHandler({ lightHashing: true, carriers: [carrier] });
    const eve = await person(serving, 'eve');
    const { ports } = serving.assembly;
    const plan = { accountId: eve.account, amr: 'pwd', network: '192.0.2.1', clientName: '' };
    const { delivery } = await beginSession(ports, { ...plan, carrier });
    const body = { current_password: goodPassword, new_password: otherPassword };
    const headers = { 'x-short': delivery.tokens?.access_token ?? '' };
    const visitor = visit(serving, { program: true });
    const changed = await visitor.ask('PUT', '/api/v1/account/password', { body, headers });
    expect(changed.json).toMatchObject({ session: { carrier: 'short' }, expires_in: 60 });
    const next = { 'x-short': member(changed.json, 'access_token') };
    expect((await visitor.ask('GET', '/api/v1/session', { headers: next })).status).toBe(200);
    expect((await visitor.ask('GET', '/api/v1/session', { headers })).status).toBe(401);
    await serving.close();
  });
});

test('a demonstration may have a password that everybody knows, when its program says so', async () => {
  const doorward = await embed();
  const demo = { username: 'demo', password: '123456' };
  await expect(doorward.accounts.create(demo)).rejects.toMatchObject({ code: 'password_too_short' });
  await doorward.accounts.create({ ...demo, dangerouslyTakeAnyPassword: true });
  const signedIn = await doorward.sessions.create({ ...claim, ...demo, identifier: 'demo', carrier: 'jwt' });
  expect(signedIn.account.username).toBe('demo');
  expect(await doorward.statistics()).toMatchObject({ accounts: { active: 1 }, sessions: 1 });
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
    const body = { current_password: goodPassword, new_password: otherPassword };
    const change = await visitor.ask('PUT', '/api/v1/account/password', { headers, body });
    expect([change.status, change.json['code']]).toEqual([403, 'carrier_refused']);
    expect((await visitor.ask('DELETE', '/api/v1/session', { headers })).status).toBe(204);
    expect((await visitor.ask('GET', '/api/v1/session', { headers })).status).toBe(401);
    await serving.close();
  });
});
