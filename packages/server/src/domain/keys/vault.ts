/**
 * The vault: everything that is derived from, or sealed under, the one master key. It knows labels, not meanings.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { utf8 } from '../../base/bytes.ts';
import type { Secret } from '../../base/secret.ts';

/** Derives keys and seals small values. */
export interface Vault {
  /** A 32-byte key for one purpose (HKDF-SHA-256, RFC 5869). */
  derive(purpose: string): Uint8Array;
  /** Seals bytes for one purpose, bound to `context` (AES-256-GCM, NIST SP 800-38D). */
  seal(purpose: string, plain: Uint8Array, context: string): Uint8Array;
  /** Opens what was sealed for the same purpose and context; undefined when it is anything else. */
  open(purpose: string, sealed: Uint8Array, context: string): Uint8Array | undefined;
}

const nonceLength = 12;
const tagLength = 16;

/** Makes the vault of a master key of 32 bytes. */
export function createVault(master: Secret<Uint8Array>): Vault {
  const keys = new Map<string, Uint8Array>();
  const derive = (purpose: string): Uint8Array => {
    let key = keys.get(purpose);
    if (!key) {
      key = new Uint8Array(hkdfSync('sha256', master.reveal(), 'doorward', purpose, 32));
      keys.set(purpose, key);
    }
    return key;
  };
  return {
    derive,
    seal: (purpose, plain, context) => {
      const nonce = randomBytes(nonceLength);
      const cipher = createCipheriv('aes-256-gcm', derive(purpose), nonce).setAAD(utf8(context));
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open: (purpose, sealed, context) => {
      if (sealed.byteLength < nonceLength + tagLength) return undefined;
      const nonce = sealed.subarray(0, nonceLength);
      const decipher = createDecipheriv('aes-256-gcm', derive(purpose), nonce, { authTagLength: tagLength });
      decipher.setAAD(utf8(context)).setAuthTag(sealed.subarray(-tagLength));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(nonceLength, -tagLength)), decipher.final()]);
      } catch {
        // Another key or a changed byte: GCM tells no more than that, and neither do we.
        return undefined;
      }
    },
  };
}
