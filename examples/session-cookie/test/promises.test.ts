/** The promises of the contract, each under its name. */
import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { member } from './caller.ts';
import {
  bob,
  demo,
  demoVariables,
  inFolder,
  open,
  password,
  rowsOf,
  signIn,
  signUpFirst,
  start,
} from './systems.ts';

const me = '/api/v1/users/me';
/** Milliseconds: programs are started and started again. */
vi.setConfig({ testTimeout: 60_000 });

/** Milliseconds. */
const year = 365 * 86_400_000;

test('P: the session lives on the server, and the cookie is a random name for it', () =>
  inFolder(async (folder) => {
    const system = await start(folder);
    const caller = system.caller();
    await signUpFirst(caller);
    const first = caller.cookie;
    await signIn(caller);
    expect(caller.cookie).not.toBe(first);
    const [, uuid = ''] = caller.cookie.split('=');
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    await system.stop('SIGKILL');
    // The UUID itself is nowhere on the disk: whoever reads the files cannot sign in.
    for (const file of await readdir(folder)) {
      expect((await readFile(join(folder, file))).includes(uuid), file).toBe(false);
      expect(statSync(join(folder, file)).mode & 0o077, file).toBe(0);
    }
  }));

test.each(['session_auth', 'session_exp_auth', 'session_db_auth'])(
  'P: the old cookie is refused after logout (%s)',
  (authType) =>
    inFolder(async (folder) => {
      const system = await start(folder, { AUTH_TYPE: authType });
      const caller = system.caller();
      await signUpFirst(caller);
      const { cookie } = caller;
      const elsewhere = system.caller();
      await signIn(elsewhere);
      await caller.ask('DELETE', '/api/v1/auth_session/logout');
      expect(caller.cookie).toBe('');
      caller.cookie = cookie;
      expect(await caller.ask('GET', me)).toMatchObject({ status: 403, json: { error: 'Forbidden' } });
      expect((await elsewhere.ask('GET', me)).status).toBe(200);
      expect(rowsOf(folder, 'cookies')).toHaveLength(1);
      await system.stop();
    }),
);

test('P: session_db_auth sessions survive a restart, and a login afterwards loses none of them', () =>
  inFolder(async (folder) => {
    const before = await start(folder, demoVariables);
    const cookies: string[] = [];
    const caller = before.caller();
    await signUpFirst(caller);
    cookies.push(caller.cookie);
    await signIn(caller);
    cookies.push(caller.cookie);
    await caller.ask('POST', '/login', { json: demo });
    const demoCookie = caller.cookie;
    await before.stop();

    const after = await start(folder, demoVariables);
    const later = after.caller();
    await signIn(later);
    for (const cookie of [...cookies, later.cookie]) {
      later.cookie = cookie;
      expect(await later.ask('GET', me)).toMatchObject({ status: 200, json: { email: bob.email } });
    }
    later.cookie = demoCookie;
    expect((await later.ask('GET', '/protected-resource')).status).toBe(200);
    await after.stop();
  }));

test.each(['session_auth', 'session_exp_auth'])('%s: sessions end with the process, users stay', (authType) =>
  inFolder(async (folder) => {
    const variables = { AUTH_TYPE: authType, SESSION_DURATION: '3600' };
    const before = await start(folder, variables);
    const caller = before.caller();
    await signUpFirst(caller);
    const { cookie } = caller;
    await before.stop('SIGKILL');

    const after = await start(folder, variables);
    const later = after.caller();
    later.cookie = cookie;
    expect((await later.ask('GET', me)).status).toBe(403);
    expect(rowsOf(folder, 'cookies')).toEqual([]);
    await signIn(later);
    expect((await later.ask('GET', me)).status).toBe(200);
    await after.stop();
    // Nor do they come back to life where sessions are durable.
    const durable = await open(folder, {});
    const last = durable.caller();
    last.cookie = cookie;
    expect((await last.ask('GET', me)).status).toBe(403);
    await durable.close();
  }),
);

describe.each(['session_exp_auth', 'session_db_auth'])('SESSION_DURATION with %s', (authType) => {
  test('P: it is measured in UTC and absolute from creation: use does not lengthen it', () =>
    inFolder(async (folder) => {
      const system = await open(folder, { AUTH_TYPE: authType, SESSION_DURATION: '90' });
      const caller = system.caller();
      await signUpFirst(caller);
      for (const wait of [45_000, 44_999]) {
        system.clock.advance(wait);
        expect((await caller.ask('GET', me)).status).toBe(200);
      }
      system.clock.advance(1);
      expect((await caller.ask('GET', me)).status).toBe(403);
      await system.close();
    }));

  test('P: 0 never expires, and the cookie says nothing of an age', () =>
    inFolder(async (folder) => {
      const system = await open(folder, { AUTH_TYPE: authType, SESSION_DURATION: '0' });
      const caller = system.caller();
      await signUpFirst(caller);
      const login = await caller.ask('POST', '/api/v1/auth_session/login', { form: bob });
      expect(login.headers.get('set-cookie')).not.toContain('Max-Age');
      system.clock.advance(20 * year);
      expect((await caller.ask('GET', me)).status).toBe(200);
      await system.close();
    }));

  test('expired rows are removed', () =>
    inFolder(async (folder) => {
      const system = await open(folder, { AUTH_TYPE: authType, SESSION_DURATION: '1' });
      const caller = system.caller();
      await signUpFirst(caller);
      system.clock.advance(1000);
      await signIn(caller);
      expect(rowsOf(folder, 'cookies')).toHaveLength(1);
      await system.close();
    }));
});

