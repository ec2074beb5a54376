/** Attacks on what is asked for at the token endpoint, on refresh tokens, and on giving tokens back. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askTokens, codeFor, form, post, program } from '../../journeys/oauth/cast.ts';
import { changeClient } from '../../kit/clients.ts';
import { member, visit } from '../../kit/visitor.ts';
import { counted, makeTokenWorld, redemption, type TokenWorld, told } from '../jwt/token-world.ts';

let world: TokenWorld;
beforeEach(async () => {
  world = await makeTokenWorld();
});
afterEach(() => world.close());

describe('refresh tokens', () => {
  const begun = async (): Promise<string> =>
    member((await world.redeem(await world.aCode())).json, 'refresh_token');

  test('TOK-08: what another client, or nobody, shows rotates nothing and ends nothing', async () => {
    const token = await begun();
    const stranger = await program(world.serving);
    const page = await program(world.serving, { authentication: 'none' });
    const fields = { grant_type: 'refresh_token', refresh_token: token };
    expect(told(await world.refresh(token, stranger))).toEqual([400, 'invalid_grant']);
    for (const [client, error] of [
      [page.id, 'invalid_grant'],
      [world.app.id, 'invalid_client'],
    ] as const)
      expect(
        (await askTokens(world.serving, { fields: { ...fields, client_id: client } })).json['error'],
      ).toBe(error);
    expect(told(await world.refresh(token, { ...world.app, secret: stranger.secret }))).toEqual([
      401,
      'invalid_client',
    ]);
    expect((await world.refresh(token)).status).toBe(200);
  });

  test('a member that is too old ends its family, and only that', async () => {
    const token = await begun();
    const next = member((await world.refresh(token)).json, 'refresh_token');
    world.serving.clock.advance(31_000);
    expect(told(await world.refresh(token))).toEqual([400, 'invalid_grant']);
    expect(told(await world.refresh(next))).toEqual([400, 'invalid_grant']);
    expect((await world.ada.ask('GET', '/api/v1/session')).status).toBe(200);
  });

  test('TOK-01 TOK-02: fifty refreshes of one token over two servers give one successor', async () => {
    const servers = [world.serving, await world.beside()];
    const fields = { grant_type: 'refresh_token', refresh_token: await begun() };
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, turn) =>
        askTokens(servers[turn % 2] ?? world.serving, { fields, as: world.app }),
      ),
    );
    expect(counted(answers)).toEqual({ 200: 50 });
    expect(new Set(answers.map(({ json }) => json['refresh_token'])).size).toBe(1);
  });

  test('what belongs to a client is refused at our own endpoints, and what is ours at the clients’', async () => {
    const { json } = await world.redeem(await world.aCode());
    const own = await visit(world.serving, { program: true }).ask('POST', '/api/v1/tokens/refresh', {
      body: { refresh_token: member(json, 'refresh_token') },
    });
    expect([own.status, own.json['code']]).toEqual([401, 'refresh_refused']);
    const carried = await visit(world.serving).ask('GET', '/api/v1/session', {
      bearer: member(json, 'access_token'),
    });
    expect([carried.status, carried.json['code']]).toEqual([401, 'credentials_invalid']);
    expect(told(await world.refresh(world.ada.refresh))).toEqual([400, 'invalid_grant']);
    expect(await world.opens(world.ada.access)).toBe(false);
  });

  test('TOK-09: a refresh never gets more than was granted, nor what the client may not have any more', async () => {
    const narrow = await codeFor(world.serving, world.app, {
      session: world.ada.session,
      scopes: ['openid', 'reports:read'],
    });
    const { json } = await askTokens(world.serving, {
      fields: { ...redemption(narrow), code_verifier: '' },
      as: world.app,
    });
    const fields = { grant_type: 'refresh_token', refresh_token: member(json, 'refresh_token') };
    for (const scope of [
      'reports:write',
      'reports:write openid',
      'openid reports:read reports:write',
      'OPENID',
    ]) {
      const wide = await askTokens(world.serving, { fields: { ...fields, scope }, as: world.app });
      expect([scope, ...told(wide)]).toEqual([scope, 400, 'invalid_scope']);
    }
    const elsewhere = { ...fields, resource: 'https://other.example' };
    expect(told(await askTokens(world.serving, { fields: elsewhere, as: world.app }))).toEqual([
      400,
      'invalid_target',
    ]);
    await changeClient(world.serving, world.app, { scopes: ['openid'] });
    expect((await askTokens(world.serving, { fields, as: world.app })).json['scope']).toBe('openid');
  });
});

describe('what is asked for', () => {
  test('OAU-07: no parameter comes twice, and an empty one is as good as not sent', async () => {
    const once = form({ grant_type: 'client_credentials', scope: 'reports:read' });
    for (const twice of ['grant_type=client_credentials', 'scope=reports%3Aread', 'scope=', '%73cope=openid'])
      expect(told(await askTokens(world.serving, { fields: `${once}&${twice}`, as: world.app }))).toEqual([
        400,
        'invalid_request',
      ]);
    const fields = { grant_type: 'client_credentials', scope: '', resource: '' };
    expect((await askTokens(world.serving, { fields, as: world.app })).json['scope']).toBe(
      'reports:read reports:write',
    );
  });

  test('OAU-10: there is no other grant, and none that the client may not use', async () => {
    for (const grant of [
      'password',
      'implicit',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'urn:ietf:params:oauth:grant-type:token-exchange',
      'AUTHORIZATION_CODE',
      '__proto__',
      'toString',
    ]) {
      const fields = { grant_type: grant, username: 'ada@example.com', password: 'x' };
      expect(told(await askTokens(world.serving, { fields, as: world.app }))).toEqual([
        400,
        'unsupported_grant_type',
      ]);
    }
    const only = await program(world.serving, { grantTypes: ['authorization_code'] });
    const fields = { grant_type: 'client_credentials' };
    expect(told(await askTokens(world.serving, { fields, as: only }))).toEqual([400, 'unauthorized_client']);
  });

  test('OAU-28: a client that acts for itself proves itself, and gets nothing that is about a person', async () => {
    const page = await program(world.serving, { authentication: 'none' });
    const own = await askTokens(world.serving, {
      fields: { grant_type: 'client_credentials', client_id: page.id },
    });
    expect(told(own)).toEqual([400, 'unauthorized_client']);
    for (const scope of [
      'openid',
      'offline_access',
      'profile',
      'email',
      'reports:delete',
      'reports:read openid',
    ]) {
      const fields = { grant_type: 'client_credentials', scope };
      expect(told(await askTokens(world.serving, { fields, as: world.app }))).toEqual([400, 'invalid_scope']);
    }
    const { json } = await askTokens(world.serving, {
      fields: { grant_type: 'client_credentials' },
      as: world.app,
    });
    expect(Object.keys(json).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
  });

  test('a resource that the operator has not named is refused', async () => {
    for (const resource of ['https://other.example', 'not a uri', `${world.serving.origin}#fragment`]) {
      const fields = { grant_type: 'client_credentials', resource };
      expect(told(await askTokens(world.serving, { fields, as: world.app }))).toEqual([
        400,
        'invalid_target',
      ]);
    }
  });

  test('OAU-31: what is malformed is answered 400 or 401, whatever the parameter', async () => {
    const names = Object.keys({ ...redemption(''), scope: '', resource: '', client_id: '', token: '' });
    names.push('grant_type', 'refresh_token', 'device_code', 'client_secret', 'client_assertion');
    const values = ['%', '%zz', '%00', '%c0%af', '%ed%a0%80', '%ff', 'a'.repeat(65_536)];
    for (const name of names) {
      for (const value of values) {
        for (const path of ['/oauth/token', '/oauth/revoke']) {
          const answer = await post(world.serving, path, { fields: `${name}=${value}`, as: world.app });
          expect([400, 401, 413]).toContain(answer.status);
          expect(answer.json['error']).toEqual(expect.any(String));
        }
      }
    }
  });
});

describe('giving back', () => {
  test('a client cannot give back what belongs to another, nor to a person', async () => {
    const { json } = await world.redeem(await world.aCode());
    const stranger = await program(world.serving);
    for (const name of ['access_token', 'refresh_token']) {
      const given = await post(world.serving, '/oauth/revoke', {
        fields: { token: member(json, name) },
        as: stranger,
      });
      expect(told(given)).toEqual([400, 'invalid_grant']);
    }
    for (const token of [world.ada.access, world.ada.refresh])
      await post(world.serving, '/oauth/revoke', { fields: { token }, as: stranger });
    expect((await world.ada.ask('GET', '/api/v1/session')).status).toBe(200);
    expect((await world.refresh(member(json, 'refresh_token'))).status).toBe(200);
  });

  test('what is no token is answered as if it had been one', async () => {
    for (const token of ['x', 'dw_rt_x', 'dw_at_x', 'a.b.c', await world.aCode(), world.app.secret]) {
      const answer = await post(world.serving, '/oauth/revoke', { fields: { token }, as: world.app });
      expect([answer.status, answer.text]).toEqual([200, '{}']);
    }
  });

  test('a member that was replaced long ago gives nothing back', async () => {
    const { json } = await world.redeem(await world.aCode());
    const old = member(json, 'refresh_token');
    const next = member((await world.refresh(old)).json, 'refresh_token');
    const last = member((await world.refresh(next)).json, 'refresh_token');
    expect(
      (await post(world.serving, '/oauth/revoke', { fields: { token: old }, as: world.app })).status,
    ).toBe(200);
    expect((await world.refresh(last)).status).toBe(200);
  });

  test('nobody gives back without saying who they are', async () => {
    const { json } = await world.redeem(await world.aCode());
    const token = member(json, 'refresh_token');
    expect(told(await post(world.serving, '/oauth/revoke', { fields: { token } }))).toEqual([
      401,
      'invalid_client',
    ]);
    expect((await world.refresh(token)).status).toBe(200);
  });

  test('a signed token that a client holds for itself cannot end before its time, and that is said', async () => {
    const { json } = await askTokens(world.serving, {
      fields: { grant_type: 'client_credentials' },
      as: world.app,
    });
    const fields = { token: member(json, 'access_token') };
    expect(told(await post(world.serving, '/oauth/revoke', { fields, as: world.app }))).toEqual([
      400,
      'unsupported_token_type',
    ]);
  });
});
