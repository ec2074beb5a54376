/**
 * Opaque handles: session cookie, opaque access token, refresh token, API key and set-up link have one shape.
 *
 *     dw_rt_ + base64url( locator 16 bytes | random 32 bytes | check 6 bytes )
 *
 * The prefix names the kind for secret scanners. The locator is the id of the row, so that the database compares no
 * secret while it searches. One keyed hash over kind, locator and random part gives both the digest that the store
 * keeps and the check part that refuses forgeries before the store is asked. 54 bytes are 72 letters without
 * a spare bit: each handle has one spelling.
 */
import { hash, randomBytes } from 'node:crypto';
import { equalBytes, fromBase64url, toBase64url } from '../../base/bytes.ts';
import { formatUuid, uuidBytes } from '../../base/uuid.ts';
import type { Vault } from '../keys/vault.ts';

/** The prefixes, by what the handle is for. */
export const handlePrefixes = {
  session: 'dw_sc_',
  access: 'dw_at_',
  refresh: 'dw_rt_',
  'api-key': 'dw_ak_',
  'set-up': 'dw_su_',
} as const;

/** What a handle is for. */
export type HandleKind = keyof typeof handlePrefixes;

/** A handle that was made or read. */
export interface Handle {
  /** What travels. A secret: it goes to its owner and nowhere else. */
  readonly text: string;
  /** The id of the row it names. */
  readonly locator: string;
  /** The 32 bytes that the store keeps. */
  readonly digest: Uint8Array;
  /** The random part, from which successors are derived. A secret. */
  readonly random: Uint8Array;
}

/** Makes and reads handles. */
export interface Handles {
  mint(kind: HandleKind, locator: string): Handle;
  /** The same input gives the same handle again; without the secret `from` nobody can foresee it. */
  derive(kind: HandleKind, locator: string, from: Handle): Handle;
  /** Undefined unless the text is a handle of this kind that this server made. */
  read(kind: HandleKind, text: string): Handle | undefined;
}

const locatorLength = 16;
const randomLength = 32;
const checkLength = 6;
const digestLength = 32;
const keyLength = 32;
const length = locatorLength + randomLength + checkLength;
const letters = (length / 3) * 4;

/** Makes the maker and reader of handles for a vault. */
export function createHandles(vault: Vault): Handles {
  // SHA-512 cut to 38 bytes over a key and an input of fixed length: no length extension, and half the time of HMAC.
  const keyed = new Map<HandleKind, Buffer>();
  const digestOf = (kind: HandleKind, body: Uint8Array): Buffer => {
    let input = keyed.get(kind);
    if (!input) {
      input = Buffer.concat([vault.derive(`handle ${kind}`), Buffer.alloc(locatorLength + randomLength)]);
      keyed.set(kind, input);
    }
    input.set(body, keyLength);
    return hash('sha512', input, 'buffer');
  };
  const build = (kind: HandleKind, locator: string, random: Uint8Array): Handle => {
    const bytes = Buffer.allocUnsafe(length);
    bytes.set(uuidBytes(locator), 0);
    bytes.set(random, locatorLength);
    const digest = digestOf(kind, bytes.subarray(0, locatorLength + randomLength));
    bytes.set(digest.subarray(digestLength, digestLength + checkLength), locatorLength + randomLength);
    return {
      text: handlePrefixes[kind] + toBase64url(bytes),
      locator,
      digest: digest.subarray(0, digestLength),
      random,
    };
  };
  return {
    mint: (kind, locator) => build(kind, locator, randomBytes(randomLength)),
    derive: (kind, locator, from) => {
      const key = vault.derive(`successor ${kind}`);
      const random = hash('sha512', Buffer.concat([key, uuidBytes(from.locator), from.random]), 'buffer');
      return build(kind, locator, random.subarray(0, randomLength));
    },
    read: (kind, text) => {
      const prefix = handlePrefixes[kind];
      if (text.length !== prefix.length + letters || !text.startsWith(prefix)) return undefined;
      const bytes = fromBase64url(text.slice(prefix.length));
      if (!bytes) return undefined;
      const digest = digestOf(kind, bytes.subarray(0, locatorLength + randomLength));
      const check = digest.subarray(digestLength, digestLength + checkLength);
      if (!equalBytes(check, bytes.subarray(locatorLength + randomLength))) return undefined;
      return {
        text,
        locator: formatUuid(bytes),
        digest: digest.subarray(0, digestLength),
        random: bytes.subarray(locatorLength, locatorLength + randomLength),
      };
    },
  };
}
