import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isSignedBy } from '../../../src/domain/keys/verify-jws.ts';
import { parseJws } from '../../../src/protocol/oauth/jws.ts';
import { type PublicKey, parsePublicKey } from '../../../src/protocol/oauth/public-key.ts';

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
interface Kind {
  readonly digest: string | null;
  readonly makePair: () => Pair;
  readonly scheme?: object;
}

const rsa = (): Pair => generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = (namedCurve: string) => (): Pair => generateKeyPairSync('ec', { namedCurve });
const ed25519 = (): Pair => generateKeyPairSync('ed25519');
const kinds: readonly (readonly [string, Kind])[] = [
  ['RS256', { digest: 'sha256', makePair: rsa }],
  ['PS256', { digest: 'sha256', makePair: rsa, scheme: pss }],
  ['ES256', { digest: 'sha256', makePair: curve('P-256') }],
  ['ES384', { digest: 'sha384', makePair: curve('P-384') }],
  ['ES512', { digest: 'sha512', makePair: curve('P-521') }],
  ['EdDSA', { digest: null, makePair: ed25519 }],
  ['Ed25519', { digest: null, makePair: ed25519 }],
];

const keyOf = ({ publicKey }: Pair): PublicKey => {
  const key = parsePublicKey({ ...publicKey.export({ format: 'jwk' }) } as Record<string, string>);
  if (!key) throw new Error('the key cannot be read');
  return key;
};

const input = (alg: string): string =>
  `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.${Buffer.from('{}').toString('base64url')}`;

const holds = (token: string, key: PublicKey): boolean => {
  const jws = parseJws(token, []);
  if (!jws) throw new Error('the token cannot be read');
  return isSignedBy(key, jws);
};

describe.each(kinds)('%s', (algorithm, { digest, makePair, scheme = {} }) => {
  const pair = makePair();
  const bytes = (more: object = {}): Buffer =>
    sign(digest, Buffer.from(input(algorithm)), {
      key: pair.privateKey,
      dsaEncoding: 'ieee-p1363',
      ...scheme,
      ...more,
    });
  const token = (signature: Buffer): string => `${input(algorithm)}.${signature.toString('base64url')}`;

  test('a signature by the key holds', () => {
    expect(holds(token(bytes()), keyOf(pair))).toBe(true);
  });

  test('one by another key, over another text, cut, longer or of zeros does not', () => {
    const good = bytes();
    const wrong = [
      good.subarray(0, -1),
      Buffer.concat([good, Buffer.of(0)]),
      Buffer.concat([Buffer.of(0), good]),
      Buffer.alloc(good.byteLength),
      Buffer.from(good.map((byte, at) => (at === 3 ? byte ^ 1 : byte))),
    ];
    for (const signature of wrong) expect(holds(token(signature), keyOf(pair))).toBe(false);
    expect(holds(token(good), keyOf(makePair()))).toBe(false);
    expect(holds(token(good).replace(/\.[^.]+\./, '.e30K.'), keyOf(pair))).toBe(false);
  });

  test('one in another spelling, ECDSA in DER or PSS with another salt, does not', () => {
    const other = { dsaEncoding: 'der', ...(scheme === pss ? { saltLength: 20 } : {}) };
    const isSame = !algorithm.startsWith('ES') && scheme !== pss;
    expect(holds(token(bytes(other)), keyOf(pair))).toBe(isSame);
  });
});

test('coordinates that are no point of their curve verify nothing', () => {
  const x = 'A'.repeat(43);
  const key = parsePublicKey({ kty: 'EC', crv: 'P-256', x, y: x });
  if (!key) throw new Error('the key cannot be read');
  const signature = Buffer.alloc(64, 1).toString('base64url');
  expect(holds(`${input('ES256')}.${signature}`, key)).toBe(false);
});
