/** Attacks on the end of sessions: lives past their time, deleted and disabled accounts, changes that come too late. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  apiKey,
  carriers,
  cookieHeader,
  device,
  giveRoles,
  otherPassword,
  type Person,
  person,
  refreshBy,
  why,
} from '../../journeys/cast.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, member, type Said, signIn, visit } from '../../kit/visitor.ts';

const day = 86_400_000;
const session = '/api/v1/session';
let serving: Serving;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { deletionGrace: 0 } });
});
afterEach(() => serving.close());

/** One of every credential that an account can hold, each as what a request says. */
async function everyCredential(ada: Person): Promise<Record<string, Said>> {
  const held: Record<string, Said> = {};
  for (const carrier of carriers) {
    const one = await device(serving, ada, { carrier });
    held[carrier] = one.access === '' ? { headers: { cookie: cookieHeader(one) } } : { bearer: one.access };
  }
  held['api-key'] = { bearer: (await apiKey(ada, ['account:read', 'doorward:stats:read'])).text };
  const pair = Buffer.from(`${ada.email}:${goodPassword}`).toString('base64');
  held['basic'] = { headers: { authorization: `Basic ${pair}` } };
  return held;
}

const by = (said: Said, path = '/api/v1/account'): Promise<Answer> => visit(serving).ask('GET', path, said);

async function allRefuse(held: Record<string, Said>): Promise<void> {
  for (const [name, said] of Object.entries(held)) {
    const answer = await by(said);
    expect([name, answer.status]).toEqual([name, 401]);
  }
}

test('SES-08: a disabled account is refused on every credential path, refresh and sign-in included', async () => {
  const ada = await person(serving, 'ada');
  const held = await everyCredential(ada);
  const refresh = (await device(serving, ada, { carrier: 'jwt' })).refresh;
  for (const said of Object.values(held)) expect((await by(said)).status).toBe(200);
  const { transact } = serving.assembly.ports.store;
  // Straight in the store, so that each check stands alone: no session was ended by a verb.
  await transact(
    async (tx) => void (await tx.accounts.update(ada.account, { status: 'disabled', updatedAt: 1 })),
  );
  await allRefuse(held);
  const refused = await refreshBy(serving, refresh);
  expect(refused.status).toBe(401);
  expect(why(serving, refused).detail).toMatchObject({ check: 'account-disabled' });
  await expect(signIn(visit(serving), ada.email)).rejects.toThrow('401');
});

test('SES-07: a deleted account leaves no row behind but its events, whose id nobody gets again', async () => {
  const ada = await person(serving, 'ada');
  const empty = await (async () => {
    const fresh = await serveHandler({ lightHashing: true, settings: { deletionGrace: 0 } });
    const counts = await fresh.assembly.ports.store.rowCounts();
    await fresh.close();
    return counts;
  })();
  const held = await everyCredential(ada);
  await ada.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } });
  await allRefuse(held);
  const counts = await serving.assembly.ports.store.rowCounts();
  for (const table of ['accounts', 'identifiers', 'passwords', 'sessions', 'families', 'api_keys'])
    expect([table, counts[table]]).toEqual([table, empty[table]]);
  const again = await person(serving, 'ada');
  expect(again.account).not.toBe(ada.account);
  await allRefuse(Object.fromEntries(Object.entries(held).filter(([name]) => name !== 'basic')));
});

test('SES-07: deleting while the account signs in, refreshes and makes keys leaves nothing that works', async () => {
  const ada = await person(serving, 'ada');
  const spare = await device(serving, ada);
  const attempts = Promise.allSettled([
    ...Array.from({ length: 10 }, (_, i) => device(serving, ada, { carrier: carriers[i % 4] ?? 'cookie' })),
    ...Array.from({ length: 5 }, () => apiKey(spare, ['account:read'])),
  ]);
  const refreshes = Promise.all(Array.from({ length: 5 }, () => refreshBy(serving, spare.refresh)));
  const deleted = ada.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } });
  expect((await deleted).status).toBe(204);
  for (const one of await attempts) {
    if (one.status === 'rejected') continue;
    const said =
      'text' in one.value
        ? { bearer: one.value.text }
        : one.value.access === ''
          ? { headers: { cookie: cookieHeader(one.value) } }
          : { bearer: one.value.access };
    expect((await by(said)).status).toBe(401);
  }
  for (const { json } of await refreshes)
    expect((await by({ bearer: member(json, 'access_token') || 'none' })).status).toBe(401);
  expect(serving.reported).toEqual([]);
});

