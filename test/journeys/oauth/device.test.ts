import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { follow, form, headingOf, leadsTo, type TestClient } from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { goodPassword, member, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { asserted, claimsOf, clientKey, deviceGrant, post, program } from './cast.ts';
import { askToWait, atBrowser, decideAbout, typeCode, waitingDevice } from './device-cast.ts';

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let tv: TestClient;
  let ada: Visitor & { readonly account: string };
  beforeAll(async () => {
    serving = await serve({
      lightHashing: true,
      settings: { resources: ['https://reports.example.com'], freeScopes: ['reports:read'] },
    });
    tv = await program(serving, { name: 'Example TV', authentication: 'none', application: 'native' });
    ada = await atBrowser(serving, 'ada');
  });
  afterAll(() => serving.close());

  const grants = () => serving.assembly.ports.store.read.grants.list(ada.account);

  test('the metadata name the endpoint and the grant', async () => {
    const { json } = await visit(serving).ask('GET', '/.well-known/oauth-authorization-server');
    expect(json['device_authorization_endpoint']).toBe(`${serving.origin}/oauth/device`);
    expect(json['grant_types_supported']).toContain(deviceGrant);
  });

  test('a device is told what to show and how often to ask', async () => {
    const answer = await askToWait(serving, tv);
    const userCode = member(answer.json, 'user_code');
    expect([answer.status, answer.json]).toEqual([
      200,
      {
        device_code: expect.stringMatching(/^dw_dc_/),
        user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
        verification_uri: `${serving.origin}/device`,
        verification_uri_complete: `${serving.origin}/device?user_code=${userCode}`,
        expires_in: 600,
        interval: 5,
      },
    ]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('a person types the code, compares it, allows, and the device has its tokens', async () => {
    const device = await waitingDevice(serving, tv);
    expect((await device.poll()).json['error']).toBe('authorization_pending');
    const question = await typeCode(ada, ` ${device.userCode.toLowerCase().replace('-', ' ')} `);
    expect(headingOf(question)).toBe('Allow Example TV on your device?');
    for (const shown of [device.userCode, 'ada@example.com', 'know who you are', 'reports:read'])
      expect(question.text).toContain(shown);
    serving.clock.advance(5000);
    expect((await device.poll()).json['error']).toBe('authorization_pending');
    expect(headingOf(await decideAbout(ada, device.userCode, 'allow'))).toBe('Your device is connected');
    const answer = await device.poll();
    expect(answer.status).toBe(200);
    expect(claimsOf(member(answer.json, 'access_token'))).toMatchObject({
      sub: ada.account,
      client_id: tv.id,
      scope: 'openid reports:read',
    });
    expect(claimsOf(member(answer.json, 'id_token'))).toMatchObject({ aud: tv.id, sub: ada.account });
    expect(member(answer.json, 'refresh_token')).toMatch(/^dw_rt_/);
    expect((await device.poll()).json['error']).toBe('invalid_grant');
  });

  test('what was allowed is among the grants, and who withdraws it ends the tokens of the device', async () => {
    const radio = await program(serving, { name: 'Example Radio', authentication: 'none' });
    const device = await waitingDevice(serving, radio);
    await typeCode(ada, device.userCode);
    await decideAbout(ada, device.userCode, 'allow');
    const { json } = await device.poll();
    expect(await grants()).toContainEqual(
      expect.objectContaining({ clientId: radio.id, scopes: ['openid', 'reports:read'] }),
    );
    expect((await ada.ask('DELETE', `/api/v1/account/grants/${radio.id}`)).status).toBe(204);
    const fields = { grant_type: 'refresh_token', refresh_token: member(json, 'refresh_token') };
    const refreshed = await post(serving, '/oauth/token', { fields: { ...fields, client_id: radio.id } });
    expect(refreshed.json['error']).toBe('invalid_grant');
  });

  test('whoever is not signed in signs in first and comes back with the code', async () => {
    const { userCode } = await waitingDevice(serving, tv);
    const bea = visit(serving);
    await signUp(bea, `bea-${userCode}@example.com`);
    for (const answer of [
      await bea.ask('GET', `/device?user_code=${userCode}`),
      await typeCode(bea, userCode),
      await decideAbout(bea, userCode, 'allow'),
    ]) {
      const { pathname, searchParams } = leadsTo(answer);
      expect([answer.status, pathname, searchParams.get('next')]).toEqual([
        303,
        '/sign-in',
        `/device?user_code=${userCode}`,
      ]);
    }
    const fields = { identifier: `bea-${userCode}@example.com`, password: goodPassword };
    const next = `/device?user_code=${userCode}`;
    const page = await follow(bea, await bea.ask('POST', '/sign-in', form({ ...fields, next })));
    expect(headingOf(page)).toBe('Connect a device');
    expect(page.text).toContain(`value="${userCode}"`);
  });

  test('a device whose person refuses is told so, and nothing is remembered', async () => {
    const player = await program(serving, { name: 'Example Player', authentication: 'none' });
    const device = await waitingDevice(serving, player);
    await typeCode(ada, device.userCode);
    const answer = await decideAbout(ada, device.userCode, 'refuse');
    expect(headingOf(answer)).toBe('Your device is not connected');
    for (let turn = 0; turn < 2; turn++) expect((await device.poll()).json['error']).toBe('access_denied');
    expect((await grants()).map(({ clientId }) => clientId)).not.toContain(player.id);
  });

  test('a device that asks too soon is told to slow down, each time by five seconds more', async () => {
    const device = await waitingDevice(serving, tv);
    const asked: unknown[] = [];
    for (const pause of [0, 0, 9999, 15_000, 14_999, 20_000]) {
      serving.clock.advance(pause);
      asked.push((await device.poll()).json['error']);
    }
    const [wait, slower] = ['authorization_pending', 'slow_down'];
    expect(asked).toEqual([wait, slower, slower, wait, slower, wait]);
  });

  test('after ten minutes the device is told so, and its code opens nothing', async () => {
    const [opened, closed] = [await waitingDevice(serving, tv), await waitingDevice(serving, tv)];
    await typeCode(ada, opened.userCode);
    serving.clock.advance(600_000);
    expect((await decideAbout(ada, opened.userCode, 'allow')).status).toBe(403);
    for (const { userCode } of [opened, closed]) expect((await typeCode(ada, userCode)).status).toBe(403);
    for (const device of [opened, closed]) expect((await device.poll()).json['error']).toBe('expired_token');
  });

  test('a client without the grant, without its proof, or that asks for too much may not wait', async () => {
    const other = await program(serving, { grantTypes: ['authorization_code'] });
    expect((await askToWait(serving, other)).json['error']).toBe('unauthorized_client');
    const secret = await program(serving);
    expect((await askToWait(serving, { ...secret, secret: '' })).status).toBe(401);
    expect((await askToWait(serving, secret)).status).toBe(200);
    expect((await askToWait(serving, tv, { scope: 'doorward:admin' })).json['error']).toBe('invalid_scope');
    const elsewhere = { resource: 'https://elsewhere.example.com' };
    expect((await askToWait(serving, tv, elsewhere)).json['error']).toBe('invalid_target');
    expect((await askToWait(serving, tv, { resource: 'https://reports.example.com' })).status).toBe(200);
  });

  test('a client with a key proves itself by it', async () => {
    const key = clientKey();
    const jwks = { keys: [{ ...key.jwk, kid: 'one' }] };
    const { id } = await program(serving, { authentication: 'private_key_jwt', jwks });
    const fields = asserted(serving, { id, key }, { header: { kid: 'one' } });
    const [once, again] = [
      await post(serving, '/oauth/device', { fields }),
      await post(serving, '/oauth/device', { fields }),
    ];
    expect([once.status, again.status]).toEqual([200, 401]);
  });

  test('what somebody decides stands among the events', async () => {
    for (const decision of ['allow', 'refuse'] as const) {
      const { userCode } = await waitingDevice(serving, tv);
      await typeCode(ada, userCode);
      await decideAbout(ada, userCode, decision);
    }
    const events = await serving.assembly.ports.store.read.events.listBack({ before: 1e9, limit: 2 });
    expect(events.map(({ type, accountId, data }) => [type, accountId, JSON.parse(data)])).toEqual([
      ['device.refused', ada.account, { client: tv.id }],
      ['device.allowed', ada.account, { client: tv.id }],
    ]);
  });
});
