/**
 * Compact JWS that others sign (RFC 7515 §7.1), taken apart strictly. Signatures are checked elsewhere, and claims are
 * not read before: this file keeps the payload as bytes until it is asked.
 */
import { isUtf8 } from 'node:buffer';
import { fromBase64url, utf8 } from '../../base/bytes.ts';
import { JsonFault, type JsonValue, parseJson } from '../json.ts';

/** The algorithms by which others may sign: all with a public key (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2). */
export const signatureAlgorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const;

/** One of them. */
export type SignatureAlgorithm = (typeof signatureAlgorithms)[number];

/** A JSON object. */
export type JsonObject = { readonly [name: string]: JsonValue };

/** A token taken apart, nothing of it believed yet. */
export interface CompactJws {
  readonly algorithm: SignatureAlgorithm;
  readonly header: JsonObject;
  /** What was signed. */
  readonly input: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** Tokens longer than this many characters are not looked at. */
const longest = 8192;

/**
 * Takes a compact JWS apart, or returns undefined: not three canonical base64url parts, an empty signature, a header
 * that is not strict JSON, an algorithm that is not one of ours, or a header member that is neither `alg` nor among
 * `members`. So `crit`, `b64`, `zip`, `jku`, `x5u` and `x5c` can never matter (RFC 8725 §3.1, §3.10). Linear.
 */
export function parseJws(token: string, members: readonly string[]): CompactJws | undefined {
  if (token.length > longest) return undefined;
  const parts = token.split('.', 4);
  if (parts.length !== 3) return undefined;
  const [encodedHeader, payload, signature] = parts.map(fromBase64url);
  if (!encodedHeader || !payload || !signature || signature.byteLength === 0) return undefined;
  const header = parseObject(encodedHeader);
  const algorithm = signatureAlgorithms.find((name) => name === header?.['alg']);
  if (!header || !algorithm) return undefined;
  if (!Object.keys(header).every((name) => name === 'alg' || members.includes(name))) return undefined;
  return { algorithm, header, payload, signature, input: utf8(token.slice(0, token.lastIndexOf('.'))) };
}

/**
 * Whether a token that a library has proven is spelled in the one way that a compact JWS is (RFC 7515 §7.1): three canonical
 * base64url parts, header and payload objects of strict JSON, and nothing that changes how they are read (RFC 7515 §4.1.11,
 * RFC 7797 §3). Libraries are more lenient, each in its own way.
 */
export function isStrictJws(token: string): boolean {
  const parts = token.split('.', 4);
  if (parts.length !== 3) return false;
  const [encodedHeader, payload, signature] = parts.map(fromBase64url);
  if (!encodedHeader || !payload || !signature || signature.byteLength === 0) return false;
  const header = parseObject(encodedHeader);
  if (!header || ['crit', 'b64', 'zip'].some((name) => Object.hasOwn(header, name))) return false;
  return parseObject(payload) !== undefined;
}

/**
 * The object that some bytes spell as strict JSON in UTF-8, or undefined. For the payload of a JWS whose signature is
 * proven these are its claims (RFC 7519 §7.2).
 */
export function parseObject(bytes: Uint8Array): JsonObject | undefined {
  if (!isUtf8(bytes)) return undefined;
  try {
    const value = parseJson(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

/** Whether a JSON value is an object. */
export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a claim is a NumericDate: seconds since 1970, perhaps with a fraction (RFC 7519 §2). */
export const isNumericDate = (value: JsonValue | undefined): value is number =>
  typeof value === 'number' && value >= 0;

/** Whether a claim names exactly one audience, and this one: as a text or as the only entry of a list (RFC 7519 §4.1.3). */
export const isOnlyAudience = (value: JsonValue | undefined, audience: string): boolean =>
  value === audience || (Array.isArray(value) && value.length === 1 && value[0] === audience);
