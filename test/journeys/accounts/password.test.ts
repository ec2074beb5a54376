import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runtime } from '../../../packages/server/src/program/accounts/argon2.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { goodPassword, member, signIn, visit } from '../../kit/visitor.ts';
import {
  bearing,
  carriers,
  cookieHeader,
  device,
  otherPassword,
  person,
  refreshBy,
  statusOf,
  why,
} from '../cast.ts';

const path = '/api/v1/account/password';
const change = { body: { current_password: goodPassword, new_password: otherPassword } };

describe.each(servings)('changing the password over %s', (_way, serve) => {
  let serving: Serving;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
  });
  afterEach(() => serving.close());

  test.each(carriers)(
    'SES-01: a session in %s goes on under a new id in the same carrier, and its former self is refused',
    async (carrier) => {
      const ada = await person(serving, 'ada', { carrier });
      const before = { ...ada, cookie: cookieHeader(ada) };
      const changed = await ada.ask('PUT', path, change);
      expect(changed.status).toBe(200);
      expect(changed.json).toMatchObject({ account: { id: ada.account }, session: { carrier } });
      const now = bearing(ada, member(changed.json, 'access_token'));
      const known = await now.ask('GET', '/api/v1/session');
      expect(known.status).toBe(200);
      expect(known.json['session']).toEqual(changed.json['session']);
      expect(known.json).not.toMatchObject({ session: { id: before.session } });

      const said = carrier.includes('cookie')
        ? { headers: { cookie: before.cookie } }
        : { bearer: before.access };
      const refused = await visit(serving).ask('GET', '/api/v1/session', said);
      expect(refused.status).toBe(401);
      expect(why(serving, refused).detail).toMatchObject({
        check: 'session-ended',
        reason: 'password-changed',
        ended_by: ada.account,
        session: before.session,
      });
    },
  );

  test('every other session ends with all its carriers', async () => {
    const ada = await person(serving, 'ada');
    const others = await Promise.all(carriers.map((carrier) => device(serving, ada, { carrier })));
    expect((await ada.ask('PUT', path, change)).status).toBe(200);
    for (const other of others) expect((await other.ask('GET', '/api/v1/session')).status).toBe(401);
    for (const { refresh } of others.filter((other) => other.refresh !== ''))
      expect((await refreshBy(serving, refresh)).status).toBe(401);
    expect((await refreshBy(serving, ada.refresh)).status).toBe(401);
  });

  test('from then on the new password counts, and the former one does not', async () => {
    const ada = await person(serving, 'ada');
    await ada.ask('PUT', path, change);
    await expect(signIn(visit(serving), ada.email)).rejects.toThrow('401');
    await signIn(visit(serving), ada.email, { password: otherPassword });
  });

  test('a wrong current password, or a poor new one, changes nothing and ends nothing', async () => {
    const ada = await person(serving, 'ada');
    const other = await device(serving, ada);
    const wrong = { current_password: otherPassword, new_password: otherPassword };
    const refused = await ada.ask('PUT', path, { body: wrong });
    expect([refused.status, refused.json['code']]).toEqual([403, 'current_password_wrong']);
    for (const [poor, code] of [
      ['short', 'password_too_short'],
      ['password1234', 'password_common'],
      ['ada@example.com', 'password_context'],
      ['x'.repeat(257), 'password_too_long'],
    ]) {
      const body = { current_password: goodPassword, new_password: poor };
      const answer = await ada.ask('PUT', path, { body });
      expect([answer.status, answer.json['code']]).toEqual([400, code]);
    }
    expect([await statusOf(serving, ada.access), await statusOf(serving, other.access)]).toEqual([200, 200]);
    await signIn(visit(serving), ada.email);
  });

  test('of two changes at once one wins, and its session is the only one that lives', async () => {
    const ada = await person(serving, 'ada');
    const other = await device(serving, ada);
    const answers = await Promise.all(
      [ada, other].map((one, i) =>
        one.ask('PUT', path, {
          body: { current_password: goodPassword, new_password: `${otherPassword} ${i} times` },
        }),
      ),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    const [alive] = won.map(({ json }) => String(json['access_token']));
    expect(await statusOf(serving, String(alive))).toBe(200);
    const lost = answers.find(({ status }) => status !== 200);
    expect([401, 403]).toContain(lost?.status);
    const list = await bearing(ada, String(alive)).ask('GET', '/api/v1/account/sessions');
    expect(list.json['sessions']).toHaveLength(1);
  });

  test('sign-ins that come together while an outdated hash is renewed all succeed', async () => {
    const real = await serve();
    const ada = await person(real, 'ada');
    const weak = await runtime.hash(goodPassword, { memory: 8, passes: 1, lanes: 1 });
    const record = { accountId: ada.account, phc: weak, changedAt: real.clock.now() };
    await real.assembly.ports.store.transact((tx) => tx.accounts.setPassword(record));
    await Promise.all(carriers.map((carrier) => signIn(visit(real), ada.email, { carrier })));
    const now = await real.assembly.ports.store.read.accounts.password(ada.account);
    expect(now?.phc).toContain('$m=19456,t=2,p=1$');
    await real.close();
  });

  test('HTTP Basic is refused with the former password at once', async () => {
    const ada = await person(serving, 'ada');
    await ada.ask('PUT', path, change);
    const basic = (password: string): Record<string, string> => ({
      authorization: `Basic ${Buffer.from(`${ada.email}:${password}`).toString('base64')}`,
    });
    const visitor = visit(serving, { program: true });
    expect((await visitor.ask('GET', '/api/v1/account', { headers: basic(goodPassword) })).status).toBe(401);
    expect((await visitor.ask('GET', '/api/v1/account', { headers: basic(otherPassword) })).status).toBe(200);
  });
});
