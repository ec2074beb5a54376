/**
 * A virtual authenticator with its browser (WebAuthn Level 3, §6, §5.8.1): it makes keys, signs challenges and can be wrong in
 * every bit on purpose.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What may be wrong, or other than usual. Each is laid over what would be right. */
export interface Mood {
  readonly origin?: string;
  /** Hashed into the authenticator data. */
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  /** Members of the client data beside the usual ones. */
  readonly clientData?: Readonly<Record<string, unknown>>;
  readonly userPresent?: boolean;
  readonly userVerified?: boolean;
  readonly backupEligible?: boolean;
  readonly backedUp?: boolean;
  readonly counter?: number;
  /** base64url; null leaves it out. */
  readonly userHandle?: string | null;
  readonly credentialId?: string;
  /** The COSE algorithm that the key says it is for. */
  readonly algorithm?: number;
  readonly fmt?: string;
  readonly attStmt?: ReadonlyMap<string, unknown>;
  /** Changes the last byte of the signature. */
  readonly forged?: boolean;
}

/** A key that was made for an account. */
export interface Credential {
  readonly id: string;
  readonly key: KeyObject;
  readonly userHandle: string;
  counter: number;
}

/** Options as a server sends them. */
export interface Options {
  readonly challenge: string;
  readonly rp?: { readonly id?: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** CBOR (RFC 8949), as much as authenticators need. */
function cbor(value: unknown): Buffer {
  const head = (major: number, length: number): Buffer =>
    length < 24
      ? Buffer.from([(major << 5) | length])
      : length < 256
        ? Buffer.from([(major << 5) | 24, length])
        : Buffer.from([(major << 5) | 25, length >> 8, length & 255]);
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.byteLength), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  if (value instanceof Map)
    return Buffer.concat([
      head(5, value.size),
      ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)]),
    ]);
  throw new TypeError('no CBOR for this');
}

function coseKey(key: KeyObject, algorithm: number): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const entries: [number, unknown][] = [
    [1, 2],
    [3, algorithm],
    [-1, 1],
    [-2, Buffer.from(x, 'base64url')],
    [-3, Buffer.from(y, 'base64url')],
  ];
  return cbor(new Map(entries));
}

function flagsOf(mood: Mood, hasKey: boolean): number {
  const { userPresent = true, userVerified = true, backupEligible = true, backedUp = false } = mood;
  const bits = [userPresent, false, userVerified, backupEligible, backedUp, false, hasKey];
  return bits.reduce((flags, on, at) => flags | (on ? 1 << at : 0), 0);
}

function authenticatorData(
  mood: Mood,
  { rpId, counter, key }: { rpId: string; counter: number; key?: Buffer },
): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(mood.counter ?? counter);
  const hash = createHash('sha256')
    .update(mood.rpId ?? rpId)
    .digest();
  return Buffer.concat([
    hash,
    Buffer.from([flagsOf(mood, key !== undefined)]),
    count,
    key ?? Buffer.alloc(0),
  ]);
}

const clientData = (mood: Mood, right: { type: string; challenge: string; origin: string }): Buffer =>
  Buffer.from(
    JSON.stringify({
      type: mood.type ?? right.type,
      challenge: mood.challenge ?? right.challenge,
      origin: mood.origin ?? right.origin,
      crossOrigin: false,
      ...mood.clientData,
    }),
  );

/** Makes a key and what `navigator.credentials.create()` gives. */
export function create(
  origin: string,
  options: Options,
  mood: Mood = {},
): { readonly credential: Credential; readonly answer: Record<string, unknown> } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = mood.credentialId ?? base64url(randomBytes(32));
  const idBytes = Buffer.from(id, 'base64url');
  const length = Buffer.from([idBytes.length >> 8, idBytes.length & 255]);
  const key = Buffer.concat([Buffer.alloc(16), length, idBytes, coseKey(publicKey, mood.algorithm ?? -7)]);
  const authData = authenticatorData(mood, { rpId: options.rp?.id ?? '', counter: 0, key });
  const attestation = new Map<string, unknown>([
    ['fmt', mood.fmt ?? 'none'],
    ['attStmt', mood.attStmt ?? new Map()],
    ['authData', authData],
  ]);
  const data = clientData(mood, { type: 'webauthn.create', challenge: options.challenge, origin });
  return {
    credential: { id, key: privateKey, userHandle: options.user?.id ?? '', counter: mood.counter ?? 0 },
    answer: {
      id,
      rawId: id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(data),
        attestationObject: base64url(cbor(attestation)),
        transports: ['internal', 'hybrid'],
      },
    },
  };
}

/** Signs a challenge and makes what `navigator.credentials.get()` gives. */
export function get(
  origin: string,
  options: Options,
  { credential, mood = {} }: { readonly credential: Credential; readonly mood?: Mood },
): Record<string, unknown> {
  const authData = authenticatorData(mood, { rpId: options.rpId ?? '', counter: credential.counter });
  const data = clientData(mood, { type: 'webauthn.get', challenge: options.challenge, origin });
  const signed = Buffer.concat([authData, createHash('sha256').update(data).digest()]);
  const signature = sign('sha256', signed, credential.key);
  if (mood.forged) signature.writeUInt8(signature.readUInt8(signature.length - 1) ^ 1, signature.length - 1);
  const handle = mood.userHandle === undefined ? credential.userHandle : mood.userHandle;
  const id = mood.credentialId ?? credential.id;
  return {
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: base64url(data),
      authenticatorData: base64url(authData),
      signature: base64url(signature),
      userHandle: handle,
    },
  };
}
