/**
 * JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037 §2): the public half as a document, and its thumbprint.
 */
import { hash, type KeyObject } from 'node:crypto';

/** A public key as it stands in a JWKS. */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly alg: string;
  readonly use: 'sig';
  readonly [parameter: string]: string;
}

/** The required members of each key type, in the order that RFC 7638 §3.2 asks for. */
const required: Readonly<Record<string, readonly string[]>> = {
  OKP: ['crv', 'kty', 'x'],
  EC: ['crv', 'kty', 'x', 'y'],
  RSA: ['e', 'kty', 'n'],
};

/**
 * The public JWK of a key, named by its RFC 7638 thumbprint. Throws a TypeError for a key type that no access token
 * is signed with.
 */
export function publicJwk(key: KeyObject, algorithm: string): PublicJwk {
  const exported: Readonly<Record<string, unknown>> = { ...key.export({ format: 'jwk' }) };
  const members = required[String(exported['kty'])];
  if (!members) throw new TypeError(`no JWK for keys of type ${String(exported['kty'])}`);
  const parameters = Object.fromEntries(members.map((name) => [name, String(exported[name])]));
  const kid = hash('sha256', JSON.stringify(parameters), 'base64url');
  return { ...parameters, kty: String(exported['kty']), kid, alg: algorithm, use: 'sig' };
}
