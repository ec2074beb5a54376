/** Attacks on the signature: no algorithm, another algorithm, another key, a key that the token brings along. */
import { createHmac, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Person, person } from '../../journeys/cast.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { visit } from '../../kit/visitor.ts';
import {
  failedCheck,
  type Genuine,
  genuine,
  inputOf,
  present,
  provenCheck,
  signedByServer,
} from './forgery.ts';

let serving: Serving;
let ada: Person;
let token: Genuine;
beforeAll(async () => {
  serving = await serveHandler({ lightHashing: true });
  ada = await person(serving, 'ada');
  token = await genuine(serving, ada);
});
afterAll(() => serving.close());

test('the genuine token is accepted, or nothing here means anything', async () => {
  expect(await failedCheck(serving, token.text)).toBe('none');
  expect(await failedCheck(serving, await signedByServer(serving, token, {}))).toBe('none');
});

describe('JWT-01: alg none in every spelling', () => {
  test.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    'none ',
    ' none',
    '',
    undefined,
    null,
    [],
    ['EdDSA'],
    {},
    0,
    true,
  ])('alg %j', async (alg) => {
    const input = inputOf(token, { header: { alg } });
    const signature = token.text.split('.')[2] ?? '';
    for (const text of [`${input}.`, input, `${input}.${signature}`, `${input}.AA`, `${input}..`]) {
      const answer = await present(serving, text);
      expect([answer.status, answer.json['code']]).toEqual([401, 'credentials_invalid']);
      expect(await provenCheck(serving, text)).not.toBe('none');
    }
    const signed = await signedByServer(serving, token, { header: { alg } });
    expect(await failedCheck(serving, signed)).toMatch(/^(?:token-malformed|signature)$/);
  });

  test('every refusal looks the same to the caller', async () => {
    const told = new Set<string>();
    for (const text of [
      'a.b.c',
      `${inputOf(token, { header: { alg: 'none' } })}.`,
      `${inputOf(token, {})}.AA`,
    ]) {
      const { json, headers } = await present(serving, text);
      told.add(JSON.stringify([{ ...json, decision: '' }, headers.get('www-authenticate')]));
    }
    expect(told.size).toBe(1);
  });
});

test('JWT-02: no public key becomes the secret of an HMAC', async () => {
  for (const alg of ['EdDSA', 'RS256', 'ES256']) {
    const server = await serveHandler({ lightHashing: true, settings: { signingAlgorithm: alg } });
    const good = await genuine(server, await person(server, 'ada'));
    const { keys } = (await visit(server).ask('GET', '/.well-known/jwks.json')).json as {
      keys: Record<string, string>[];
    };
    const jwk = keys.find(({ kid }) => kid === good.header['kid']) ?? {};
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const pem = key.export({ format: 'pem', type: 'spki' });
    const der = key.export({ format: 'der', type: 'spki' });
    const secrets = [pem, `\n${pem}`, pem.replaceAll('\n', '\r\n'), pem.trim(), der, JSON.stringify(jwk)];
    secrets.push(
      der.toString('base64'),
      Buffer.from(pem).toString('base64'),
      jwk['x'] ?? '',
      jwk['n'] ?? '',
      '',
    );
    for (const hmac of ['HS256', 'HS384', 'HS512'])
      for (const secret of secrets) {
        const input = inputOf(good, { header: { alg: hmac } });
        const mac = createHmac(hmac.replace('HS', 'sha'), secret).update(input).digest('base64url');
        expect(await failedCheck(server, `${input}.${mac}`)).toBe('signature');
        const sameAlg = inputOf(good, {});
        const other = createHmac(hmac.replace('HS', 'sha'), secret).update(sameAlg).digest('base64url');
        expect(await failedCheck(server, `${sameAlg}.${other}`)).toBe('signature');
      }
    await server.close();
  }
});

test('a key signs by its own algorithm alone, whatever the header says', async () => {
  for (const alg of ['ES256', 'RS256', 'PS256', 'Ed25519', 'eddsa', 'EdDSA ', 'HS256']) {
    const text = await signedByServer(serving, token, { header: { alg } });
    expect(await failedCheck(serving, text)).toBe('signature');
  }
});

describe('JWT-03: keys that the token brings along are never used', () => {
  const foreign = generateKeyPairSync('ed25519');
  const bySelf = (header: Record<string, unknown>): string => {
    const input = inputOf(token, { header });
    return `${input}.${sign(null, Buffer.from(input), foreign.privateKey).toString('base64url')}`;
  };

  test('not from a member of the header, and nobody is asked for them', async () => {
    let asked = 0;
    const listener = createServer((_request, response) => {
      asked += 1;
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await vi.waitFor(() => expect(listener.listening).toBe(true), { timeout: 10_000 });
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/keys.json`;
    const jwk = { ...foreign.publicKey.export({ format: 'jwk' }), kid: 'evil' };
    for (const header of [
      { jwk },
      { jwk, kid: 'evil' },
      { jku: url, kid: 'evil' },
      { jku: url },
      { x5u: url },
      { x5c: ['MIIB'] },
      { x5t: 'AA' },
      { 'x5t#S256': 'AA' },
      { kid: url },
    ]) {
      expect(await failedCheck(serving, bySelf(header))).toMatch(/^(?:token-malformed|signature)$/);
      const real = await signedByServer(serving, token, { header });
      expect(await failedCheck(serving, real)).not.toBe('none');
    }
    expect(asked).toBe(0);
    listener.close();
  });

  test.each([
    '../../../../../etc/passwd',
    '/dev/null',
    "' OR 1=1 --",
    "x' UNION SELECT 'a",
    '__proto__',
    'constructor',
    '',
    ' ',
    'x'.repeat(2000),
    'x'.repeat(10_000),
    ['a'],
    {},
    null,
    0,
    undefined,
  ])('kid %j', async (kid) => {
    expect(await failedCheck(serving, bySelf({ kid }))).toMatch(
      /^(?:token-malformed|signature|authorization-header)$/,
    );
    expect(serving.reported).toEqual([]);
  });

  test('a signature by a stranger under our own kid is refused', async () => {
    expect(await failedCheck(serving, bySelf({}))).toBe('signature');
  });
});

test('JWT-04: unknown kids do not make the server look into its store again and again', async () => {
  const { signingKeys } = serving.assembly.ports.store.read;
  const list = vi.spyOn(signingKeys, 'list');
  const unknown = (): string =>
    `${inputOf(token, { header: { kid: randomBytes(32).toString('base64url') } })}.AA`;
  await Promise.all(Array.from({ length: 500 }, () => present(serving, unknown())));
  serving.clock.advance(999);
  for (let i = 0; i < 500; i++) await present(serving, unknown());
  expect(list.mock.calls.length).toBeLessThanOrEqual(2);
  list.mockRestore();
});

test.each(['', 'secret', 'changeme', 'A'.repeat(42), 'A'.repeat(44), '!'.repeat(43)])(
  'JWT-19: a weak master key stops the start: %j',
  async (masterKey) => {
    await expect(serveHandler({ settings: { masterKey } })).rejects.toThrow(/master ?key/i);
  },
);
