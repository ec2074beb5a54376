/**
 * What tokens state of how and when it was proven who this is: what was true as the client was answered, in every token that
 * derives from that answer, whatever the session proves later.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authorizeAt, makeClient, type TestClient, told, verifier } from '../../kit/clients.ts';
import { addTotp, prove } from '../../kit/factors.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { askAs, claimsIn, type GivenTokens, tokensBy, tokensOf } from '../../kit/tokens.ts';
import { goodPassword, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { allowDevice, deviceFor, deviceGrant } from './cast.ts';

const stated = ({ auth_time, amr, acr }: Readonly<Record<string, unknown>>): object => ({
  auth_time,
  amr,
  acr,
});

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let browser: Visitor;
  let session: string;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    browser = visit(serving);
    await signUp(browser, 'ada@example.com');
    ({ session } = await signIn(browser, 'ada@example.com'));
  });
  afterEach(() => serving.close());

  /** The session is proven anew, by a factor more, a minute later. */
  const stepUp = async (): Promise<void> => {
    const app = await addTotp(serving, browser);
    expect((await prove(browser, { totp: app.code() })).status).toBe(200);
  };
  const oneFactor = (): object => ({
    auth_time: Math.floor(serving.clock.now() / 1000),
    amr: ['pwd'],
    acr: 'urn:doorward:acr:one-factor',
  });
  const twoFactors = (): object => ({
    auth_time: Math.floor(serving.clock.now() / 1000),
    amr: ['pwd', 'otp', 'mfa'],
    acr: 'urn:doorward:acr:two-factor',
  });
  const introspected = async (client: TestClient, token: string): Promise<object> =>
    stated((await askAs(serving, client, { path: '/oauth/introspect', fields: { token } })).json);
  const refreshed = (client: TestClient, { refresh }: GivenTokens): Promise<GivenTokens> =>
    tokensBy(serving, client, { grant_type: 'refresh_token', refresh_token: refresh });

  test('signed access tokens of a refresh state what the first one stated (RFC 9068 §2.2.1)', async () => {
    const client = await makeClient(serving, { authentication: 'client_secret_basic' });
    const before = oneFactor();
    const first = await tokensOf(serving, client, { browser });
    expect(stated(claimsIn(first.access))).toEqual(before);
    await stepUp();
    for (const turn of ['rotated', 'given out again']) {
      const next = await refreshed(client, first);
      expect([turn, stated(claimsIn(next.access))]).toEqual([turn, before]);
      expect([turn, stated(claimsIn(next.idToken))]).toEqual([turn, before]);
      expect([turn, await introspected(client, next.access)]).toEqual([turn, before]);
      expect([turn, await introspected(client, next.refresh)]).toEqual([turn, before]);
    }
  });

  test('introspection states of an opaque token what was proven as its client was answered', async () => {
    const client = await makeClient(serving, {
      authentication: 'client_secret_basic',
      accessTokenFormat: 'opaque',
    });
    const before = oneFactor();
    const first = await tokensOf(serving, client, { browser });
    await stepUp();
    expect(await introspected(client, first.access)).toEqual(before);
    const next = await refreshed(client, first);
    expect(await introspected(client, next.access)).toEqual(before);
    expect(stated(claimsIn(next.idToken))).toEqual(before);
  });

  test('a code states what was proven when it was given, not when it is redeemed', async () => {
    const client = await makeClient(serving);
    const before = oneFactor();
    const { code = '' } = told(await authorizeAt(browser, client));
    serving.clock.advance(59_000);
    expect((await prove(browser, { password: goodPassword })).status).toBe(200);
    const fields = { code, code_verifier: verifier, redirect_uri: client.redirectUris[0] ?? '' };
    const given = await tokensBy(serving, client, { grant_type: 'authorization_code', ...fields });
    expect(stated(claimsIn(given.access))).toEqual(before);
    expect(stated(claimsIn(given.idToken))).toEqual(before);
  });

  test('a device states what was proven when it was allowed', async () => {
    const client = await makeClient(serving, { grantTypes: [deviceGrant, 'refresh_token'] });
    const before = oneFactor();
    const device = await deviceFor(serving, client);
    await allowDevice(serving, device.id, session);
    await stepUp();
    const given = await tokensBy(serving, client, { grant_type: deviceGrant, device_code: device.code });
    expect(stated(claimsIn(given.access))).toEqual(before);
    expect(stated(claimsIn(given.idToken))).toEqual(before);
  });

  test('whoever wants the newer proof asks for it by a request of its own (RFC 9470 §4)', async () => {
    const client = await makeClient(serving);
    const first = await tokensOf(serving, client, { browser });
    await stepUp();
    const after = twoFactors();
    const second = await tokensOf(serving, client, {
      browser,
      request: { acr_values: 'urn:doorward:acr:two-factor' },
    });
    expect(stated(claimsIn(second.access))).toEqual(after);
    expect(stated(claimsIn(second.idToken))).toEqual(after);
    expect(stated(claimsIn((await refreshed(client, first)).access))).not.toEqual(after);
    serving.clock.advance(60_000);
    expect(stated(claimsIn((await refreshed(client, second)).access))).toEqual(after);
  });
});
