/** Attacks on codes, of browsers and of devices: races, replays, strangers. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askTokens, codeFor, deviceFor, deviceGrant, pkce, program } from '../../journeys/oauth/cast.ts';
import { callback } from '../../kit/clients.ts';
import { type Answer, member } from '../../kit/visitor.ts';
import { counted, makeTokenWorld, proving, redemption, type TokenWorld, told } from '../jwt/token-world.ts';

let world: TokenWorld;
beforeEach(async () => {
  world = await makeTokenWorld();
});
afterEach(() => world.close());

describe('codes', () => {
  test('OAU-01 TOK-20: of fifty redemptions at once one gets tokens, round after round', async () => {
    for (let round = 0; round < 10; round++) {
      const code = await world.aCode();
      const answers = await Promise.all(Array.from({ length: 50 }, () => world.redeem(code)));
      expect(counted(answers)).toEqual({ 200: 1, 400: 49 });
      expect(new Set(answers.map(({ json }) => json['error']))).toEqual(
        new Set([undefined, 'invalid_grant']),
      );
    }
  });

  test('OAU-01: the same over two servers on one database', async () => {
    const servers = [world.serving, await world.beside()];
    for (let round = 0; round < 10; round++) {
      const code = await world.aCode();
      const shots = Array.from({ length: 50 }, (_, turn) => world.redeem(code, {}, servers[turn % 2]));
      expect(counted(await Promise.all(shots))).toEqual({ 200: 1, 400: 49 });
    }
  });

  test('OAU-02: a second redemption that proves the code ends what the first one gave', async () => {
    const code = await world.aCode();
    const first = await world.redeem(code);
    expect(await world.opens(member(first.json, 'access_token'))).toBe(true);
    expect(told(await world.redeem(code))).toEqual([400, 'invalid_grant']);
    expect(await world.opens(member(first.json, 'access_token'))).toBe(false);
    expect(told(await world.refresh(member(first.json, 'refresh_token')))).toEqual([400, 'invalid_grant']);
    expect((await world.ada.ask('GET', '/api/v1/session')).status).toBe(200);
    const { events } = world.serving.assembly.ports.store.read;
    expect(await events.list({ after: 0, limit: 10, type: 'code.reused' })).toHaveLength(1);
  });

  test('OAU-02: long after its end a code is still recognised when it comes again', async () => {
    const code = await world.aCode();
    const first = await world.redeem(code);
    world.serving.clock.advance(59 * 60_000);
    expect(told(await world.redeem(code))).toEqual([400, 'invalid_grant']);
    expect(told(await world.refresh(member(first.json, 'refresh_token')))).toEqual([400, 'invalid_grant']);
  });

  test('OAU-02: a replay with a wrong verifier or by another client ends nothing', async () => {
    const code = await world.aCode();
    const first = await world.redeem(code);
    const stranger = await program(world.serving);
    expect(told(await world.redeem(code, { code_verifier: 'w'.repeat(43) }))).toEqual([400, 'invalid_grant']);
    const stolen = await askTokens(world.serving, { fields: redemption(code), as: stranger });
    expect(told(stolen)).toEqual([400, 'invalid_grant']);
    expect(await world.opens(member(first.json, 'access_token'))).toBe(true);
    expect((await world.refresh(member(first.json, 'refresh_token'))).status).toBe(200);
  });

  test('OAU-03: a code is bound to client, redirect URI, verifier and resource, and none of them uses it up', async () => {
    const code = await world.aCode();
    const stranger = await program(world.serving);
    expect(told(await askTokens(world.serving, { fields: redemption(code), as: stranger }))).toEqual([
      400,
      'invalid_grant',
    ]);
    for (const uri of [
      `${callback}/`,
      `${callback}?a=1`,
      callback.toUpperCase(),
      'https://evil.example/callback',
    ])
      expect(told(await world.redeem(code, { redirect_uri: uri }))).toEqual([400, 'invalid_grant']);
    expect(told(await world.redeem(code, { redirect_uri: '' }))).toEqual([400, 'invalid_grant']);
    expect(told(await world.redeem(code, { code_verifier: pkce().verifier }))).toEqual([
      400,
      'invalid_grant',
    ]);
    expect(told(await world.redeem(code, { resource: 'https://other.example' }))).toEqual([
      400,
      'invalid_target',
    ]);
    expect((await world.redeem(code)).status).toBe(200);
  });

  test('OAU-03: a code of another server, cut, changed or of another kind is refused', async () => {
    const code = await world.aCode();
    const other = await world.elsewhere();
    const { access, refresh: handle } = world.ada;
    const foreign = await codeFor(other, world.app, { session: world.ada.session });
    for (const wrong of [
      foreign,
      code.slice(0, -1),
      `${code}A`,
      `${code.slice(0, -1)}${code.endsWith('_') ? 'A' : '_'}`,
      access,
      handle,
      'x',
    ])
      expect(told(await world.redeem(wrong))).toEqual([400, 'invalid_grant']);
  });

  test('OAU-03: a code older than 60 seconds, or of a session that is over, gives nothing', async () => {
    const families = await world.rowsOf('families');
    const late = await world.aCode();
    world.serving.clock.advance(60_000);
    expect(told(await world.redeem(late))).toEqual([400, 'invalid_grant']);
    const orphan = await world.aCode();
    await world.ada.ask('DELETE', '/api/v1/session');
    expect(told(await world.redeem(orphan))).toEqual([400, 'invalid_grant']);
    expect(await world.rowsOf('families')).toBe(families);
  });

  test('OAU-04: the verifier is proven in both directions, whoever the client is', async () => {
    const page = await program(world.serving, { authentication: 'none' });
    for (const client of [world.app, page]) {
      const ask = (code: string, more: Record<string, string>): Promise<Answer> =>
        client === world.app
          ? world.redeem(code, more)
          : askTokens(world.serving, { fields: { ...redemption(code), client_id: page.id, ...more } });
      const code = await world.aCode(client);
      expect(told(await ask(code, { code_verifier: '' }))).toEqual([400, 'invalid_grant']);
      expect(told(await ask(code, { code_verifier: proving.challenge }))).toEqual([400, 'invalid_grant']);
      for (const malformed of ['a'.repeat(42), 'a'.repeat(129), `${'a'.repeat(43)}!`, `${'a'.repeat(43)} `])
        expect(told(await ask(code, { code_verifier: malformed }))).toEqual([400, 'invalid_request']);
      const bare = await codeFor(world.serving, client, { session: world.ada.session });
      expect(told(await ask(bare, {}))).toEqual([400, 'invalid_grant']);
      expect((await ask(code, {})).status).toBe(200);
    }
  });
});

describe('device codes', () => {
  const ask = (code: string, as = world.app, at = world.serving): Promise<Answer> =>
    askTokens(at, { fields: { grant_type: deviceGrant, device_code: code }, as });
  const allowed = () => ({ status: 'allowed', sessionId: world.ada.session }) as const;

  test('OAU-22: an allowed device code is redeemed by its own client, once of fifty at once over two servers', async () => {
    const { code } = await deviceFor(world.serving, world.app, allowed());
    expect(told(await ask(code, await program(world.serving)))).toEqual([400, 'invalid_grant']);
    const servers = [world.serving, await world.beside()];
    const shots = Array.from({ length: 50 }, (_, turn) => ask(code, world.app, servers[turn % 2]));
    expect(counted(await Promise.all(shots))).toEqual({ 200: 1, 400: 49 });
  });

  test('OAU-22: nothing comes of one that was refused, has expired, or whose person has signed out', async () => {
    const families = await world.rowsOf('families');
    const refused = await deviceFor(world.serving, world.app, { status: 'refused' });
    expect(told(await ask(refused.code))).toEqual([400, 'access_denied']);
    const late = await deviceFor(world.serving, world.app, {
      ...allowed(),
      expiresAt: world.serving.clock.now() + 1000,
    });
    const orphan = await deviceFor(world.serving, world.app, allowed());
    world.serving.clock.advance(1000);
    expect(told(await ask(late.code))).toEqual([400, 'expired_token']);
    await world.ada.ask('DELETE', '/api/v1/session');
    expect(told(await ask(orphan.code))).toEqual([400, 'invalid_grant']);
    for (const wrong of [
      `${orphan.code.slice(0, -1)}${orphan.code.endsWith('_') ? 'A' : '_'}`,
      orphan.id,
      world.ada.access,
    ])
      expect(told(await ask(wrong))).toEqual([400, 'invalid_grant']);
    expect(await world.rowsOf('families')).toBe(families);
  });
});