test('the time zone of the machine changes nothing', () =>
  inFolder(async (folder) => {
    const system = await start(folder, { TZ: 'Pacific/Kiritimati', SESSION_DURATION: '60' });
    const caller = system.caller();
    await signUpFirst(caller);
    const { json } = await caller.ask('GET', me);
    expect(Math.abs(Date.parse(member(json, 'created_at')) - Date.now())).toBeLessThan(60_000);
    expect(member(json, 'created_at')).toMatch(/Z$/);
    await system.stop();
  }));

test('P: of many first sign-ups at once exactly one is made, and it is the administrator', () =>
  inFolder(async (folder) => {
    const system = await start(folder);
    const emails = Array.from({ length: 8 }, (_, index) => `first${index}@example.com`);
    const answers = await Promise.all(
      emails.map((email) => system.caller().ask('POST', '/api/v1/users', { json: { email, password } })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(7);
    const made = answers.find(({ status }) => status === 201);
    expect(rowsOf(folder, 'users')).toMatchObject([{ id: member(made?.json, 'id'), administrator: 1 }]);
    // Whoever lost is nobody: neither an account nor a password is left.
    for (const email of emails.filter((one) => one !== member(made?.json, 'email'))) {
      const login = await system
        .caller()
        .ask('POST', '/api/v1/auth_session/login', { form: { email, password } });
      expect(login.status).toBe(401);
    }
    await system.stop();
  }));

test('nobody becomes the administrator by the leaving of the first', () =>
  inFolder(async (folder) => {
    const system = await open(folder, {});
    const [first, second] = [system.caller(), system.caller()];
    const firstId = await signUpFirst(first);
    const ada = { email: 'ada@example.com', password };
    await first.ask('POST', '/api/v1/users', { json: ada });
    await first.ask('POST', '/api/v1/users', { json: { email: 'eve@example.com', password } });
    await signIn(second, ada);
    await first.ask('DELETE', `/api/v1/users/${firstId}`);
    expect(rowsOf(folder, 'users').map(({ administrator }) => administrator)).toEqual([0, 0]);
    await system.close();
  }));

test('deleting a user ends all its sessions at once, and frees the e-mail address', () =>
  inFolder(async (folder) => {
    const system = await start(folder);
    const [here, there] = [system.caller(), system.caller()];
    await signUpFirst(here);
    await signIn(there);
    expect((await here.ask('DELETE', me)).status).toBe(200);
    for (const caller of [here, there]) expect((await caller.ask('GET', me)).status).toBe(403);
    expect(rowsOf(folder, 'cookies')).toEqual([]);
    expect((await system.caller().ask('POST', '/api/v1/users', { json: bob })).status).toBe(201);
    await system.stop();
  }));

test('the cookie is Secure but on plain http of one’s own machine', () =>
  inFolder(async (folder) => {
    const system = await open(folder, {});
    await signUpFirst(system.caller());
    for (const [origin, secure] of [
      ['http://localhost:5000', false],
      ['http://127.0.0.1:5000', false],
      ['http://[::1]:5000', false],
      ['https://localhost:5000', true],
      ['http://api.example.com', true],
      ['http://127.0.0.1.example.com', true],
    ] as const) {
      const answer = await system.caller(origin).ask('POST', '/api/v1/auth_session/login', { form: bob });
      expect(answer.headers.get('set-cookie')?.includes('; Secure'), origin).toBe(secure);
    }
    await system.close();
  }));

test('what a page of another site asks for is refused, and sets no cookie', () =>
  inFolder(async (folder) => {
    const system = await open(folder, {});
    const caller = system.caller();
    await signUpFirst(caller);
    for (const origin of ['http://localhost:5001', 'https://evil.example', 'null']) {
      for (const [method, path] of [
        ['POST', '/api/v1/auth_session/login'],
        ['DELETE', me],
        ['POST', '/logout'],
      ] as const) {
        const answer = await caller.ask(method, path, { headers: { origin }, form: bob });
        expect(answer.status).toBe(403);
        expect(answer.headers.has('set-cookie')).toBe(false);
      }
    }
    const own = { headers: { origin: 'http://localhost:5000' } };
    expect((await caller.ask('DELETE', me, own)).status).toBe(200);
    await system.close();
  }));
