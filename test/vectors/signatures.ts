/**
 * Signatures that are almost right: of RSA with a padding that is not quite PKCS #1 (RFC 8017 §8.2.2), of ECDSA and EdDSA with
 * numbers out of range or in another spelling (FIPS 186-5, RFC 8032 §5.1.7).
 */
import { constants, hash, type KeyObject, privateEncrypt, sign } from 'node:crypto';
import type { Forge, Good } from './good.ts';

const inputOf = ({ text }: Good): string => text.slice(0, text.lastIndexOf('.'));
const bytesOf = ({ text }: Good): Buffer => Buffer.from(text.slice(text.lastIndexOf('.') + 1), 'base64url');
const withBytes = (good: Good, signature: Uint8Array): string =>
  `${inputOf(good)}.${Buffer.from(signature).toString('base64url')}`;

/** For one algorithm: another signature over the same input. */
const by =
  (algorithm: Good['algorithm'], make: (good: Good) => Uint8Array | undefined): Forge =>
  (good) => {
    const signature = good.algorithm === algorithm ? make(good) : undefined;
    return signature && withBytes(good, signature);
  };

/** For every algorithm: the signature in another form. */
const any =
  (make: (signature: Buffer) => Uint8Array): Forge =>
  (good) =>
    withBytes(good, make(bytesOf(good)));

const zeros = (many: number): Buffer => Buffer.alloc(many);
const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const bytesFrom = (value: bigint, size: number): Buffer =>
  Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex');

/** Of P-256 (SP 800-186 §3.2.1.3), and of edwards25519 (RFC 8032 §5.1). */
const curveOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const edwardsOrder = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;

/** An ECDSA signature of two numbers. */
const pair = (make: (r: bigint, s: bigint) => readonly [bigint, bigint]): Forge =>
  by('ES256', (good) => {
    const signature = bytesOf(good);
    const [r, s] = make(numberOf(signature.subarray(0, 32)), numberOf(signature.subarray(32)));
    return Buffer.concat([bytesFrom(r, 32), bytesFrom(s, 32)]);
  });

/** An RSA signature of whatever block somebody likes. */
const block = (make: (digest: Buffer, size: number) => Buffer): Forge =>
  by('RS256', (good) => {
    const size = modulusBytes(good.privateKey);
    const message = make(hash('sha256', inputOf(good), 'buffer'), size);
    return privateEncrypt({ key: good.privateKey, padding: constants.RSA_NO_PADDING }, message);
  });

