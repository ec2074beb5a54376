/** How Node's functions take a key of an algorithm. */
import type { KeyObject } from 'node:crypto';
import type { SigningAlgorithm } from '../settings.ts';

/** The hash of a JWS algorithm; EdDSA brings its own (RFC 8037 §3.1). */
export const digestOf = (algorithm: SigningAlgorithm): 'sha256' | null =>
  algorithm === 'EdDSA' ? null : 'sha256';

/** A key as Node's functions take it. */
export type KeyInput = KeyObject | { readonly key: KeyObject; readonly dsaEncoding: 'ieee-p1363' };

/** ECDSA is told to write R and S side by side (RFC 7518 §3.4); the others take a bare key, in half the time. */
export const keyFor = (algorithm: SigningAlgorithm, key: KeyObject): KeyInput =>
  algorithm === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key;
