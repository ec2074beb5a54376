import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addIdentity } from '../../../packages/server/src/domain/accounts/identities.ts';
import { beginSession } from '../../../packages/server/src/domain/sessions/sign-in.ts';
import { signInByIdentity } from '../../../packages/server/src/domain/sessions/sign-in-by-identity.ts';
import { sessionCarriers } from '../../../packages/server/src/domain/tokens/session-carriers.ts';
import { routes } from '../../../packages/server/src/http/routes.ts';
import { carriers, cookieHeader, giveRoles, type Person, person } from '../../journeys/cast.ts';
import { type Authenticator, addTotp, prove, trySignIn } from '../../kit/factors.ts';
import { goodPassword, visit } from '../../kit/visitor.ts';
import { bodyOf, makeWorld, nameOf, pathOf, said, type World } from '../web/rows.ts';

let world: World;
let ada: Person;
let totp: Authenticator;
const network = '198.51.100.7';
const outside = {
  issuer: 'https://elsewhere.example',
  subject: 'ada',
  label: 'Ada',
  name: 'Ada',
  email: undefined,
};

beforeEach(async () => {
  world = await makeWorld({ settings: { accessToken: 3600 } });
  ada = world.owner;
  totp = await addTotp(world.serving, ada);
});
afterEach(() => world.serving.close());

const openSessions = async (): Promise<string[]> => {
  const open = await world.serving.assembly.ports.store.read.sessions.listOpen(ada.account);
  return open.map(({ id }) => id);
};

const basic = {
  authorization: `Basic ${Buffer.from(`ada@example.com:${goodPassword}`).toString('base64')}`,
};

/** Every way to a session that knows the password, or what else is a first factor, and no second one. */
const doors: Readonly<Record<string, () => Promise<unknown>>> = {
  ...Object.fromEntries(
    carriers.map((carrier) => [
      `the API, by ${carrier}`,
      () => trySignIn(visit(world.serving), ada.email, { carrier }),
    ]),
  ),
  'a device that was never remembered': () =>
    trySignIn(visit(world.serving), ada.email, { remember_device: true }),
  'HTTP Basic': () => visit(world.serving).ask('GET', '/api/v1/account', { headers: basic }),
  'an outside provider': async () => {
    const { ports } = world.serving.assembly;
    await ports.store.transact((tx) => addIdentity(ports, tx, { accountId: ada.account, outside, network }));
    return signInByIdentity(ports, {
      outside,
      carrier: sessionCarriers.cookie,
      network,
      language: 'en',
      replaces: [],
      browser: '',
      wish: { identifier: '', authorization: '', next: '/' },
    });
  },
  'a program that proves by itself': () =>
    beginSession(world.serving.assembly.ports, {
      accountId: ada.account,
      carrier: sessionCarriers.opaque,
      amr: 'pwd',
      network,
      clientName: '',
    }),
  'a proof by mail': () =>
    beginSession(world.serving.assembly.ports, {
      accountId: ada.account,
      carrier: sessionCarriers.opaque,
      amr: 'pwd mail',
      network,
      clientName: '',
    }),
};