const modulusBytes = (key: KeyObject): number => (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
const modulusOf = ({ publicKey }: Good): bigint =>
  numberOf(Buffer.from(String(publicKey.export({ format: 'jwk' }).n), 'base64url'));

const sha256Info = Buffer.from('3031300d060960864801650304020105000420', 'hex');
const sha1Info = Buffer.from('3021300906052b0e03021a05000414', 'hex');
/** Without the NULL that RFC 8017 §9.2 wants. */
const shortInfo = Buffer.from('302f300b0609608648016503040201', 'hex');
/** Lengths in the long form, which DER forbids. */
const longInfo = Buffer.from('308131300d060960864801650304020105000420', 'hex');

/** `00 01 ff … ff 00`, then the rest; `filling` and `type` may be others. */
function padded(size: number, rest: Buffer, { type = 1, filling = 0xff } = {}): Buffer {
  const room = Buffer.alloc(size - rest.length - 3, filling);
  return Buffer.concat([Buffer.of(0, type), room, Buffer.of(0), rest]);
}

/** What a lenient reader does not see: bytes behind the hash. */
const trailing = (digest: Buffer, size: number): Buffer => {
  const rest = Buffer.concat([sha256Info, digest]);
  const room = Buffer.alloc(8, 0xff);
  const head = Buffer.concat([Buffer.of(0, 1), room, Buffer.of(0), rest]);
  return Buffer.concat([head, Buffer.alloc(size - head.length, 0xab)]);
};

/** The classes. */
export const signatureForgeries: Readonly<Record<string, Forge>> = {
  'a signature of zeros': any((signature) => zeros(signature.length)),
  'a signature without its last byte': any((signature) => signature.subarray(0, -1)),
  'a signature without its first byte': any((signature) => signature.subarray(1)),
  'a signature with a zero before it': any((signature) => Buffer.concat([zeros(1), signature])),
  'a signature with a zero behind it': any((signature) => Buffer.concat([signature, zeros(1)])),
  'half a signature': any((signature) => signature.subarray(0, signature.length / 2)),
  'a signature twice': any((signature) => Buffer.concat([signature, signature])),
  'a signature with its last bit turned': any((signature) => {
    const turned = Buffer.from(signature);
    turned.writeUInt8(turned.readUInt8(turned.length - 1) ^ 1, turned.length - 1);
    return turned;
  }),
  'ECDSA: r and s are zero': pair(() => [0n, 0n]),
  'ECDSA: r is zero': pair((_r, s) => [0n, s]),
  'ECDSA: s is zero': pair((r) => [r, 0n]),
  'ECDSA: r and s are one': pair(() => [1n, 1n]),
  'ECDSA: r and s are the order of the curve': pair(() => [curveOrder, curveOrder]),
  'ECDSA: s is the order of the curve': pair((r) => [r, curveOrder]),
  'ECDSA: r and s changed places': pair((r, s) => [s, r]),
  'ECDSA: in DER': by('ES256', (good) => sign('sha256', Buffer.from(inputOf(good)), good.privateKey)),
  'ECDSA: by another hash': by('ES256', (good) =>
    sign('sha384', Buffer.from(inputOf(good)), { key: good.privateKey, dsaEncoding: 'ieee-p1363' }),
  ),
  'EdDSA: the order of the curve was added to S': by('EdDSA', (good) => {
    const signature = bytesOf(good);
    const s = numberOf(Buffer.from(signature.subarray(32)).reverse()) + edwardsOrder;
    return Buffer.concat([signature.subarray(0, 32), bytesFrom(s, 32).reverse()]);
  }),
  'EdDSA: R is the neutral point, S is zero': by('EdDSA', () => Buffer.concat([Buffer.of(1), zeros(63)])),
  'RSA: a padding of another block type': block((digest, size) =>
    padded(size, Buffer.concat([sha256Info, digest]), { type: 2 }),
  ),
  'RSA: a padding of block type zero': block((digest, size) =>
    padded(size, Buffer.concat([sha256Info, digest]), { type: 0, filling: 0 }),
  ),
  'RSA: a padding that is not all ones': block((digest, size) =>
    padded(size, Buffer.concat([sha256Info, digest]), { filling: 0xfe }),
  ),
  'RSA: a short padding with something behind the hash': block(trailing),
  'RSA: another hash in the padding': block((digest, size) =>
    padded(size, Buffer.concat([sha1Info, digest.subarray(0, 20)])),
  ),
  'RSA: no NULL beside the hash': block((digest, size) =>
    padded(size, Buffer.concat([shortInfo, Buffer.of(4, 32), digest])),
  ),
  'RSA: lengths in the long form': block((digest, size) => padded(size, Buffer.concat([longInfo, digest]))),
  'RSA: the hash without its name': block((digest, size) => padded(size, digest)),
  'RSA: the hash in the clear': by('RS256', (good) => {
    const size = modulusBytes(good.privateKey);
    return padded(size, Buffer.concat([sha256Info, hash('sha256', inputOf(good), 'buffer')]));
  }),
  'RSA: by PSS': by('RS256', (good) =>
    sign('sha256', Buffer.from(inputOf(good)), {
      key: good.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    }),
  ),
  'RSA: by SHA-512': by('RS256', (good) => sign('sha512', Buffer.from(inputOf(good)), good.privateKey)),
  'RSA: a signature of one': by('RS256', (good) => bytesFrom(1n, modulusBytes(good.privateKey))),
  'RSA: the modulus less one': by('RS256', (good) =>
    bytesFrom(modulusOf(good) - 1n, modulusBytes(good.privateKey)),
  ),
  'RSA: the modulus was added': by('RS256', (good) => {
    const sum = numberOf(bytesOf(good)) + modulusOf(good);
    const size = modulusBytes(good.privateKey);
    return bytesFrom(sum, sum >= 1n << BigInt(size * 8) ? size + 1 : size);
  }),
};
