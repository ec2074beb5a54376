/** Keys of clients in tests, one of each algorithm that we verify with, and what they sign. */
import { constants, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { uuidv7 } from '../../packages/server/src/base/uuid.ts';

/** A key pair with its algorithm. */
export interface ClientKey {
  readonly algorithm: string;
  /** The public half. */
  readonly jwk: Readonly<Record<string, string>>;
  /** A compact JWS. */
  sign(header: Readonly<Record<string, unknown>>, claims: Readonly<Record<string, unknown>>): string;
}

const pairs = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  Ed25519: () => generateKeyPairSync('ed25519'),
};

const hashes: Readonly<Record<string, string>> = { ES384: 'sha384', ES512: 'sha512' };

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Makes a key of each algorithm. */
export const makeKeys = (): ClientKey[] =>
  Object.entries(pairs).map(([algorithm, make]) => {
    const { publicKey, privateKey } = make();
    const digest = algorithm.startsWith('Ed') ? null : (hashes[algorithm] ?? 'sha256');
    const padding = algorithm === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
    return {
      algorithm,
      jwk: { ...(publicKey.export({ format: 'jwk' }) as Readonly<Record<string, string>>) },
      sign: (header, claims) => {
        const input = `${encode({ alg: algorithm, ...header })}.${encode(claims)}`;
        const options = { key: privateKey, dsaEncoding: 'ieee-p1363', ...padding } as const;
        return `${input}.${sign(digest, Buffer.from(input), options).toString('base64url')}`;
      },
    };
  });

/** The form fields by which a client proves itself with a key (RFC 7523 §2.2). `now` is milliseconds since 1970. */
export const assertionBy = (
  key: ClientKey,
  { clientId, issuer, now }: { clientId: string; issuer: string; now: number },
): Record<string, string> => ({
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: key.sign(
    { typ: 'JWT' },
    { iss: clientId, sub: clientId, aud: issuer, jti: randomUUID(), exp: Math.floor(now / 1000) + 60 },
  ),
});

/** The value of a `DPoP` header. `now` is milliseconds since 1970. */
export const proofBy = (
  key: ClientKey,
  { url, now, nonce }: { url: string; now: number; nonce?: string | undefined },
): string =>
  key.sign(
    { typ: 'dpop+jwt', jwk: key.jwk },
    { jti: uuidv7(now), htm: 'POST', htu: url, iat: Math.floor(now / 1000), nonce },
  );
