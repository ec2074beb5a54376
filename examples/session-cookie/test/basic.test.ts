/** What is different where e-mail address and password come with each call. */
import { expect, test } from 'vitest';
import { basic } from './caller.ts';
import { bob, demo, demoVariables, inFolder, open } from './systems.ts';

const users = '/api/v1/users';
const me = '/api/v1/users/me';

test('basic_auth: a password may contain colons, and each request stands for itself', () =>
  inFolder(async (folder) => {
    const system = await open(folder, { AUTH_TYPE: 'basic_auth' });
    const user = { email: 'bob@example.com', password: 'seven:quiet::herons' };
    const caller = system.caller();
    await caller.ask('POST', '/api/v1/users', { json: user });
    const headers = { authorization: basic(user.email, user.password) };
    const known = await caller.ask('GET', me, { headers });
    expect(known).toMatchObject({ status: 200, json: { email: user.email } });
    expect(known.headers.has('set-cookie')).toBe(false);
    expect((await caller.ask('GET', me)).status).toBe(401);
    await system.close();
  }));

test('there is no session to begin or to end, and 401 says what to present instead', () =>
  inFolder(async (folder) => {
    const system = await open(folder, { AUTH_TYPE: 'basic_auth' });
    const caller = system.caller();
    await caller.ask('POST', users, { json: bob });
    const login = await caller.ask('POST', '/api/v1/auth_session/login', { form: bob });
    expect(login).toMatchObject({ status: 404, json: { error: 'Not found' } });
    const headers = { authorization: basic(bob.email, bob.password) };
    expect((await caller.ask('DELETE', '/api/v1/auth_session/logout', { headers })).status).toBe(404);
    const { headers: answered } = await caller.ask('GET', users);
    expect(answered.get('www-authenticate')).toBe('Basic realm="users", charset="UTF-8"');
    await system.close();
  }));

test('neither a cookie of the demonstration nor its account says anything to the API', () =>
  inFolder(async (folder) => {
    const system = await open(folder, { AUTH_TYPE: 'basic_auth', ...demoVariables });
    const caller = system.caller();
    await caller.ask('POST', '/login', { json: demo });
    expect((await caller.ask('GET', users)).status).toBe(401);
    const headers = { authorization: basic(demo.username, demo.password) };
    expect((await caller.ask('GET', users, { headers })).status).toBe(403);
    await system.close();
  }));
