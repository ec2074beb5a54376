/**
 * Opaque handles: session cookie, opaque access token, refresh token, API key, set-up link, mail link and those of OAuth have one
 * shape.
 *
 *     dw_rt_ + base64url( locator 16 bytes | random 32 bytes | check 6 bytes )
 *
 * The prefix names the kind for secret scanners. The locator is the id of the row, so that the database compares no
 * secret while it searches. One keyed hash over kind, locator and random part gives both the digest that the store
 * keeps and the check part that refuses forgeries before the store is asked. 54 bytes are 72 letters without
 * a spare bit: each handle has one spelling.
 */
import { hash, randomFillSync } from 'node:crypto';
import { equalText } from '../../base/bytes.ts';
import { formatUuid, uuidBytes } from '../../base/uuid.ts';
import type { Vault } from '../keys/vault.ts';

/** The prefixes, by what the handle is for. */
export const handlePrefixes = {
  session: 'dw_sc_',
  access: 'dw_at_',
  refresh: 'dw_rt_',
  'api-key': 'dw_ak_',
  'set-up': 'dw_su_',
  'client-secret': 'dw_cs_',
  authorization: 'dw_ar_',
  code: 'dw_co_',
  device: 'dw_dc_',
  'client-token': 'dw_ct_',
  registration: 'dw_rg_',
  'registration-token': 'dw_ri_',
  ticket: 'dw_mt_',
  asker: 'dw_ma_',
  'remembered-device': 'dw_rd_',
} as const;

/** What a handle is for. */
export type HandleKind = keyof typeof handlePrefixes;

/** A handle that was made or read. */
export interface Handle {
  /** What travels. A secret: it goes to its owner and nowhere else. */
  readonly text: string;
  /** The id of the row it names. */
  readonly locator: string;
  /** What the store keeps: 33 bytes in base64url. */
  readonly digest: string;
}

/** Makes and reads handles. */
export interface Handles {
  mint(kind: HandleKind, locator: string): Handle;
  /** The same input gives the same handle again; without the secret `from` nobody can foresee it. */
  derive(kind: HandleKind, locator: string, from: Handle): Handle;
  /** Undefined unless the text is a handle of this kind that this server made. */
  read(kind: HandleKind, text: string): Handle | undefined;
}

const keyLength = 32;
const locatorLength = 16;
const randomLength = 32;
const bodyLength = locatorLength + randomLength;
const checkLength = 6;
/** In letters; whole groups of three bytes, so that texts can be cut instead of bytes. */
const letters = ((bodyLength + checkLength) / 3) * 4;
const bodyLetters = (bodyLength / 3) * 4;
/** As many letters as hold 32 bytes. */
const randomLetters = 43;
const digestLetters = 44;
const checkLetters = (checkLength / 3) * 4;
const alphabet = /^[A-Za-z0-9_-]+$/;

/** Key and body of one kind, side by side, to be hashed without allocating. */
interface Press {
  readonly whole: Buffer;
  readonly body: Buffer;
}

/** The presses of all kinds under one label, each made when it is first used. */
function pressesOf(vault: Vault, label: string): (kind: HandleKind) => Press {
  const presses = new Map<HandleKind, Press>();
  return (kind) => {
    let press = presses.get(kind);
    if (!press) {
      const whole = Buffer.concat([vault.derive(`${label} ${kind}`), Buffer.alloc(bodyLength)]);
      press = { whole, body: whole.subarray(keyLength) };
      presses.set(kind, press);
    }
    return press;
  };
}

/** Writes random parts into bodies. The bytes of many are drawn at once, since asking the system takes longer than the rest. */
function randomPool(): (body: Buffer, at: number) => void {
  const pool = Buffer.alloc(128 * randomLength);
  let used = pool.length;
  return (body, at) => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    pool.copy(body, at, used, used + randomLength);
    pool.fill(0, used, used + randomLength);
    used += randomLength;
  };
}

/** Makes the maker and reader of handles for a vault. */
export function createHandles(vault: Vault): Handles {
  const pressOf = pressesOf(vault, 'handle');
  const successorOf = pressesOf(vault, 'successor');
  const draw = randomPool();
  /** Of the body that stands in the press. */
  const printed = (kind: HandleKind, locator: string, { whole, body }: Press): Handle => {
    const { digest, check } = imprint(whole);
    return { text: handlePrefixes[kind] + body.toString('base64url') + check, locator, digest };
  };
  return {
    mint: (kind, locator) => {
      const press = pressOf(kind);
      press.body.set(uuidBytes(locator));
      draw(press.body, locatorLength);
      return printed(kind, locator, press);
    },
    derive: (kind, locator, from) => {
      const source = successorOf(kind);
      source.body.write(from.text.slice(-letters, -checkLetters), 'base64url');
      const random = hash('sha512', source.whole, 'base64url').slice(0, randomLetters);
      const press = pressOf(kind);
      press.body.set(locator === from.locator ? source.body.subarray(0, locatorLength) : uuidBytes(locator));
      press.body.write(random, locatorLength, randomLength, 'base64url');
      return printed(kind, locator, press);
    },
    read: (kind, text) => {
      const prefix = handlePrefixes[kind];
      if (text.length !== prefix.length + letters || !text.startsWith(prefix)) return undefined;
      const encoded = text.slice(prefix.length);
      // 72 letters have no spare bits: the alphabet is all there is to canonical spelling.
      if (!alphabet.test(encoded)) return undefined;
      const { whole, body } = pressOf(kind);
      body.write(encoded.slice(0, bodyLetters), 'base64url');
      const { digest, check } = imprint(whole);
      return equalText(check, encoded.slice(bodyLetters))
        ? { text, locator: formatUuid(body), digest }
        : undefined;
    },
  };
}

/**
 * SHA-512 over a key and a body of fixed length, cut to 39 of its 64 bytes: no length extension, and half the time of an
 * HMAC. The check part is no part of the digest.
 */
function imprint(whole: Buffer): { digest: string; check: string } {
  const print = hash('sha512', whole, 'base64url');
  return {
    digest: print.slice(0, digestLetters),
    check: print.slice(digestLetters, digestLetters + checkLetters),
  };
}
