import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { argon2Parameters } from '../../../packages/server/src/domain/accounts/passwords.ts';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { administrator, apiKey, otherPassword, type Person, person } from '../../journeys/cast.ts';
import { lightArgon2 } from '../../kit/light-argon2.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { goodPassword, type Visitor, visit } from '../../kit/visitor.ts';
import { fieldsOf } from '../web/rows.ts';

let serving: Serving;
let ada: Person;
let program: Visitor;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
  ada = await person(serving, 'ada');
  program = visit(serving, { program: true });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await serving.close();
});

const hashOf = async (account: string): Promise<string> =>
  (await serving.assembly.ports.store.read.accounts.password(account))?.phc ?? '';

const signInStatus = async (password = goodPassword, peer = '203.0.113.7'): Promise<number> => {
  const body = { identifier: ada.email, password, carrier: 'opaque' };
  return (await visit(serving, { program: true, peer }).ask('POST', '/api/v1/sessions', { body })).status;
};

/** Makes the stored hash look as if it was made with fewer passes. */
async function weaken(): Promise<string> {
  const old = (await hashOf(ada.account)).replace('t=2', 't=1');
  await serving.assembly.ports.store.transact((tx) =>
    tx.accounts.setPassword({ accountId: ada.account, phc: old, changedAt: serving.clock.now() }),
  );
  return old;
}

describe('PWD-13: a hash with old parameters', () => {
  test('is made anew at the next sign-in, once', async () => {
    const old = await weaken();
    const hash = vi.spyOn(lightArgon2, 'hash');
    expect(await signInStatus()).toBe(201);
    const renewed = await hashOf(ada.account);
    expect(renewed).toContain('m=19456,t=2,p=1');
    expect(renewed).not.toBe(old);
    expect(await signInStatus()).toBe(201);
    expect(await hashOf(ada.account)).toBe(renewed);
    expect(hash).toHaveBeenCalledTimes(1);
  });

  test('stays as it is after a wrong password', async () => {
    const old = await weaken();
    expect(await signInStatus('a wrong password')).toBe(401);
    expect(await hashOf(ada.account)).toBe(old);
  });

  test('is made anew by many sign-ins at once, and none of them is refused for it', async () => {
    await weaken();
    const statuses = await Promise.all(
      Array.from({ length: 12 }, (_, turn) => signInStatus(goodPassword, `192.0.2.${turn}`)),
    );
    expect(statuses).toEqual(Array.from({ length: 12 }, () => 201));
    expect(await hashOf(ada.account)).toContain('t=2');
  });

  test('does not overwrite a password that is changed meanwhile', async () => {
    await weaken();
    const { hash } = lightArgon2;
    const slow = Promise.withResolvers<void>();
    const hashing = vi.spyOn(lightArgon2, 'hash').mockImplementationOnce(async (password, parameters) => {
      await slow.promise;
      return hash(password, parameters);
    });
    const late = signInStatus();
    await vi.waitFor(() => expect(hashing).toHaveBeenCalled(), { timeout: 5000, interval: 2 });
    const phc = await hash(otherPassword, argon2Parameters);
    const changedAt = serving.clock.now();
    await serving.assembly.ports.store.transact((tx) =>
      tx.accounts.setPassword({ accountId: ada.account, phc, changedAt }),
    );
    slow.resolve();
    expect(await late).toBe(401);
    expect(await signInStatus(otherPassword)).toBe(201);
    expect(await signInStatus(goodPassword)).toBe(401);
  });
});

