/** Attacks on who a session is: planted, guessed, replayed elsewhere, or somebody else's. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { handlePrefixes } from '../../../packages/server/src/domain/tokens/handle.ts';
import { carriers, cookieHeader, device, type Person, person, refreshBy } from '../../journeys/cast.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, signIn, visit } from '../../kit/visitor.ts';

let serving: Serving;
let ada: Person;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
  ada = await person(serving, 'ada', { carrier: 'cookie' });
});
afterEach(() => serving.close());

const session = '/api/v1/session';
const withCookie = (cookie: string, method = 'GET', path = session): Promise<Answer> =>
  visit(serving).ask(method, path, { headers: { cookie } });

describe('SES-01: the session id changes at every privilege change', () => {
  test.each(['cookie', 'jwt-cookie'])(
    'signing in over a planted %s gives a new id and ends the planted one',
    async (carrier) => {
      const eve = await person(serving, 'eve', { carrier });
      const planted = cookieHeader(eve);
      const victim = visit(serving);
      for (const [name, value] of eve.cookies) victim.cookies.set(name, value);
      const { session: own } = await signIn(victim, ada.email);
      expect(own).not.toBe(eve.session);
      const known = await victim.ask('GET', session);
      expect(known.json).toMatchObject({ account: { id: ada.account }, session: { id: own } });
      const refused = await withCookie(planted);
      expect(refused.status).toBe(401);
      expect((await serving.assembly.ports.store.read.sessions.find(eve.session))?.ended?.reason).toBe(
        'replaced',
      );
    },
  );

  test('signing in again over one’s own session ends it too', async () => {
    const before = cookieHeader(ada);
    await signIn(ada, ada.email);
    expect(cookieHeader(ada)).not.toBe(before);
    expect((await withCookie(before)).status).toBe(401);
    expect((await ada.ask('GET', session)).status).toBe(200);
  });

  test('a sign-in that is refused ends nothing and takes no cookie away', async () => {
    const body = { identifier: ada.email, password: 'not my password' };
    expect((await ada.ask('POST', '/api/v1/sessions', { body })).status).toBe(401);
    expect((await ada.ask('GET', session)).status).toBe(200);
  });

  test('a program that asks for a token leaves the browser’s session alone', async () => {
    await signIn(ada, ada.email, { carrier: 'opaque' });
    expect((await ada.ask('GET', session)).json).toMatchObject({ session: { id: ada.session } });
  });

  test('no two sign-ins share an id or a credential', async () => {
    const all = await Promise.all(
      Array.from({ length: 16 }, (_, i) => device(serving, ada, { carrier: carriers[i % 4] ?? 'cookie' })),
    );
    expect(new Set(all.map((one) => one.session)).size).toBe(16);
    const held = all.flatMap((one) => [one.access, one.refresh, ...one.cookies.values()]).filter(Boolean);
    expect(new Set(held).size).toBe(held.length);
  });
});

test('SES-02: unknown session ids are never adopted', async () => {
  const before = await serving.assembly.ports.store.rowCounts();
  for (let i = 0; i < 200; i++) {
    const made = handlePrefixes.session + randomBytes(54).toString('base64url');
    const answer = await withCookie(`doorward_session=${made}`);
    expect(answer.status).toBe(401);
    expect(answer.headers.getSetCookie().join()).not.toContain(made);
  }
  expect(await serving.assembly.ports.store.rowCounts()).toEqual(before);
  const visitor = visit(serving);
  const planted = handlePrefixes.session + randomBytes(54).toString('base64url');
  visitor.cookies.set('doorward_session', planted);
  await signIn(visitor, ada.email);
  expect(visitor.cookies.get('doorward_session')).not.toBe(planted);
  expect(visitor.cookies.get('doorward_session')?.slice(0, 20)).not.toBe(planted.slice(0, 20));
});

test('SES-03: sign-out ends the session on every process, from the moment it is acknowledged', async () => {
  const { dataFolder, clock } = serving;
  const others = [
    await serveHandler({ lightHashing: true, dataFolder, clock }),
    await serveHandler({ lightHashing: true, dataFolder, clock }),
  ];
  for (const carrier of carriers) {
    const one = await device(serving, ada, { carrier });
    const headers = { cookie: cookieHeader(one), origin: serving.origin };
    const said = one.access === '' ? { headers } : { bearer: one.access };
    const elsewhere = others.map((other) => visit(other, { program: true }));
    for (const there of elsewhere) expect((await there.ask('GET', session, said)).status).toBe(200);
    expect((await elsewhere[0]?.ask('DELETE', session, said))?.status).toBe(204);
    const replays = Array.from({ length: 50 }, (_, i) => (elsewhere[i % 2] ?? one).ask('GET', session, said));
    const statuses = (await Promise.all(replays)).map((answer) => answer.status);
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect((await one.ask('GET', session, one.access === '' ? { headers } : {})).status).toBe(401);
    if (one.refresh !== '') expect((await refreshBy(others[1] ?? serving, one.refresh)).status).toBe(401);
  }
  for (const other of others) await other.close();
});

describe('SES-13: the list of sessions and their ends are bound to the owner', () => {
  test("somebody else's session is not found, exactly like one that nobody has", async () => {
    const eve = await person(serving, 'eve', { carrier: 'cookie' });
    const path = '/api/v1/account/sessions';
    const random = '0199a945-0a00-7000-8000-000000000000';
    const [foreign, unknown] = [
      await eve.ask('DELETE', `${path}/${ada.session}`),
      await eve.ask('DELETE', `${path}/${random}`),
    ];
    expect([foreign.status, foreign.text]).toEqual([404, unknown.text]);
    expect((await eve.ask('GET', path)).text).not.toContain(ada.session);
    for (const odd of ['*', '%00', 'null', ada.session.toUpperCase(), `${ada.session}%20`, '../account'])
      expect([400, 404, 405]).toContain((await eve.ask('DELETE', `${path}/${odd}`)).status);
    expect((await ada.ask('GET', session)).status).toBe(200);
  });

  test('ending all others ends only one’s own', async () => {
    const eve = await person(serving, 'eve', { carrier: 'cookie' });
    expect((await eve.ask('DELETE', '/api/v1/account/sessions')).json).toEqual({ ended: 0 });
    expect((await ada.ask('GET', session)).status).toBe(200);
  });

  test('nothing that is sent along chooses another account', async () => {
    const eve = await person(serving, 'eve');
    const headers = { 'x-doorward-account': ada.account, 'x-doorward-session': ada.session };
    expect((await eve.ask('GET', session, { headers })).json).toMatchObject({ account: { id: eve.account } });
    for (const query of [`account=${ada.account}`, `session=${ada.session}`])
      expect((await eve.ask('GET', `${session}?${query}`)).status).toBe(400);
  });
});

test('an explicit credential beats a cookie, and a wrong one is not forgiven for the sake of a good cookie', async () => {
  const eve = await person(serving, 'eve');
  const cookie = cookieHeader(ada);
  const both = await visit(serving).ask('GET', session, { headers: { cookie }, bearer: eve.access });
  expect(both.json).toMatchObject({ account: { id: eve.account } });
  const wrong = await visit(serving).ask('GET', session, { headers: { cookie }, bearer: 'x' });
  expect([wrong.status, wrong.headers.getSetCookie()]).toEqual([401, []]);
  const other = {
    cookie,
    authorization: `Basic ${Buffer.from(`${eve.email}:${goodPassword}`).toString('base64')}`,
  };
  expect((await visit(serving).ask('GET', session, { headers: other })).status).toBe(403);
});
