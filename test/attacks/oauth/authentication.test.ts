/** Attacks on who asks: secrets, assertions, clients that are gone. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askTokens, asserted, clientKey, post, program, seconds } from '../../journeys/oauth/cast.ts';
import { changeClient, type TestClient } from '../../kit/clients.ts';
import { type Answer, member } from '../../kit/visitor.ts';
import { counted, makeTokenWorld, redemption, type TokenWorld, told } from '../jwt/token-world.ts';

let world: TokenWorld;
beforeEach(async () => {
  world = await makeTokenWorld();
});
afterEach(() => world.close());

describe('who asks', () => {
  const fields = { grant_type: 'client_credentials' };

  test('OAU-17: one method a request, and only the one that was decided', async () => {
    const posting = await program(world.serving, { authentication: 'client_secret_post' });
    const page = await program(world.serving, { authentication: 'none' });
    const inBody = (client: TestClient) => ({ client_id: client.id, client_secret: client.secret });
    const key = clientKey();
    const both = asserted(world.serving, { id: world.app.id, key });
    const attempts: readonly Parameters<typeof askTokens>[1][] = [
      { fields: { ...fields, ...inBody(world.app) }, as: world.app },
      { fields: { ...fields, ...both }, as: world.app },
      { fields: { ...fields, ...inBody(world.app) } },
      { fields, as: posting },
      { fields: { ...fields, client_id: world.app.id } },
      { fields: { ...fields, client_id: posting.id }, as: world.app },
      { fields: { ...fields, client_id: page.id, client_secret: world.app.secret } },
      { fields: { ...fields, ...both } },
      { fields },
      { fields, headers: { authorization: `Bearer ${world.ada.access}` } },
      { fields, headers: { authorization: 'Basic' } },
    ];
    for (const attempt of attempts) {
      const answer = await askTokens(world.serving, attempt);
      expect(told(answer)).toEqual([401, 'invalid_client']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      expect(member(answer.json, 'decision')).toMatch(/^dw_why_/);
    }
  });

  test('OAU-17: a Basic header is read strictly, its halves as in a form', async () => {
    const pair = `${world.app.id}:${world.app.secret}`;
    const encode = (text: string): string => Buffer.from(text).toString('base64');
    const wrong = [
      encode(world.app.id),
      encode(`${world.app.id}:`),
      encode(`:${world.app.secret}`),
      encode(`${world.app.id}:${world.app.secret}%`),
      encode(`${world.app.id}:${world.app.secret}%00`),
      encode(`${world.app.id.toUpperCase()}:${world.app.secret}`),
      encode(`${world.app.id}:${world.app.secret.toUpperCase()}`),
      encode(pair).replace(/.$/, '!'),
      ` ${encode(pair)}`,
      `${encode(pair)}, Basic ${encode(pair)}`,
    ];
    for (const text of wrong) {
      const answer = await askTokens(world.serving, { fields, headers: { authorization: `Basic ${text}` } });
      expect([text.length, ...told(answer)]).toEqual([text.length, 401, 'invalid_client']);
    }
    const escaped = `Basic ${encode(pair.replaceAll('-', '%2D').replaceAll('_', '%5f'))}`;
    expect((await askTokens(world.serving, { fields, headers: { authorization: escaped } })).status).toBe(
      200,
    );
  });

  test('OAU-17: wrong secrets are counted, and spending them all locks no owner out', async () => {
    const stranger = await program(world.serving);
    const guess = (): Promise<Answer> =>
      askTokens(world.serving, { fields, as: { ...world.app, secret: stranger.secret } });
    const { attempts } = world.serving.assembly.ports.settings.budgets.account;
    for (let turn = 0; turn < attempts; turn++) expect((await guess()).status).toBe(401);
    const spent = await guess();
    expect([spent.status, spent.json['code']]).toEqual([429, 'attempts_exhausted']);
    expect(Number(spent.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await askTokens(world.serving, { fields, as: world.app })).status).toBe(200);
  });

  test('OAU-17: a secret in the address is refused, and so is any other parameter there', async () => {
    for (const query of [
      `client_id=${world.app.id}&client_secret=${world.app.secret}`,
      'grant_type=client_credentials',
    ]) {
      const answer = await post(world.serving, `/oauth/token?${query}`, { fields, as: world.app });
      expect([answer.status, answer.json['code']]).toEqual([400, 'query_invalid']);
    }
  });

  test('OAU-32: a client that is disabled or deleted gets nothing, and its tokens open nothing', async () => {
    const { json } = await world.redeem(await world.aCode());
    const code = await world.aCode();
    await changeClient(world.serving, world.app, { status: 'disabled' });
    expect(told(await world.redeem(code))).toEqual([401, 'invalid_client']);
    expect(told(await world.refresh(member(json, 'refresh_token')))).toEqual([401, 'invalid_client']);
    expect(await world.opens(member(json, 'access_token'))).toBe(false);
    await changeClient(world.serving, world.app, {});
    expect(await world.opens(member(json, 'access_token'))).toBe(true);
    await world.serving.assembly.ports.store.transact((tx) => tx.clients.delete(world.app.id));
    expect(await world.opens(member(json, 'access_token'))).toBe(false);
    expect(told(await world.redeem(code))).toEqual([401, 'invalid_client']);
  });
});

describe('assertions', () => {
  const key = clientKey();
  const fields = { grant_type: 'client_credentials' };
  let signing: TestClient;
  beforeEach(async () => {
    signing = await program(world.serving, {
      authentication: 'private_key_jwt',
      jwks: { keys: [{ ...key.jwk }] },
    });
  });
  const ask = (assertion: Readonly<Record<string, string>>, at = world.serving): Promise<Answer> =>
    askTokens(at, { fields: { ...fields, ...assertion } });
  const by = (claims: Parameters<typeof asserted>[2]): Promise<Answer> =>
    ask(asserted(world.serving, { id: signing.id, key }, claims));

  test('OAU-18 TOK-20: an assertion works once, of fifty at once over two servers, and after a restart', async () => {
    const assertion = asserted(world.serving, { id: signing.id, key });
    const servers = [world.serving, await world.beside()];
    const shots = Array.from({ length: 50 }, (_, turn) => ask(assertion, servers[turn % 2]));
    expect(counted(await Promise.all(shots))).toEqual({ 200: 1, 401: 49 });
    world.serving.clock.advance(62_000);
    expect(told(await ask(assertion, await world.beside()))).toEqual([401, 'invalid_client']);
  });

  test('OAU-18: an assertion is used up also where the grant is refused', async () => {
    const assertion = asserted(world.serving, { id: signing.id, key });
    const code = await world.aCode(signing);
    const wrong = { ...redemption(code), code_verifier: 'w'.repeat(43), ...assertion };
    expect(told(await askTokens(world.serving, { fields: wrong }))).toEqual([400, 'invalid_grant']);
    expect(told(await ask(assertion))).toEqual([401, 'invalid_client']);
  });

  test('OAU-18: its audience is the issuer alone, its life five minutes at most, its jti there', async () => {
    const now = seconds(world.serving);
    const wrong: readonly Parameters<typeof asserted>[2][] = [
      { aud: `${world.serving.origin}/oauth/token` },
      { aud: `${world.serving.origin}/` },
      { aud: [world.serving.origin, 'https://other.example'] },
      { aud: [] },
      { aud: undefined },
      { exp: now + 10 * 365 * 86_400 },
      { exp: now + 400 },
      { exp: now - 60 },
      { exp: String(now + 60) },
      { exp: undefined },
      { iat: now + 60 },
      { nbf: now + 60 },
      { jti: undefined },
      { jti: '' },
      { jti: 7 },
      { jti: 'x'.repeat(257) },
      { iss: world.app.id },
      { sub: world.app.id },
      { header: { typ: 'at+jwt' } },
      { header: { crit: ['exp'] } },
      { header: { jwk: key.jwk } },
      { header: { jku: 'https://evil.example/jwks.json' } },
    ];
    for (const claims of wrong) expect(told(await by(claims))).toEqual([401, 'invalid_client']);
    expect((await by({ aud: [world.serving.origin] })).status).toBe(200);
  });

  test('JWT-01: it is signed by the algorithm that was decided, if one was (OpenID Connect Registration §2)', async () => {
    expect((await by({})).status).toBe(200);
    await changeClient(world.serving, signing, { assertionAlgorithm: 'PS256' });
    expect(told(await by({}))).toEqual([401, 'invalid_client']);
    await changeClient(world.serving, signing, { assertionAlgorithm: 'ES256' });
    expect((await by({})).status).toBe(200);
  });

  test('JWT-01 JWT-02: it is signed by a key of the client, never by none and never by a public key as a secret', async () => {
    const { client_assertion: good = '', ...kind } = asserted(world.serving, { id: signing.id, key });
    const [, payload = '', signature = ''] = good.split('.');
    const head = (header: object): string => Buffer.from(JSON.stringify(header)).toString('base64url');
    const forged = ['none', 'None', 'nOnE', 'none ', null, [], {}, 7, 'HS256', 'ES384'].flatMap((alg) => [
      `${head({ alg })}.${payload}.${signature}`,
      `${head({ alg })}.${payload}.`,
    ]);
    const asSecret = `${head({ alg: 'HS256' })}.${payload}`;
    const mac = createHmac('sha256', JSON.stringify(key.jwk)).update(asSecret).digest('base64url');
    forged.push(
      `${asSecret}.${mac}`,
      `${head({ alg: 'ES256' })}.${payload}`,
      `${good}=`,
      ` ${good}`,
      `${good}.`,
    );
    forged.push(asserted(world.serving, { id: signing.id, key: clientKey() })['client_assertion'] ?? '');
    for (const assertion of forged) {
      const answer = await ask({ ...kind, client_assertion: assertion });
      expect([assertion.length, ...told(answer)]).toEqual([assertion.length, 401, 'invalid_client']);
    }
    expect((await ask({ ...kind, client_assertion: good })).status).toBe(200);
  });

  test('OAU-21: keys at an address are fetched through the gate, and nowhere that is not public', async () => {
    let asked = 0;
    const host = createServer((_request, response) => {
      asked += 1;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: [key.jwk] }));
    });
    await once(host.listen(0, '127.0.0.1'), 'listening');
    const { port } = host.address() as AddressInfo;
    const place = `127.0.0.1:${port}`;
    const settings = { authentication: 'private_key_jwt', jwksUri: `http://${place}/jwks.json` } as const;
    const inside = await program(world.serving, settings);
    expect(told(await ask(asserted(world.serving, { id: inside.id, key })))).toEqual([401, 'invalid_client']);
    expect(asked).toBe(0);
    const allowing = await world.elsewhere({ outgoingAllow: [place] });
    const allowed = await program(allowing, settings);
    for (let turn = 0; turn < 3; turn++)
      expect((await ask(asserted(allowing, { id: allowed.id, key }), allowing)).status).toBe(200);
    expect(asked).toBe(1);
    await new Promise((closed) => host.close(closed));
  });
});
