/**
 * Scopes that are permissions: a client gets them as far as the roles of the account permit it, looked at anew for each
 * token.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  authorizeAt,
  changeClient,
  decide,
  follow,
  makeClient,
  type TestClient,
  told,
  verifier,
  waitingAt,
} from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { askAs, claimsIn, type GivenTokens, tokensBy, tokensOf } from '../../kit/tokens.ts';
import { type Answer, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { giveRoles } from '../cast.ts';
import { deviceGrant } from './cast.ts';
import { decideAbout, typeCode, waitingDevice } from './device-cast.ts';

const scope = 'openid email reports:read reports:print calendar';
const scopes = scope.split(' ');

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let client: TestClient;
  let stranger: TestClient;
  let browser: Visitor;
  let account: string;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true, settings: { freeScopes: ['calendar'] } });
    await putRole('reader', ['reports:read']);
    await putRole('printer', ['reports:print']);
    await putRole('owner', ['reports:print', 'reports:read']);
    const grantTypes = ['authorization_code', 'refresh_token', deviceGrant] as const;
    client = await makeClient(serving, { scopes, grantTypes });
    stranger = await makeClient(serving, { name: 'Stranger', firstParty: false, scopes, grantTypes });
    browser = visit(serving);
    account = await signUp(browser, 'ada@example.com');
    await signIn(browser, 'ada@example.com');
    serving.clock.advance(1000);
  });
  afterEach(() => serving.close());

  const putRole = (name: string, permissions: readonly string[]): Promise<void> =>
    serving.assembly.ports.store.transact((tx) => tx.roles.put({ name, permissions, requires: 'nothing' }));
  const hold = (...roles: readonly string[]): Promise<void> => giveRoles(serving, account, roles);
  const tokens = (by = client): Promise<GivenTokens> =>
    tokensOf(serving, by, { browser, request: { scope } });
  const refresh = (token: string, more: Record<string, string> = {}, by = client): Promise<GivenTokens> =>
    tokensBy(serving, by, { grant_type: 'refresh_token', refresh_token: token, ...more });
  const refusedRefresh = (token: string): Promise<Answer> =>
    askAs(serving, client, {
      path: '/oauth/token',
      fields: { grant_type: 'refresh_token', refresh_token: token },
    });
  const given = ({ answer }: GivenTokens): unknown => answer.json['scope'];
  const introspected = async (token: string): Promise<unknown> => {
    const asker = await makeClient(serving, { authentication: 'client_secret_basic' });
    const answer = await askAs(serving, asker, { path: '/oauth/introspect', fields: { token } });
    return answer.json['scope'];
  };
  const allow = (authorization: string): Promise<Answer> =>
    decide(browser, { authorization, decision: 'allow', account });

  test.each(['jwt', 'opaque'] as const)(
    'a code is traded for what the account may, and everybody is told so (%s)',
    async (accessTokenFormat) => {
      await changeClient(serving, client, { accessTokenFormat });
      await hold('reader');
      const got = await tokens();
      expect(given(got)).toBe('openid email reports:read calendar');
      expect(await introspected(got.access)).toBe('openid email reports:read calendar');
      const info = await visit(serving, { program: true }).ask('GET', '/oauth/userinfo', {
        bearer: got.access,
      });
      expect(info.json).toMatchObject({ sub: account, email: 'ada@example.com' });
    },
  );

  test('the roles count as they are when the code is traded', async () => {
    await hold('reader');
    const { code = '' } = told(await authorizeAt(browser, client, { scope }));
    await hold();
    const [redirectUri = ''] = client.redirectUris;
    const traded = { grant_type: 'authorization_code', code, code_verifier: verifier };
    const got = await tokensBy(serving, client, { ...traded, redirect_uri: redirectUri });
    expect(given(got)).toBe('openid email calendar');
    expect(claimsIn(got.access)['scope']).toBe('openid email calendar');
  });

  test.each(['jwt', 'opaque'] as const)(
    'a role that is taken away narrows the next refresh, and one that is given widens it (%s)',
    async (accessTokenFormat) => {
      await changeClient(serving, client, { accessTokenFormat });
      await hold('reader', 'printer');
      const first = await tokens();
      expect(given(first)).toBe(scope);
      await hold('printer');
      const second = await refresh(first.refresh);
      expect(given(second)).toBe('openid email reports:print calendar');
      expect(await introspected(second.access)).toBe('openid email reports:print calendar');
      await putRole('printer', ['reports:scan']);
      const third = await refresh(second.refresh);
      expect(given(third)).toBe('openid email calendar');
      await hold('owner');
      const fourth = await refresh(third.refresh);
      expect(given(fourth)).toBe(scope);
      expect(await introspected(fourth.access)).toBe(given(fourth));
    },
  );

  test('a refresh widens up to the grant and not beyond', async () => {
    const { refresh: token } = await tokensOf(serving, client, {
      browser,
      request: { scope: 'openid reports:read' },
    });
    await hold('reader', 'printer');
    expect(given(await refresh(token))).toBe('openid reports:read');
  });

  test('a refresh that names a scope of the grant gets what is left of what it names', async () => {
    await hold('reader');
    const first = await tokens();
    await hold();
    const second = await refresh(first.refresh, { scope: 'email reports:read' });
    expect(given(second)).toBe('email');
  });

  test('a refresh token that is shown again gives a signed token for what the account may now', async () => {
    await hold('reader');
    const first = await tokens();
    const [, before] = [await refresh(first.refresh), await refresh(first.refresh)];
    expect(given(before)).toBe('openid email reports:read calendar');
    await hold();
    const again = await refresh(first.refresh);
    expect(again.refresh).toBe(before.refresh);
    expect(given(again)).toBe('openid email calendar');
    expect(claimsIn(again.access)['scope']).toBe('openid email calendar');
  });

  test('where nothing is left nothing is given, and the refresh token stays good', async () => {
    const request = { scope: 'reports:read' };
    expect(told(await authorizeAt(browser, stranger, request))['error']).toBe('access_denied');
    await hold('reader');
    const { refresh: token } = await tokensOf(serving, client, { browser, request });
    await hold();
    expect(told(await authorizeAt(browser, client, request))['error']).toBe('access_denied');
    const refused = await refusedRefresh(token);
    expect([refused.status, refused.json['error']]).toEqual([400, 'invalid_scope']);
    await hold('reader');
    expect(given(await refresh(token))).toBe('reports:read');
  });

  test('the consent page lists what would be given, and no role gives more than was listed', async () => {
    await hold('reader');
    const authorization = waitingAt(await authorizeAt(browser, stranger, { scope }));
    const page = await browser.ask('GET', `/consent?authorization=${authorization}`);
    for (const shown of ['reports:read', 'calendar']) expect(page.text).toContain(shown);
    expect(page.text).not.toContain('reports:print');
    await allow(authorization);
    const { read } = serving.assembly.ports.store;
    expect((await read.grants.list(account)).map((grant) => grant.scopes)).toEqual([
      ['calendar', 'email', 'openid', 'reports:read'],
    ]);
    const first = await tokens(stranger);
    expect(given(first)).toBe('openid email reports:read calendar');
    await hold('reader', 'printer');
    expect(given(await refresh(first.refresh, {}, stranger))).toBe('openid email reports:read calendar');
    const asked = await follow(browser, await authorizeAt(browser, stranger, { scope }));
    expect(asked.text).toContain('reports:print');
  });

  test('a device shows and gets what the account may', async () => {
    await hold('reader');
    const device = await waitingDevice(serving, stranger, { scope });
    const page = await typeCode(browser, device.userCode);
    expect(page.text).toContain('reports:read');
    expect(page.text).not.toContain('reports:print');
    await hold('printer');
    await decideAbout(browser, device.userCode, 'allow');
    const answer = await device.poll();
    expect(answer.json['scope']).toBe('openid email calendar');
    await hold('reader', 'printer');
    const later = await refresh(String(answer.json['refresh_token']), {}, stranger);
    expect(given(later)).toBe('openid email reports:read calendar');
  });

  test('the code of a device that could be given nothing opens nothing', async () => {
    const device = await waitingDevice(serving, stranger, { scope: 'reports:read' });
    expect((await typeCode(browser, device.userCode)).status).toBe(403);
    await hold('reader');
    expect((await typeCode(browser, device.userCode)).status).toBe(200);
  });
});
