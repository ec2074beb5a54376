/** Attacks on proofs of possession at the token endpoint. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  askTokens,
  basic,
  clientKey,
  form,
  program,
  proof,
  seconds,
  signed,
} from '../../journeys/oauth/cast.ts';
import type { Answer } from '../../kit/visitor.ts';
import { counted, makeTokenWorld, type TokenWorld, told } from '../jwt/token-world.ts';

let world: TokenWorld;
beforeEach(async () => {
  world = await makeTokenWorld();
});
afterEach(() => world.close());

describe('OAU-30: proofs of possession', () => {
  const key = clientKey();
  const fields = { grant_type: 'client_credentials' };
  let nonce: string;
  beforeEach(async () => {
    const asked = await askTokens(world.serving, {
      fields,
      as: world.app,
      headers: { dpop: proof(world.serving, key) },
    });
    nonce = asked.headers.get('dpop-nonce') ?? '';
  });
  const ask = (dpop: string, at = world.serving): Promise<Answer> =>
    askTokens(at, { fields, as: world.app, headers: { dpop } });

  test('a proof works once, of fifty at once over two servers', async () => {
    const dpop = proof(world.serving, key, { nonce });
    const servers = [world.serving, await world.beside()];
    const shots = Array.from({ length: 50 }, (_, turn) => ask(dpop, servers[turn % 2]));
    expect(counted(await Promise.all(shots))).toEqual({ 200: 1, 400: 49 });
    expect((await ask(dpop)).json['error']).toBe('invalid_dpop_proof');
  });

  test('it is for this method, this address and this moment', async () => {
    const now = seconds(world.serving);
    const wrong: readonly Parameters<typeof proof>[2][] = [
      { htm: 'GET' },
      { htm: 'post' },
      { htu: `${world.serving.origin}/oauth/revoke` },
      { htu: 'https://other.example/oauth/token' },
      { htu: `${world.serving.origin}/oauth/token/` },
      { iat: now - 301 },
      { iat: now + 301 },
      { iat: undefined },
      { jti: undefined },
      { jti: 'x'.repeat(257) },
      { header: { typ: 'JWT' } },
      { header: { alg: 'none' } },
      { header: { alg: 'HS256' } },
      { header: { jwk: { ...key.jwk, ...key.privateKey.export({ format: 'jwk' }) } } },
      { header: { jwk: clientKey().jwk } },
      { header: { jwk: { kty: 'oct', k: 'c2VjcmV0' } } },
      { header: { crit: ['b64'], b64: false } },
    ];
    for (const claims of wrong)
      expect(told(await ask(proof(world.serving, key, { nonce, ...claims })))).toEqual([
        400,
        'invalid_dpop_proof',
      ]);
    expect(
      (await ask(proof(world.serving, key, { nonce, htu: `${world.serving.origin}/oauth/token?a=1#b` })))
        .status,
    ).toBe(200);
  });

  test('two proofs in one request are none', async () => {
    const headers = new Headers({
      authorization: basic(world.app),
      'content-type': 'application/x-www-form-urlencoded',
    });
    headers.append('dpop', proof(world.serving, key, { nonce }));
    headers.append('dpop', proof(world.serving, key, { nonce }));
    const request = new Request(`${world.serving.origin}/oauth/token`, {
      method: 'POST',
      headers,
      body: form(fields),
    });
    expect((await world.serving.send(request)).status).toBe(400);
  });

  test('a nonce of yesterday, of another server or of the client’s own is answered with a good one', async () => {
    const other = await world.elsewhere();
    const foreign = await program(other);
    const asked = await askTokens(other, { fields, as: foreign, headers: { dpop: proof(other, key) } });
    for (const wrong of [asked.headers.get('dpop-nonce') ?? '', 'x', '', 7]) {
      const answer = await ask(proof(world.serving, key, { nonce: wrong }));
      expect(told(answer)).toEqual([400, 'use_dpop_nonce']);
      expect(answer.headers.get('dpop-nonce')).toBe(nonce);
    }
    world.serving.clock.advance(86_400_000);
    expect((await ask(proof(world.serving, key, { nonce }))).json['error']).toBe('use_dpop_nonce');
  });

  test('a proof that somebody else signed is none', async () => {
    const header = { typ: 'dpop+jwt', jwk: key.jwk };
    const claims = {
      jti: 'one',
      htm: 'POST',
      htu: `${world.serving.origin}/oauth/token`,
      iat: seconds(world.serving),
      nonce,
    };
    expect((await ask(signed(clientKey(), header, claims))).json['error']).toBe('invalid_dpop_proof');
    expect((await ask(signed(key, header, claims))).status).toBe(200);
  });
});
