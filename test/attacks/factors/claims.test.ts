import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Person, person } from '../../journeys/cast.ts';
import { authorizeAt, makeClient, type Parameters, type TestClient, told } from '../../kit/clients.ts';
import { type Authenticator, addTotp, prove, trySignIn } from '../../kit/factors.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { askAs, claimsIn, tokensOf } from '../../kit/tokens.ts';
import { visit } from '../../kit/visitor.ts';

const oneFactor = 'urn:doorward:acr:one-factor';
const twoFactors = 'urn:doorward:acr:two-factor';

let serving: Serving;
let client: TestClient;
let ada: Person;

beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
  client = await makeClient(serving, { authentication: 'client_secret_basic' });
  ada = await person(serving, 'ada', { carrier: 'cookie' });
  serving.clock.advance(1000);
});
afterEach(() => serving.close());

const strengthen = async (): Promise<Authenticator> => {
  const totp = await addTotp(serving, ada);
  expect((await prove(ada, { totp: totp.code() })).status).toBe(200);
  serving.clock.advance(31_000);
  return totp;
};

/** What a client is told, in all places. */
async function everywhere(): Promise<unknown[]> {
  const { access, idToken } = await tokensOf(serving, client, { browser: ada });
  const fields = { token: access };
  const introspected = await askAs(serving, client, { path: '/oauth/introspect', fields });
  return [claimsIn(idToken), claimsIn(access), introspected.json].map(({ amr, acr }) => ({ amr, acr }));
}

describe('MFA-15: amr and acr are what was really proven', () => {
  test('by a password alone, in ID token, access token and introspection', async () => {
    const one = { amr: ['pwd'], acr: oneFactor };
    expect(await everywhere()).toEqual([one, one, one]);
  });
  test('by a password and a code, in all three', async () => {
    await strengthen();
    const two = { amr: ['pwd', 'otp', 'mfa'], acr: twoFactors };
    expect(await everywhere()).toEqual([two, two, two]);
  });
  test('by a password in a browser that is remembered: one', async () => {
    const totp = await strengthen();
    await trySignIn(ada, ada.email, { totp: totp.code(), remember_device: true });
    serving.clock.advance(1000);
    await ada.ask('DELETE', '/api/v1/session');
    expect((await trySignIn(ada, ada.email)).status).toBe(201);
    serving.clock.advance(1000);
    const one = { amr: ['pwd'], acr: oneFactor };
    expect(await everywhere()).toEqual([one, one, one]);
  });
  test('an access JWT of our own says it from the refresh after the proof on', async () => {
    const eve = await person(serving, 'eve', { carrier: 'jwt' });
    const totp = await addTotp(serving, eve);
    await prove(eve, { totp: totp.code() });
    expect(claimsIn(eve.access)['amr']).toEqual(['pwd']);
    const refreshed = await visit(serving, { program: true }).ask('POST', '/api/v1/tokens/refresh', {
      body: { refresh_token: eve.refresh },
    });
    expect(claimsIn(String(refreshed.json['access_token']))['amr']).toEqual(['pwd', 'otp', 'mfa']);
  });
});

describe('a client that wants two factors', () => {
  const insists = (...values: string[]): Parameters => ({
    claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }),
  });
  const ask = async (changes: Parameters): Promise<Record<string, string>> =>
    told(await authorizeAt(ada, client, { prompt: 'none', ...changes }));
  const isGiven = { code: expect.stringMatching(/^dw_co_/) as unknown };

  test('of somebody who has one gets them, or is told when it insists', async () => {
    expect(await ask({ acr_values: `${twoFactors} ${oneFactor}` })).toMatchObject(isGiven);
    expect(await ask(insists(twoFactors, oneFactor))).toMatchObject(isGiven);
    expect((await ask(insists(twoFactors)))['error']).toBe('unmet_authentication_requirements');
  });
  test('of somebody who has not shown the second one has them asked', async () => {
    await addTotp(serving, ada);
    expect((await ask({ acr_values: `${twoFactors} ${oneFactor}` }))['error']).toBe('login_required');
    expect((await ask(insists(twoFactors)))['error']).toBe('login_required');
    expect(await ask({ acr_values: `${oneFactor} ${twoFactors}` })).toMatchObject(isGiven);
    expect(await ask(insists(oneFactor, twoFactors))).toMatchObject(isGiven);
  });
  test('of somebody who has shown both gets them', async () => {
    await strengthen();
    expect(await ask({ acr_values: twoFactors })).toMatchObject(isGiven);
    expect(await ask(insists(twoFactors))).toMatchObject(isGiven);
  });
  test('that insists on one factor is told that one, although two were proven', async () => {
    await strengthen();
    const { idToken } = await tokensOf(serving, client, { browser: ada, request: insists(oneFactor) });
    expect(claimsIn(idToken)).toMatchObject({ acr: oneFactor, amr: ['pwd', 'otp', 'mfa'] });
  });
});