describe('MFA-06: every path asks for the second factor', () => {
  test.each(Object.keys(doors))('%s yields no session', async (name) => {
    const before = await openSessions();
    const came = await Promise.resolve(doors[name]?.()).catch((thrown: unknown) => thrown);
    expect(JSON.stringify(came) + String(came)).toContain('second_factor_required');
    expect(await openSessions()).toEqual(before);
  });
  test('the sign-in page leads on to a second step, and what its browser holds then opens nothing', async () => {
    const before = await openSessions();
    const visitor = visit(world.serving);
    const form = { identifier: ada.email, password: goodPassword };
    const shown = await visitor.ask('POST', '/sign-in', {
      raw: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([shown.status, shown.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/sign-in\/second/),
    ]);
    expect(await openSessions()).toEqual(before);
    for (const route of routes.filter(({ access }) => access.who !== 'anyone')) {
      const path = pathOf(route, world.named, ada.account);
      const answer = await visitor.ask(route.method, path, said(route, bodyOf(route)));
      expect(answer.status, nameOf(route)).toBe(401);
    }
  });
  test('no row that is open to anyone begins a session by a password alone', async () => {
    const before = await openSessions();
    for (const route of routes.filter(({ access, method }) => access.who === 'anyone' && method !== 'GET')) {
      const visitor = visit(world.serving);
      const body = bodyOf(route);
      const one = body && 'totp' in body ? { ...body, totp: undefined, recovery_code: undefined } : body;
      await visitor.ask(route.method, pathOf(route, world.named, ada.account), said(route, one));
      expect([...visitor.cookies.keys()].filter((name) => /session|token|refresh/.test(name))).toEqual([]);
    }
    expect(await openSessions()).toEqual(before);
  });
  test('no row takes Basic from such an account', async () => {
    for (const route of routes.filter(({ access }) => access.who === 'account' && access.basic)) {
      const path = pathOf(route, world.named, ada.account);
      const answer = await visit(world.serving).ask(route.method, path, { headers: basic });
      expect([answer.status, answer.json['code']], nameOf(route)).toEqual([401, 'second_factor_required']);
    }
  });
  test('a role that demands one closes the same doors to an account without', async () => {
    const put = { permissions: [], requires: 'second-factor' };
    await world.admin.ask('PUT', '/api/v1/admin/roles/guarded', { body: put });
    const eve = await person(world.serving, 'eve');
    await giveRoles(world.serving, eve.account, ['guarded']);
    for (const carrier of carriers) {
      const refused = await trySignIn(visit(world.serving), eve.email, { carrier });
      expect(refused.json['code']).toBe('factor_enrolment_required');
    }
    const asEve = `Basic ${Buffer.from(`${eve.email}:${goodPassword}`).toString('base64')}`;
    const refused = await visit(world.serving).ask('GET', '/verify', { headers: { authorization: asEve } });
    expect(refused.json['code']).toBe('second_factor_required');
  });
  test('a changed password carries the session on, and makes it look neither stronger nor younger', async () => {
    await prove(ada, { totp: totp.code() });
    world.serving.clock.advance(20 * 60_000);
    const body = { current_password: goodPassword, new_password: 'nine loud geese argue' };
    const changed = await ada.ask('PUT', '/api/v1/account/password', { body });
    expect(changed.status).toBe(200);
    const { session, access_token: bearer } = changed.json as {
      session: { amr: string[]; proven_at: string };
      access_token: string;
    };
    expect(session.amr).toEqual(['pwd', 'otp', 'mfa']);
    expect(world.serving.clock.now() - Date.parse(session.proven_at)).toBe(20 * 60_000);
    const stolen = await visit(world.serving).ask('DELETE', '/api/v1/account/factors/totp', { bearer });
    expect(stolen.json['code']).toBe('proof_too_old');
  });
});

describe('SES-06: whoever has shown the password alone', () => {
  test('holds nothing: no cookie, no token', async () => {
    for (const carrier of carriers) {
      const visitor = visit(world.serving);
      const refused = await trySignIn(visitor, ada.email, { carrier });
      expect(refused.headers.getSetCookie()).toEqual([]);
      expect([...visitor.cookies]).toEqual([]);
      // The decision is random text, in which anything can stand.
      expect(refused.text.replace(/"dw_why_[\w-]+"/, '')).not.toMatch(/dw_|_token/);
    }
  });
  test('is answered 401 by every row that takes somebody', async () => {
    const visitor = visit(world.serving);
    const refused = await trySignIn(visitor, ada.email);
    const presented = [
      { headers: { cookie: cookieHeader(visitor) } },
      { bearer: String(refused.json['decision']) },
    ];
    for (const route of routes.filter(({ access }) => access.who !== 'anyone'))
      for (const shown of presented) {
        const path = pathOf(route, world.named, ada.account);
        const answer = await visit(world.serving).ask(route.method, path, {
          ...said(route, bodyOf(route)),
          ...shown,
        });
        expect(answer.status, nameOf(route)).toBe(401);
      }
  });
});
