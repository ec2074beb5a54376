import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenProver } from '../src/access-token.ts';
import { Unanswered } from '../src/remote/issuer.ts';
import {
  claims,
  encode,
  failedCheck,
  headerOf,
  keys,
  type Members,
  now,
  prover,
  rules,
  signed,
  token,
  tokenOf,
} from './forge.ts';

const raw = (header: string): string => signed(`${encode(header)}.${encode(JSON.stringify(claims))}`);
const parts = (text: string): [string, string, string] => {
  const [header = '', payload = '', signature = ''] = text.split('.');
  return [header, payload, signature];
};

test('a good token becomes a principal that nobody can change', () => {
  const outcome = prover()(token(), { carrier: 'jwt', now });
  expect(outcome).toEqual({
    kid: 'ed',
    principal: {
      accountId: 'account-1',
      sessionId: 'session-1',
      carrier: 'jwt',
      roles: ['support'],
      scopes: ['orders:read', 'orders:write'],
      provenAt: now - 60,
      amr: ['pwd'],
      expiresAt: now + 240,
    },
  });
  if (!('principal' in outcome)) throw new Error('a known key needs no waiting');
  const { principal } = outcome;
  for (const part of [principal, principal.roles, principal.scopes, principal.amr])
    expect(Object.isFrozen(part)).toBe(true);
});

test('a token without scope and roles permits nothing', () => {
  const outcome = prover()(token({ scope: undefined, roles: undefined }), { carrier: 'jwt', now });
  expect(outcome).toMatchObject({ principal: { scopes: [], roles: [] } });
});

test.each(['ES256', 'RS256'] as const)('%s is proven where it is configured, and only there', (algorithm) => {
  expect(failedCheck(tokenOf(algorithm), prover({ algorithm }))).toBe('none');
  expect(failedCheck(tokenOf(algorithm))).toBe('header');
  expect(failedCheck(token(), prover({ algorithm }))).toBe('header');
});

test('JWT-05: one changed character anywhere makes a good token worthless', () => {
  const good = token();
  const anyChange = fc.record({
    at: fc.nat(good.length - 1),
    to: fc.oneof(fc.constantFrom(...'ABab01-_.=+/ \n'), fc.string({ minLength: 1, maxLength: 1 })),
  });
  const prove = prover();
  // Once more when the prover has seen the header under a good signature.
  expect(failedCheck(good, prove)).toBe('none');
  fc.assert(
    fc.property(anyChange, ({ at, to }) => {
      fc.pre(good[at] !== to);
      const changed = good.slice(0, at) + to + good.slice(at + 1);
      expect(failedCheck(changed, prove)).not.toBe('none');
      expect(failedCheck(changed)).not.toBe('none');
    }),
    { numRuns: 500 },
  );
});

describe('JWT-01: no spelling of "no algorithm" is accepted', () => {
  test.each(['none', 'None', 'nOnE', 'none ', '', null, [], {}, 0, undefined, 'eddsa', ['EdDSA']])(
    'alg %j',
    (alg) => {
      const [header, payload] = parts(token({}, { alg }));
      expect(failedCheck(token({}, { alg }))).toBe('header');
      expect(failedCheck(`${header}.${payload}.`)).toBe('header');
    },
  );

  test('an empty signature, and none', () => {
    const [header, payload] = parts(token());
    expect(failedCheck(`${header}.${payload}.`)).toBe('form');
    expect(failedCheck(`${header}.${payload}`)).toBe('form');
  });
});

describe('JWT-02: a public key is never a shared secret', () => {
  const pem = String(keys['ed']?.export({ type: 'spki', format: 'pem' }));
  const secrets = {
    pem,
    'pem after a newline': `\n${pem}`,
    'pem with CRLF': pem.replaceAll('\n', '\r\n'),
    der: keys['ed']?.export({ type: 'spki', format: 'der' }) ?? '',
    jwk: JSON.stringify(keys['ed']?.export({ format: 'jwk' })),
    base64: Buffer.from(pem).toString('base64'),
  };
  test.each(Object.entries(secrets))('HS256, HS384, HS512 and a claimed EdDSA with the %s', (_, secret) => {
    for (const alg of ['HS256', 'HS384', 'HS512', 'EdDSA']) {
      const hash = alg === 'EdDSA' ? 'sha256' : `sha${alg.slice(2)}`;
      const input = `${encode(JSON.stringify(headerOf({ alg })))}.${encode(JSON.stringify(claims))}`;
      const forged = `${input}.${encode(createHmac(hash, secret).update(input).digest())}`;
      expect(failedCheck(forged)).toBe(alg === 'EdDSA' ? 'signature' : 'header');
    }
  });

  test('a key of another kind under a known name proves nothing', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const input = `${encode(JSON.stringify(headerOf()))}.${encode(JSON.stringify(claims))}`;
    const forged = `${input}.${encode(sign('sha256', Buffer.from(input), privateKey))}`;
    expect(failedCheck(forged, tokenProver(rules, { find: () => publicKey }))).toBe('signature');
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const es = `${encode(JSON.stringify(headerOf({ alg: 'ES256' })))}.${encode(JSON.stringify(claims))}`;
    const signature = sign('sha256', Buffer.from(es), { key: p384.privateKey, dsaEncoding: 'ieee-p1363' });
    const es256 = tokenProver({ ...rules, algorithm: 'ES256' }, { find: () => p384.publicKey });
    expect(failedCheck(`${es}.${encode(signature)}`, es256)).toBe('signature');
  });
});

