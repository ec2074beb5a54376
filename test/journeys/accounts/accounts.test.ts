import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Serving, servings } from '../../kit/serving.ts';
import { goodPassword, signIn, signUp, visit } from '../../kit/visitor.ts';
import { apiKey, cookieHeader, device, person, refreshBy, statusOf, why } from '../cast.ts';
import { proveAddress } from '../mail/mail-cast.ts';

const path = '/api/v1/account';

describe.each(servings)('accounts over %s', (_way, serve) => {
  let serving: Serving;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true, settings: { deletionGrace: 0 } });
  });
  afterEach(() => serving.close());

  test('a new account is shown as it was typed, and never its password', async () => {
    const visitor = visit(serving);
    const made = await visitor.ask('POST', '/api/v1/accounts', {
      body: { email: 'Ada@Example.COM', username: 'Ada.L', name: 'Ada Lovelace', password: goodPassword },
    });
    expect(made.status).toBe(201);
    expect(made.json).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      name: 'Ada Lovelace',
      email: 'Ada@Example.COM',
      email_verified: false,
      username: 'Ada.L',
      status: 'active',
      deletes_at: null,
      roles: [],
      created_at: '2026-03-01T12:00:00.000Z',
      updated_at: '2026-03-01T12:00:00.000Z',
    });
    for (const identifier of ['ada@example.com', 'ADA@EXAMPLE.COM', 'ada.l', 'ADA.L']) {
      await signIn(visitor, identifier);
      expect((await visitor.ask('GET', path)).json).toEqual(made.json);
    }
  });

  test.each([
    ['the same address', { email: 'ada@example.com' }],
    ['the address in capitals', { email: 'ADA@EXAMPLE.COM' }],
    ['the address in full-width letters', { email: 'ａｄａ@example.com' }],
    ['the username in capitals', { username: 'ADA' }],
    ['a free address with a taken username', { email: 'new@example.com', username: 'ada' }],
  ])('an account is made once: %s answers 409 and changes nothing', async (_what, names) => {
    const visitor = visit(serving);
    const body = { email: 'ada@example.com', username: 'ada', password: goodPassword };
    await visitor.ask('POST', '/api/v1/accounts', { body });
    const second = await visitor.ask('POST', '/api/v1/accounts', {
      body: { ...names, password: 'another quiet heron' },
    });
    expect([second.status, second.json['code']]).toEqual([409, 'identifier_taken']);
    await signIn(visitor, 'ada@example.com');
    const free = { email: 'new@example.com', password: goodPassword };
    expect((await visitor.ask('POST', '/api/v1/accounts', { body: free })).status).toBe(201);
  });

  test('the owner changes name and username, and the address by proof; the former one is nobody again', async () => {
    const ada = await person(serving, 'ada');
    const unproven = await ada.ask('PATCH', path, { body: { name: 'X', email: 'Countess@example.com' } });
    expect([unproven.status, unproven.json['code']]).toEqual([409, 'mailbox_unproven']);
    expect((await ada.ask('GET', path)).json).toMatchObject({ name: '', email: 'ada@example.com' });
    await ada.ask('PATCH', path, { body: { name: 'Countess', username: 'countess' } });
    await proveAddress(serving, ada, 'Countess@example.com');
    expect((await ada.ask('GET', path)).json).toMatchObject({
      name: 'Countess',
      email: 'Countess@example.com',
      email_verified: true,
      username: 'countess',
    });
    await expect(signIn(visit(serving), 'ada@example.com')).rejects.toThrow('401');
    await signIn(visit(serving), 'countess');
    await signIn(visit(serving), 'countess@example.com');
    expect(await signUp(visit(serving), 'ada@example.com')).not.toBe(ada.account);
  });

  test('an identifier can be taken away, but one remains, and one that is taken is refused whole', async () => {
    const ada = await person(serving, 'ada');
    await person(serving, 'bob');
    const last = await ada.ask('PATCH', path, { body: { name: 'X', email: null } });
    expect([last.status, last.json['code']]).toEqual([400, 'input_invalid']);
    await ada.ask('PATCH', path, { body: { username: 'ada' } });
    const bob = await person(serving, 'robert');
    const taken = await bob.ask('PATCH', path, { body: { name: 'X', username: 'ADA' } });
    expect([taken.status, taken.json['code']]).toEqual([409, 'identifier_taken']);
    expect((await bob.ask('GET', path)).json).toMatchObject({ name: '', username: null });
    expect((await ada.ask('GET', path)).json).toMatchObject({ name: '', email: 'ada@example.com' });
    expect((await ada.ask('PATCH', path, { body: { username: 'ada', email: null } })).json).toMatchObject({
      username: 'ada',
      email: null,
    });
    await signIn(visit(serving), 'ada');
  });

  test('nothing but names can be set by the owner: other fields are refused by name, not ignored', async () => {
    const ada = await person(serving, 'ada');
    for (const [field, value] of Object.entries({
      id: 'x',
      roles: ['admin'],
      status: 'active',
      password: 'x',
    })) {
      const answer = await ada.ask('PATCH', path, { body: { name: 'X', [field]: value } });
      expect(answer.status).toBe(400);
      expect(answer.json['errors']).toMatchObject([{ field }]);
    }
    const body = { email: 'eve@example.com', password: goodPassword, roles: ['admin'] };
    expect((await visit(serving).ask('POST', '/api/v1/accounts', { body })).status).toBe(400);
    expect((await ada.ask('GET', path)).json).toMatchObject({ name: '', roles: [] });
  });

  test('SES-07: after a deletion nothing of the account works, and its address belongs to somebody new', async () => {
    const ada = await person(serving, 'ada', { carrier: 'cookie' });
    const opaque = await device(serving, ada);
    const jwt = await device(serving, ada, { carrier: 'jwt' });
    const key = await apiKey(ada, ['account:read']);
    const old = cookieHeader(ada);
    const wrong = await ada.ask('DELETE', path, { body: { password: 'wrong wrong wrong' } });
    expect([wrong.status, wrong.json['code']]).toEqual([403, 'current_password_wrong']);
    expect((await ada.ask('GET', path)).status).toBe(200);

    expect((await ada.ask('DELETE', path, { body: { password: goodPassword } })).status).toBe(204);
    expect(ada.cookies.size).toBe(0);
    expect((await ada.ask('GET', path, { headers: { cookie: old } })).status).toBe(401);
    for (const token of [opaque.access, jwt.access, key.text])
      expect((await visit(serving).ask('GET', path, { bearer: token })).status).toBe(401);
    for (const token of [opaque.refresh, jwt.refresh])
      expect((await refreshBy(serving, token)).status).toBe(401);
    await expect(signIn(visit(serving), 'ada@example.com')).rejects.toThrow('401');

    const again = await person(serving, 'ada');
    expect(again.account).not.toBe(ada.account);
    expect((await again.ask('GET', '/api/v1/account/sessions')).json['sessions']).toHaveLength(1);
    expect((await again.ask('GET', '/api/v1/account/api-keys')).json['api_keys']).toEqual([]);
    expect(await statusOf(serving, opaque.access)).toBe(401);
  });

  test('a server that takes no sign-ups says so', async () => {
    const closed = await serve({ lightHashing: true, settings: { signUp: 'closed' } });
    const body = { email: 'ada@example.com', password: goodPassword };
    const answer = await visit(closed).ask('POST', '/api/v1/accounts', { body });
    expect([answer.status, answer.json['code']]).toEqual([403, 'sign_up_closed']);
    expect(why(closed, answer).detail).toEqual({ check: 'sign-up-closed' });
    await closed.close();
  });
});
