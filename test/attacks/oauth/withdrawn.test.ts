/** Attacks with what was allowed once and is not any more: codes and devices that were given before. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { administrator } from '../../journeys/cast.ts';
import { askTokens, program } from '../../journeys/oauth/cast.ts';
import { atBrowser, decideAbout, typeCode, waitingDevice } from '../../journeys/oauth/device-cast.ts';
import {
  authorizeAt,
  callback,
  changeClient,
  decide,
  type TestClient,
  told,
  verifier,
  waitingAt,
} from '../../kit/clients.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, type Visitor } from '../../kit/visitor.ts';

let serving: Serving;
let app: TestClient;
let ada: Visitor & { readonly account: string };
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { deletionGrace: '0' } });
  app = await program(serving);
  ada = await atBrowser(serving, 'ada');
});
afterEach(() => serving.close());

/** A code, for which the person is asked if need be. */
async function codeOf(client = app): Promise<string> {
  serving.clock.advance(1000);
  const answer = await authorizeAt(ada, client, {});
  const code = told(answer)['code'];
  if (code !== undefined) return code;
  const allowed = { authorization: waitingAt(answer), decision: 'allow', account: ada.account } as const;
  return told(await decide(ada, allowed))['code'] ?? '';
}

const redeem = (code: string, as = app): Promise<Answer> => {
  const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: callback };
  return askTokens(serving, { fields, as });
};
const withdraw = async (client = app): Promise<void> =>
  expect((await ada.ask('DELETE', `/api/v1/account/grants/${client.id}`)).status).toBe(204);
const errorOf = ({ status, json }: Answer): unknown => [status, json['error']];

test('OAU-12: a code that was given before the consent was withdrawn gives nothing', async () => {
  const [asked, remembered] = [await codeOf(), await codeOf()];
  await withdraw();
  for (const code of [asked, remembered]) expect(errorOf(await redeem(code))).toEqual([400, 'invalid_grant']);
});

test('OAU-12: nor does a new consent bring it back, and its own code is good', async () => {
  const before = await codeOf();
  await withdraw();
  const after = await codeOf();
  expect(errorOf(await redeem(before))).toEqual([400, 'invalid_grant']);
  expect((await redeem(after)).status).toBe(200);
});

test('OAU-12: what stands is asked for again and again, and none of its codes is lost', async () => {
  for (const code of [await codeOf(), await codeOf()]) expect((await redeem(code)).status).toBe(200);
});

test('a client of the operator’s own needs no consent, and a code that it was given while it was gives none to a stranger', async () => {
  const own = await program(serving, { firstParty: true });
  expect((await redeem(await codeOf(own), own)).status).toBe(200);
  const code = await codeOf(own);
  await changeClient(serving, own, { firstParty: false });
  expect(errorOf(await redeem(code, own))).toEqual([400, 'invalid_grant']);
});

describe('OAU-12: a device that was allowed', () => {
  const allowed = async () => {
    const device = await waitingDevice(serving, app);
    await typeCode(ada, device.userCode);
    expect((await decideAbout(ada, device.userCode, 'allow')).status).toBe(200);
    return device;
  };

  test('OAU-12: gets nothing once that was withdrawn, whatever is allowed later', async () => {
    const device = await allowed();
    await withdraw();
    expect(errorOf(await device.poll())).toEqual([400, 'access_denied']);
    serving.clock.advance(6000);
    const other = await allowed();
    expect(errorOf(await device.poll())).toEqual([400, 'access_denied']);
    expect((await other.poll()).status).toBe(200);
  });

  test('OAU-12: gets nothing either where the client is the operator’s own: the person was asked', async () => {
    await changeClient(serving, app, { firstParty: true });
    const device = await allowed();
    await withdraw();
    expect(errorOf(await device.poll())).toEqual([400, 'access_denied']);
  });
});

test.each<[string, string, () => Promise<Answer>]>([
  ['whose session ended', 'invalid_grant', () => ada.ask('DELETE', '/api/v1/session')],
  [
    'whose account was deleted',
    'invalid_grant',
    () => ada.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } }),
  ],
  [
    'whose account was disabled',
    'invalid_grant',
    async () =>
      (await administrator(serving)).ask('PATCH', `/api/v1/admin/accounts/${ada.account}`, {
        body: { status: 'disabled' },
      }),
  ],
  [
    'whose client was disabled',
    'invalid_client',
    async () =>
      (await administrator(serving)).ask('PATCH', `/api/v1/admin/clients/${app.id}`, {
        body: { status: 'disabled' },
      }),
  ],
])('OAU-32: a code %s gives nothing', async (_what, error, end) => {
  const code = await codeOf();
  expect((await end()).status).toBeLessThan(300);
  expect((await redeem(code)).json['error']).toBe(error);
});