describe('PWD-14: a change of password needs the current one', () => {
  const change = (visitor: Visitor, body: unknown, headers = {}) =>
    visitor.ask('PUT', '/api/v1/account/password', { body, headers });

  test.each([
    ['left out', { new_password: otherPassword }, 400, 'input_invalid'],
    ['empty', { current_password: '', new_password: otherPassword }, 400, 'input_invalid'],
    ['null', { current_password: null, new_password: otherPassword }, 400, 'input_invalid'],
    [
      'wrong',
      { current_password: 'a wrong one', new_password: otherPassword },
      403,
      'current_password_wrong',
    ],
    [
      'the new one',
      { current_password: otherPassword, new_password: otherPassword },
      403,
      'current_password_wrong',
    ],
  ])('%s: refused, and the old password goes on', async (_what, ...[body, status, code]) => {
    const answer = await change(ada, body);
    expect([answer.status, answer.json['code']]).toEqual([status, code]);
    expect(await signInStatus()).toBe(201);
    expect(await signInStatus(otherPassword)).toBe(401);
  });

  test('an API key, Basic and a forged cookie do not get that far', async () => {
    const body = { current_password: goodPassword, new_password: otherPassword };
    const key = await apiKey(ada, ['account:read', 'doorward:accounts:write']);
    const basic = `Basic ${Buffer.from(`${ada.email}:${goodPassword}`).toString('base64')}`;
    for (const authorization of [`Bearer ${key.text}`, basic]) {
      const answer = await change(program, body, { authorization });
      expect([answer.status, answer.json['code']]).toEqual([403, 'carrier_refused']);
    }
    expect((await change(program, body, { cookie: 'doorward_session=x' })).status).toBe(401);
    expect(await signInStatus()).toBe(201);
  });

  test('whoever stole a session cannot guess on from network to network', async () => {
    let looked = 0;
    for (let turn = 0; turn < 60; turn += 1) {
      const thief = visit(serving, { program: true, peer: `192.0.2.${turn}` });
      const body = { current_password: `guess number ${turn}`, new_password: otherPassword };
      const answer = await thief.ask('PUT', '/api/v1/account/password', { body, bearer: ada.access });
      if (answer.json['code'] === 'current_password_wrong') looked += 1;
      else expect([answer.status, answer.json['code']]).toEqual([429, 'attempts_exhausted']);
    }
    expect(looked).toBe(20);
    // Deleting the account asks for the same password and draws on the same budget.
    const thief = visit(serving, { program: true, peer: '198.51.100.1' });
    const body = { password: 'one more guess' };
    expect((await thief.ask('DELETE', '/api/v1/account', { body, bearer: ada.access })).status).toBe(429);
    // The owner, from another session, is not in the way of it.
    expect(await signInStatus()).toBe(201);
  });

  test('deleting the account needs it too', async () => {
    for (const body of [{}, { password: null }, { password: 'a wrong one' }])
      expect((await ada.ask('DELETE', '/api/v1/account', { body })).status).toBeGreaterThanOrEqual(400);
    expect(await signInStatus()).toBe(201);
  });
});

describe('PWD-15: an administrator cannot choose or read somebody’s password', () => {
  const rows = routes.filter(({ path }) => path.startsWith('/api/v1/admin/'));

  test('no row for administrators takes a password, but the one that makes a new account', () => {
    const taking = rows.filter(({ body }) => fieldsOf(body).some((field) => /pass|secret|hash/.test(field)));
    expect(taking.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /api/v1/admin/accounts']);
  });

  test('no row for administrators answers with one, or with its hash', () => {
    // Clients have secrets of their own, and their tests.
    const ofClients = (path: string): boolean => path.startsWith('/api/v1/admin/clients');
    // Passkeys are counted, and are no secrets.
    for (const { path, answers } of rows)
      for (const { schema } of Object.values(answers))
        expect((JSON.stringify(schema) ?? '').replaceAll('passkey', '')).not.toMatch(
          ofClients(path) ? /pass|phc|digest/ : /pass|phc|secret|digest|private/,
        );
  });

  test('the field is refused where an account is changed, and making one does not touch one that is there', async () => {
    const admin = await administrator(serving);
    const path = `/api/v1/admin/accounts/${ada.account}`;
    expect((await admin.ask('PATCH', path, { body: { password: otherPassword } })).status).toBe(400);
    const body = { email: ada.email, password: otherPassword };
    expect((await admin.ask('POST', '/api/v1/admin/accounts', { body })).status).toBe(409);
    expect(await signInStatus()).toBe(201);
    expect(await signInStatus(otherPassword)).toBe(401);
  });
});
