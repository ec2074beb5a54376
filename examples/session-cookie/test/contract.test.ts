/** The contract of users and teaching routes, line by line, over HTTP to the started program. */
import { describe, expect, test } from 'vitest';
import { basic, type Caller, member } from './caller.ts';
import { authTypes, bob, password, signIn, useStarted } from './systems.ts';

const api = '/api/v1';
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const nobody = '00000000-0000-4000-8000-000000000000';
const ada = { email: 'ada@example.com', password };

describe.each(authTypes)('%s', (authType) => {
  const byBasic = authType === 'basic_auth';
  const system = useStarted({ AUTH_TYPE: authType });
  let bobId: string;
  let adaId: string;

  /** Somebody who is known: by a cookie, or with a header on each call. */
  async function known(user: { email: string; password: string } = bob): Promise<Caller> {
    const caller = system().caller();
    if (!byBasic) {
      await signIn(caller, user);
      return caller;
    }
    const headers = { authorization: basic(user.email, user.password) };
    return {
      ...caller,
      ask: (method, path, said) =>
        caller.ask(method, path, { ...said, headers: { ...said?.headers, ...headers } }),
    };
  }

  test('GET /status never needs sign-in, and both spellings of a path answer', async () => {
    for (const path of ['/status', '/status/']) {
      const answer = await system().caller().ask('GET', `${api}${path}`);
      expect(answer).toMatchObject({ status: 200, json: { status: 'OK' } });
    }
  });

  test('GET /unauthorized and /forbidden answer 401 and 403', async () => {
    const caller = system().caller();
    const unauthorized = await caller.ask('GET', `${api}/unauthorized`);
    expect(unauthorized).toMatchObject({ status: 401, json: { error: 'Unauthorized' } });
    const forbidden = await caller.ask('GET', `${api}/forbidden`);
    expect(forbidden).toMatchObject({ status: 403, json: { error: 'Forbidden' } });
  });

  test('P: POST /users makes the first user without a session', async () => {
    const json = { ...bob, first_name: 'Bob', extra: 'ignored' };
    const answer = await system().caller().ask('POST', `${api}/users`, { json });
    expect(answer.status).toBe(201);
    bobId = member(answer.json, 'id');
    expect(answer.json).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      email: bob.email,
      first_name: 'Bob',
      last_name: null,
      created_at: expect.stringMatching(isoTime),
      updated_at: expect.stringMatching(isoTime),
    });
  });

  test('POST /users makes no second one without a session', async () => {
    const answer = await system().caller().ask('POST', `${api}/users`, { json: ada });
    expect(answer).toMatchObject({ status: 401, json: { error: 'Unauthorized' } });
  });

  test('POST /users with one makes others; 409 for an e-mail address that is taken', async () => {
    const caller = await known();
    const made = await caller.ask('POST', `${api}/users`, { json: ada });
    expect(made).toMatchObject({ status: 201, json: { email: ada.email, first_name: null } });
    adaId = member(made.json, 'id');
    for (const email of [ada.email, 'ADA@example.com']) {
      const again = await caller.ask('POST', `${api}/users`, { json: { email, password } });
      expect(again).toMatchObject({ status: 409, json: { error: expect.any(String) } });
    }
  });

  test.each([
    [{ password }, 'email missing'],
    [{ email: '', password }, 'email missing'],
    [{ email: 'eve@example.com' }, 'password missing'],
    [{ email: 'eve@example.com', password: '' }, 'password missing'],
    [{ email: 'eve', password }, 'Wrong format'],
    [{ email: 5, password }, 'Wrong format'],
    [{ email: 'eve@example.com', password: ['a'] }, 'Wrong format'],
    [{ email: 'eve@example.com', password, last_name: {} }, 'Wrong format'],
    [['eve@example.com'], 'Wrong format'],
    [{ email: 'eve@example.com', password: 'short' }, 'Use at least 8 characters.'],
  ])('POST /users with %j answers 400 %s', async (json, error) => {
    const answer = await (await known()).ask('POST', `${api}/users`, { json });
    expect(answer).toMatchObject({ status: 400, json: { error } });
  });

  test('POST /users that is no JSON answers 400, of another type 415', async () => {
    const caller = await known();
    const headers = { 'content-type': 'application/json' };
    for (const raw of ['', '{', '{"email":1,"email":2}', 'null']) {
      const answer = await caller.ask('POST', `${api}/users`, { raw, headers });
      expect(answer).toMatchObject({ status: 400, json: { error: 'Wrong format' } });
    }
    const form = await caller.ask('POST', `${api}/users`, { form: bob });
    expect(form).toMatchObject({ status: 415, json: { error: expect.any(String) } });
  });

  test('GET /stats counts the users', async () => {
    expect(await (await known()).ask('GET', `${api}/stats`)).toMatchObject({
      status: 200,
      json: { users: 2 },
    });
  });

  test('GET /users lists them', async () => {
    const { json } = await (await known(ada)).ask('GET', `${api}/users`);
    expect(json).toMatchObject([
      { id: bobId, email: bob.email },
      { id: adaId, email: ada.email },
    ]);
  });

  test('GET /users/:id and /users/me answer one; 404 for nobody', async () => {
    const caller = await known(ada);
    expect(await caller.ask('GET', `${api}/users/${bobId}`)).toMatchObject({
      status: 200,
      json: { id: bobId },
    });
    expect(await caller.ask('GET', `${api}/users/me`)).toMatchObject({ status: 200, json: { id: adaId } });
    const answer = await caller.ask('GET', `${api}/users/${nobody}`);
    expect(answer).toMatchObject({ status: 404, json: { error: 'Not found' } });
  });

  test('PUT /users/:id changes the names and nothing else', async () => {
    const caller = await known(ada);
    const before = await caller.ask('GET', `${api}/users/me`);
    const json = { first_name: 'Ada', last_name: 'L', email: 'x@example.com', administrator: 1, id: 'x' };
    const after = await caller.ask('PUT', `${api}/users/${adaId}`, { json });
    expect(after.status).toBe(200);
    expect(after.json).toEqual({
      ...Object(before.json),
      first_name: 'Ada',
      last_name: 'L',
      updated_at: expect.stringMatching(isoTime),
    });
    const one = await caller.ask('PUT', `${api}/users/me`, { json: { last_name: 'Lovelace' } });
    expect(one.json).toMatchObject({ first_name: 'Ada', last_name: 'Lovelace' });
    const none = await caller.ask('PUT', `${api}/users/me`, { json: { first_name: null } });
    expect(none.json).toMatchObject({ first_name: 'Ada', last_name: 'Lovelace' });
  });

  test('PUT /users/:id answers 400, 404, and 403 for another’s record unless the administrator asks', async () => {
    const [admin, other] = [await known(), await known(ada)];
    const json = { first_name: 'Z' };
    expect((await other.ask('PUT', `${api}/users/me`, { json: { first_name: 5 } })).status).toBe(400);
    expect((await other.ask('PUT', `${api}/users/${nobody}`, { json })).status).toBe(404);
    const refused = await other.ask('PUT', `${api}/users/${bobId}`, { json });
    expect(refused).toMatchObject({ status: 403, json: { error: 'Forbidden' } });
    const changed = await admin.ask('PUT', `${api}/users/${adaId}`, { json });
    expect(changed).toMatchObject({ status: 200, json: { first_name: 'Z' } });
  });

  test.each(['/stats', '/users', '/users/me'])(
    'GET %s answers 401 without a credential, 403 with a bad one',
    async (path) => {
      const none = await system().caller().ask('GET', `${api}${path}`);
      expect(none).toMatchObject({ status: 401, json: { error: 'Unauthorized' } });
      expect(none.headers.has('www-authenticate')).toBe(byBasic);
      const bad = system().caller();
      bad.cookie = `session_id=${nobody}`;
      const headers = { authorization: basic('stranger@example.com', 'wrong') };
      const answer = await bad.ask('GET', `${api}${path}`, byBasic ? { headers } : {});
      expect(answer).toMatchObject({ status: 403, json: { error: 'Forbidden' } });
    },
  );

  test('an unknown path answers 404, a wrong method 405 with Allow', async () => {
    const caller = system().caller();
    expect(await caller.ask('GET', `${api}/nothing`)).toMatchObject({
      status: 404,
      json: { error: 'Not found' },
    });
    const answer = await caller.ask('PATCH', `${api}/users/me`);
    expect(answer).toMatchObject({ status: 405, json: { error: expect.any(String) } });
    expect(answer.headers.get('allow')).toBe('GET, HEAD, PUT, DELETE');
  });

  test('DELETE /users/:id: one’s own, anybody’s for the administrator, and 403 and 404', async () => {
    const other = await known(ada);
    expect((await other.ask('DELETE', `${api}/users/${bobId}`)).status).toBe(403);
    expect((await other.ask('DELETE', `${api}/users/${nobody}`)).status).toBe(404);
    expect(await other.ask('DELETE', `${api}/users/me`)).toMatchObject({ status: 200, json: {} });
    expect((await other.ask('GET', `${api}/users/me`)).status).toBe(403);
    const admin = await known();
    const eve = { email: 'eve@example.com', password };
    const made = await admin.ask('POST', `${api}/users`, { json: eve });
    const hers = await known(eve);
    expect((await admin.ask('DELETE', `${api}/users/${member(made.json, 'id')}`)).status).toBe(200);
    expect((await hers.ask('GET', `${api}/users/me`)).status).toBe(403);
    expect((await admin.ask('GET', `${api}/stats`)).json).toEqual({ users: 1 });
  });
});