describe('JWT-03, JWT-10, JWT-11: a header that says more than ours is refused unread', () => {
  const own = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const surprises: Members[] = [
    { jwk: own },
    { jku: 'https://evil.example/jwks' },
    { x5u: 'https://evil.example/cert' },
    { x5c: ['MIIB'] },
    { x5t: 'AAAA' },
    { crit: ['exp'] },
    { crit: [] },
    { crit: ['b64'], b64: false },
    { zip: 'DEF' },
    { cty: 'JWT' },
    { p2c: 2 ** 31, p2s: 'AAAA' },
    { enc: 'A256GCM' },
    { ['__proto__']: { kid: 'ed' } },
  ];
  test.each(surprises)('%j', (surprise) => {
    expect(failedCheck(token({}, surprise))).toBe('header');
  });

  test.each([
    '../../etc/passwd',
    "' OR 1=1 --",
    'https://evil.example',
    '__proto__',
    'constructor',
    'gone',
    '',
  ])('kid %j finds no key', (kid) => {
    expect(
      failedCheck(
        token({}, { kid }),
        tokenProver(rules, { find: (name) => new Map(Object.entries(keys)).get(name) }),
      ),
    ).toBe('key-unknown');
  });

  test.each([null, 7, ['ed'], { kid: 'ed' }, undefined])('kid %j is no name', (kid) => {
    expect(failedCheck(token({}, { kid }))).toBe('header');
  });

  test.each([
    '{"alg":"EdDSA","typ":"at+jwt","kid":"ed","kid":"ed"}',
    '{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"ed"}',
    '{"alg":"EdDSA","crit":[],"crit":[],"typ":"at+jwt","kid":"ed"}',
    '{"alg":"EdDSA","typ":"at+jwt","kid":"e\\u0064"}',
    ' {"alg":"EdDSA","typ":"at+jwt","kid":"ed"}',
    '[]',
    'null',
    '"EdDSA"',
    '{',
    '',
  ])('the header %j', (header) => {
    expect(failedCheck(raw(header))).toMatch(/^(?:header|form)$/);
  });
});

describe('JWT-07: typ separates kinds', () => {
  test.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT'])('%s is accepted', (typ) => {
    expect(failedCheck(token({}, { typ }))).toBe('none');
  });
  test.each([
    'JWT',
    'logout+jwt',
    'dpop+jwt',
    'oauth-authz-req+jwt',
    'at+jwt ',
    'text/at+jwt',
    '',
    null,
    undefined,
  ])('%j is refused', (typ) => {
    expect(failedCheck(token({}, { typ }))).toBe('header');
  });
});

describe('JWT-12: form is judged in linear time', () => {
  test.each([
    ['a megabyte of dots', '.'.repeat(1_000_000), 'too-long'],
    ['eight thousand dots', '.'.repeat(8000), 'form'],
    ['a megabyte of letters', 'a'.repeat(1_000_000), 'too-long'],
    ['deep nesting', raw(`{"alg":${'['.repeat(5000)}`), 'header'],
    ['nothing', '', 'form'],
  ])('%s', (_, text, check) => {
    const before = process.cpuUsage();
    expect(failedCheck(text)).toBe(check);
    expect(process.cpuUsage(before).user).toBeLessThan(100_000);
  });
});

describe('JWT-14, SES-16: one canonical encoding', () => {
  const good = token();
  const [header, payload, signature] = parts(good);
  test.each(['+', '/', '=', ' ', '\n', '\t', '\0', 'é', '\u0141', '%2D', '\uFEFF'])(
    '%j inside any part',
    (foreign) => {
      for (const part of [header, payload, signature])
        for (const at of [0, 5, part.length]) {
          const broken = part.slice(0, at) + foreign + part.slice(at);
          expect(failedCheck(good.replace(part, broken))).not.toBe('none');
        }
    },
  );
  test('stray bits, padding, further parts and missing tails', () => {
    const last = signature.at(-1) ?? '';
    const strayed = signature.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1);
    expect(Buffer.from(strayed, 'base64url')).toEqual(Buffer.from(signature, 'base64url'));
    expect(failedCheck(`${header}.${payload}.${strayed}`)).toBe('form');
    for (const text of [
      `${good}=`,
      `${good}.`,
      `.${good}`,
      `${good}.${signature}`,
      good.slice(0, -1),
      ` ${good}`,
    ])
      expect(failedCheck(text)).not.toBe('none');
    for (let length = 0; length < good.length; length += 7)
      expect(failedCheck(good.slice(0, length))).not.toBe('none');
  });
  test('a payload in another spelling is refused although the issuer signed it', () => {
    expect(failedCheck(signed(`${header}.${payload}=`))).toBe('form');
    expect(failedCheck(signed(`${header}.${Buffer.from('\uFEFF{}').toString('base64url')}`))).toBe('claims');
    expect(failedCheck(signed(`${header}.${encode(Uint8Array.of(0x7b, 0xff, 0x7d))}`))).toBe('claims');
  });
});

describe('JWT-15: the signature is judged before any claim', () => {
  const faults: Members[] = [
    { exp: now - 999 },
    { iss: 'x' },
    { aud: 'x' },
    { exp: 'x' },
    { nbf: now + 999 },
  ];
  test.each(faults)('%j', (fault) => {
    const [header, payload, signature] = parts(token(fault));
    const broken = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1);
    expect(failedCheck(`${header}.${payload}.${broken}`)).toBe('signature');
  });
});

test('a key that has to be fetched is waited for, and nobody passes when it cannot be had', async () => {
  const waiting = tokenProver(rules, { find: async (kid) => keys[kid] });
  expect(await waiting(token(), { carrier: 'jwt', now })).toMatchObject({ kid: 'ed' });
  const gone = tokenProver(rules, { find: () => Promise.reject(new Unanswered('network')) });
  await expect(gone(token(), { carrier: 'jwt', now })).rejects.toThrow(Unanswered);
});
