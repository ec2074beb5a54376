import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, visit } from '../../kit/visitor.ts';
import { cookieHeader, device, type Person, person, refreshBy, statusOf, why } from '../cast.ts';

const path = '/api/v1/tokens/refresh';
const window = 30_000;

const pair = ({ json }: Answer): { access: string; refresh: string } => ({
  access: String(json['access_token']),
  refresh: String(json['refresh_token']),
});

describe.each(servings)('refreshing over %s', (_way, serve) => {
  let serving: Serving;
  let ada: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    ada = await person(serving, 'ada');
  });
  afterEach(() => serving.close());

  const eventTypes = async (): Promise<string[]> => {
    const { read } = serving.assembly.ports.store;
    const events = await read.events.list({ after: 0, limit: 100, accountId: ada.account });
    return events.map(({ type }) => type);
  };

  test.each(['opaque', 'jwt'])(
    'each refresh of %s gives the next pair for the same session',
    async (carrier) => {
      const bob = await person(serving, 'bob', { carrier });
      const seen = new Set([bob.access, bob.refresh]);
      let token = bob.refresh;
      for (let i = 0; i < 5; i++) {
        serving.clock.advance(60_000);
        const answer = await refreshBy(serving, token);
        expect(answer.status).toBe(200);
        expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 300 });
        expect(answer.json['refresh_expires_in']).toBe(14 * 86_400);
        const next = pair(answer);
        const known = await visit(serving).ask('GET', '/api/v1/session', { bearer: next.access });
        expect(known.json['session']).toMatchObject({ id: bob.session, carrier });
        seen.add(next.access).add(next.refresh);
        token = next.refresh;
      }
      expect(seen.size).toBe(12);
    },
  );

  test('fifty refreshes of one token at once give one successor, and it goes on from there', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => refreshBy(serving, ada.refresh)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const pairs = answers.map(pair);
    expect(new Set(pairs.map(({ refresh }) => refresh)).size).toBe(1);
    expect(new Set(pairs.map(({ access }) => access)).size).toBe(1);
    const [{ refresh, access } = { refresh: '', access: '' }] = pairs;
    expect(await statusOf(serving, access)).toBe(200);
    expect((await refreshBy(serving, refresh)).status).toBe(200);
  });

  test('the direct predecessor gets the same successor until the window ends, as after a lost reply', async () => {
    const first = pair(await refreshBy(serving, ada.refresh));
    serving.clock.advance(window - 1);
    expect(pair(await refreshBy(serving, ada.refresh))).toEqual(first);
    expect((await refreshBy(serving, first.refresh)).status).toBe(200);
    expect(await eventTypes()).not.toContain('refresh.reused');
  });

  test('after the window the predecessor is theft: family and session end, and an event says so', async () => {
    const { access, refresh } = pair(await refreshBy(serving, ada.refresh));
    const other = await device(serving, ada);
    serving.clock.advance(window);
    const reused = await refreshBy(serving, ada.refresh);
    expect([reused.status, reused.json['code']]).toEqual([401, 'refresh_refused']);
    expect(why(serving, reused).detail).toMatchObject({
      check: 'refresh-reused',
      predecessor: true,
      seconds_since_rotation: 30,
      session: ada.session,
      account: ada.account,
    });
    expect([await statusOf(serving, access), await statusOf(serving, ada.access)]).toEqual([401, 401]);
    const successor = await refreshBy(serving, refresh);
    expect(successor.status).toBe(401);
    expect(why(serving, successor).detail).toMatchObject({
      check: 'session-ended',
      reason: 'refresh-reused',
    });
    expect((await eventTypes()).slice(-2)).toEqual(['refresh.reused', 'session.ended']);
    expect(await statusOf(serving, other.access)).toBe(200);
  });

  test('a member older than the direct predecessor is theft even within the window', async () => {
    const first = pair(await refreshBy(serving, ada.refresh));
    const second = pair(await refreshBy(serving, first.refresh));
    const reused = await refreshBy(serving, ada.refresh);
    expect(reused.status).toBe(401);
    expect(why(serving, reused).detail).toMatchObject({ check: 'refresh-reused', predecessor: false });
    expect((await refreshBy(serving, second.refresh)).status).toBe(401);
    expect(await statusOf(serving, second.access)).toBe(401);
  });

  test('an opaque access token goes on until its expiry while its successor is used, and not longer', async () => {
    serving.clock.advance(200_000);
    const first = pair(await refreshBy(serving, ada.refresh));
    expect(await statusOf(serving, ada.access)).toBe(200);
    serving.clock.advance(99_999);
    expect(await statusOf(serving, ada.access)).toBe(200);
    serving.clock.advance(1);
    const late = await visit(serving).ask('GET', '/api/v1/session', { bearer: ada.access });
    expect(late.status).toBe(401);
    expect(why(serving, late).detail).toMatchObject({ check: 'expired', late_by_seconds: 0 });
    expect(await statusOf(serving, first.access)).toBe(200);
    await refreshBy(serving, first.refresh);
    const older = await visit(serving).ask('GET', '/api/v1/session', { bearer: ada.access });
    expect(why(serving, older).detail).toMatchObject({ check: 'token-superseded', session: ada.session });
  });

  test('what is no refresh token of ours is refused, and nothing at all is asked for', async () => {
    for (const token of ['', 'x', 'dw_rt_', ada.access, `${ada.refresh}x`, ada.refresh.slice(0, -1)]) {
      const answer = await refreshBy(serving, token);
      expect([answer.status, answer.json['code']]).toEqual([401, 'refresh_refused']);
    }
    const nothing = await visit(serving, { program: true }).ask('POST', path);
    expect([nothing.status, nothing.json['code']]).toEqual([401, 'credentials_missing']);
    expect((await refreshBy(serving, ada.refresh)).status).toBe(200);
  });

  describe('by cookie', () => {
    let tab: Person;
    beforeEach(async () => {
      tab = await device(serving, ada, { carrier: 'jwt-cookie' });
    });

    test('the pair is renewed in its cookies, and no token stands in the answer', async () => {
      const before = cookieHeader(tab);
      serving.clock.advance(1000);
      const answer = await tab.ask('POST', path);
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({ expires_in: 300, refresh_expires_in: 14 * 86_400 - 1 });
      expect(cookieHeader(tab)).not.toBe(before);
      const known = await tab.ask('GET', '/api/v1/session');
      expect(known.json).toMatchObject({ session: { id: tab.session, carrier: 'jwt-cookie' } });
    });

    test.each([
      ['another site', { origin: 'https://evil.example' }],
      ['a sandboxed frame', { origin: 'null' }],
      ['a sibling site', { 'sec-fetch-site': 'same-site' }],
      ['a cross-site request', { 'sec-fetch-site': 'cross-site' }],
    ])('%s cannot make a browser refresh', async (_who, headers) => {
      const answer = await tab.ask('POST', path, { headers });
      expect([answer.status, answer.json['code']]).toEqual([403, 'origin_refused']);
      expect(answer.headers.getSetCookie()).toEqual([]);
    });

    test('a request that does not say where it comes from is refused', async () => {
      const said = { headers: { cookie: cookieHeader(tab) } };
      const answer = await visit(serving, { program: true }).ask('POST', path, said);
      expect([answer.status, answer.json['code']]).toEqual([403, 'origin_refused']);
      expect(why(serving, answer).detail).toMatchObject({ check: 'origin' });
    });

    test('a token is good only where it was given: in the cookie or in the body', async () => {
      const stolen = await refreshBy(serving, tab.cookies.get('doorward_refresh') ?? '');
      expect(stolen.status).toBe(401);
      expect(why(serving, stolen).detail).toMatchObject({ check: 'other-carrier', session: tab.session });
      const cookie = `doorward_refresh=${ada.refresh}`;
      expect((await visit(serving).ask('POST', path, { headers: { cookie } })).status).toBe(401);
      expect((await tab.ask('POST', path)).status).toBe(200);
      expect((await refreshBy(serving, ada.refresh)).status).toBe(200);
    });

    test('a page whose access cookie has expired is told so, keeps its refresh cookie and goes on', async () => {
      serving.clock.advance(310_000);
      const late = await tab.ask('GET', '/api/v1/session');
      expect(late.status).toBe(401);
      expect(tab.cookies.has('doorward_refresh')).toBe(true);
      // The browser has dropped the access cookie by itself.
      tab.cookies.delete('doorward_token');
      const missing = await tab.ask('GET', '/api/v1/session');
      expect([missing.status, missing.json['code']]).toEqual([401, 'credentials_missing']);
      expect((await tab.ask('POST', path)).status).toBe(200);
      expect((await tab.ask('GET', '/api/v1/session')).status).toBe(200);
    });

    test('a refused refresh cookie is taken away with its sibling', async () => {
      await ada.ask('DELETE', `/api/v1/account/sessions/${tab.session}`);
      expect((await tab.ask('POST', path)).status).toBe(401);
      expect([...tab.cookies.keys()]).toEqual([]);
    });
  });
});