test('SES-05: no answer is older than the change: password, end, disabling and roles count at once', async () => {
  const ada = await person(serving, 'ada', { roles: ['admin'] });
  const held = await everyCredential(ada);
  for (const said of Object.values(held)) await by(said);
  await giveRoles(serving, ada.account, []);
  for (const [name, said] of Object.entries(held).filter(([one]) => one !== 'basic'))
    expect([name, (await by(said, '/api/v1/admin/stats')).status]).toEqual([name, 403]);
  const body = { current_password: goodPassword, new_password: otherPassword };
  await ada.ask('PUT', '/api/v1/account/password', { body });
  const { 'api-key': key, ...rest } = held;
  await allRefuse(rest);
  expect((await by(key ?? {})).status).toBe(200);
});

describe('SES-12: sessions end on the server, by their own clock', () => {
  test.each(carriers)(
    'a session in %s that nobody uses dies after its idle time, to the second',
    async (carrier) => {
      const settings = { sessionIdle: 600, accessToken: 86_400 };
      const short = await serveHandler({ lightHashing: true, settings });
      const ada = await person(short, 'ada', { carrier });
      const said = ada.access === '' ? { headers: { cookie: cookieHeader(ada) } } : {};
      short.clock.advance(599_999);
      expect((await ada.ask('GET', session, said)).status).toBe(200);
      // The use was written; the idle time counts anew from it.
      await vi.waitFor(
        async () => {
          const row = await short.assembly.ports.store.read.sessions.find(ada.session);
          expect(row?.seenAt).toBe(short.clock.now());
        },
        { timeout: 10_000 },
      );
      short.clock.advance(600_000);
      const refused = await ada.ask('GET', session, said);
      expect(refused.status).toBe(401);
      expect(why(short, refused).detail).toMatchObject({ check: 'session-idle', late_by_seconds: 0 });
      if (ada.refresh !== '') expect((await refreshBy(short, ada.refresh)).status).toBe(401);
      await short.close();
    },
  );

  test('use never carries a session past its absolute end', async () => {
    const ada = await person(serving, 'ada', { carrier: 'cookie' });
    const cookie = cookieHeader(ada);
    const ask = async (): Promise<Answer> => {
      const answer = await visit(serving).ask('GET', session, { headers: { cookie } });
      // When it was seen is written behind the answer; one transaction later it is there.
      await serving.assembly.ports.store.check();
      return answer;
    };
    for (let past = 0; past < 89; past += 1) {
      serving.clock.advance(day);
      expect((await ask()).status).toBe(200);
    }
    serving.clock.advance(day - 1);
    expect((await ask()).status).toBe(200);
    serving.clock.advance(1);
    const refused = await ask();
    expect(refused.status).toBe(401);
    expect(why(serving, refused).detail).toMatchObject({ check: 'session-expired', late_by_seconds: 0 });
  });

  test('TOK-10: refreshing never carries a session past its absolute end, and tokens never outlive it', async () => {
    const ada = await person(serving, 'ada', { carrier: 'opaque' });
    let token = ada.refresh;
    let last = await refreshBy(serving, token);
    for (let past = 0; past < 89; past += 1) {
      token = String(last.json['refresh_token']);
      serving.clock.advance(day);
      last = await refreshBy(serving, token);
      expect(last.status).toBe(200);
    }
    token = String(last.json['refresh_token']);
    serving.clock.advance(day - 100_000);
    last = await refreshBy(serving, token);
    expect(last.json).toMatchObject({ expires_in: 100, refresh_expires_in: 100 });
    const access = String(last.json['access_token']);
    serving.clock.advance(99_999);
    expect((await by({ bearer: access })).status).toBe(200);
    serving.clock.advance(1);
    expect((await by({ bearer: access })).status).toBe(401);
    expect((await refreshBy(serving, String(last.json['refresh_token']))).status).toBe(401);
  });

  test('CLK-05: what has expired is refused by the check itself, before anything was collected', async () => {
    const ada = await person(serving, 'ada', { carrier: 'cookie' });
    const cookie = cookieHeader(ada);
    const rows = await serving.assembly.ports.store.rowCounts();
    serving.clock.advance(14 * day);
    expect((await visit(serving).ask('GET', session, { headers: { cookie } })).status).toBe(401);
    expect((await serving.assembly.ports.store.rowCounts())['sessions']).toBe(rows['sessions']);
  });
});
