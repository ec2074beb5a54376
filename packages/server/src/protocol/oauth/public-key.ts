/**
 * Public keys that others show us: in a DPoP proof, in the key set of a client (RFC 7517, RFC 7518 §6, RFC 8037 §2).
 * They are kept as their required members alone, named by their thumbprint (RFC 7638). Whether a point is on its curve
 * is found out by whoever imports the key.
 */
import { hash } from 'node:crypto';
import { fromBase64url } from '../../base/bytes.ts';
import type { JsonValue } from '../json.ts';
import { isJsonObject, type JsonObject, type SignatureAlgorithm } from './jws.ts';

/** A public key. */
export interface PublicKey {
  /** The required members, in the order of RFC 7638 §3.2. */
  readonly jwk: Readonly<Record<string, string>>;
  /** RFC 7638, with SHA-256. */
  readonly thumbprint: string;
  readonly keyId: string | undefined;
  /** The one algorithm that it is for, when it says so. */
  readonly algorithm: string | undefined;
}

/** What makes a kind of key: its members beside `kty` and `crv`, and how many bytes they have. */
interface Kind {
  readonly algorithms: readonly SignatureAlgorithm[];
  readonly coordinates: readonly string[];
  readonly bytes: number;
}

const kinds: ReadonlyMap<string, Kind> = new Map([
  ['EC P-256', { algorithms: ['ES256'], coordinates: ['x', 'y'], bytes: 32 }],
  ['EC P-384', { algorithms: ['ES384'], coordinates: ['x', 'y'], bytes: 48 }],
  ['EC P-521', { algorithms: ['ES512'], coordinates: ['x', 'y'], bytes: 66 }],
  ['OKP Ed25519', { algorithms: ['EdDSA', 'Ed25519'], coordinates: ['x'], bytes: 32 }],
]);
const rsaAlgorithms: readonly SignatureAlgorithm[] = ['RS256', 'PS256'];

/** RFC 7518 §6.2.2, §6.3.2, §6.4.1: the members that only an owner has. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Whether a JWK shows more than its public half, or is a shared secret. */
const isPrivate = (jwk: JsonObject): boolean => privateMembers.some((name) => Object.hasOwn(jwk, name));

/**
 * The public key in a JWK, or undefined: a private member, a type we do not verify with, coordinates that are not of
 * their one length and spelling, an RSA modulus outside 2048 to 4096 bits or an exponent other than 65537, or a key that
 * is not for signatures (RFC 7517 §4.2, §4.3; RFC 8725 §3.5).
 */
export function parsePublicKey(value: JsonValue | undefined): PublicKey | undefined {
  if (!isJsonObject(value) || isPrivate(value)) return undefined;
  const { use = 'sig', key_ops: operations = ['verify'], kid, alg } = value;
  if (use !== 'sig' || !Array.isArray(operations) || !operations.includes('verify')) return undefined;
  if (!isOptionalText(kid) || !isOptionalText(alg)) return undefined;
  const jwk = value['kty'] === 'RSA' ? rsaMembers(value) : curveMembers(value);
  return jwk && { jwk, thumbprint: thumbprintOf(jwk), keyId: kid, algorithm: alg };
}

const isOptionalText = (value: JsonValue | undefined): value is string | undefined =>
  value === undefined || typeof value === 'string';

function rsaMembers({ n, e }: JsonObject): Readonly<Record<string, string>> | undefined {
  const modulus = typeof n === 'string' ? fromBase64url(n) : undefined;
  const [first = 0] = modulus ?? [];
  const bits = (modulus?.byteLength ?? 0) * 8 - Math.clz32(first) + 24;
  if (typeof n !== 'string' || e !== 'AQAB' || first === 0 || bits < 2048 || bits > 4096) return undefined;
  return { e, kty: 'RSA', n };
}

function curveMembers(value: JsonObject): Readonly<Record<string, string>> | undefined {
  const { kty, crv } = value;
  if (typeof kty !== 'string' || typeof crv !== 'string') return undefined;
  const kind = kinds.get(`${kty} ${crv}`);
  if (!kind) return undefined;
  const jwk: Record<string, string> = { crv, kty };
  for (const name of kind.coordinates) {
    const text = value[name];
    if (typeof text !== 'string' || fromBase64url(text)?.byteLength !== kind.bytes) return undefined;
    jwk[name] = text;
  }
  return jwk;
}

/** RFC 7638 §3: the members are already the required ones, in lexicographic order. */
const thumbprintOf = (jwk: Readonly<Record<string, string>>): string =>
  hash('sha256', JSON.stringify(jwk), 'base64url');

/**
 * Whether a key may be used with an algorithm: its type fits, and so does the algorithm that it names, if any (RFC 8725
 * §3.1). So a signature can never be checked by a rule that the key is not for.
 */
export function isKeyFor({ jwk, algorithm }: PublicKey, wanted: SignatureAlgorithm): boolean {
  if (algorithm !== undefined && algorithm !== wanted) return false;
  const { kty = '', crv } = jwk;
  return (kinds.get(`${kty} ${crv}`)?.algorithms ?? (kty === 'RSA' ? rsaAlgorithms : [])).includes(wanted);
}

const maxKeys = 50;

/**
 * The keys of a JWK set that we can verify with (RFC 7517 §5: others are ignored), or undefined: not a key set, more
 * than 50 keys, a private member or shared secret anywhere in it, or one `kid` twice.
 */
export function parseKeySet(value: JsonValue | undefined): readonly PublicKey[] | undefined {
  const list = isJsonObject(value) ? value['keys'] : undefined;
  if (!Array.isArray(list) || list.length > maxKeys) return undefined;
  const objects = list.filter(isJsonObject);
  if (objects.length !== list.length || objects.some(isPrivate)) return undefined;
  const keys = objects.map(parsePublicKey).filter((key) => key !== undefined);
  const names = keys.map((key) => key.keyId).filter((name) => name !== undefined);
  return new Set(names).size === names.length ? keys : undefined;
}

/** Which key a token asks for. */
export interface KeyWanted {
  readonly algorithm: SignatureAlgorithm;
  readonly keyId: string | undefined;
}

/** The keys of a set that a token can be signed with: of its `kid`, when it names one, and for its algorithm. */
export const keysFor = (keys: readonly PublicKey[], { algorithm, keyId }: KeyWanted): readonly PublicKey[] =>
  keys.filter((key) => (keyId === undefined || key.keyId === keyId) && isKeyFor(key, algorithm));
