/** Text that only the holder of a key can read, and that nobody else can change or move (AES-256-GCM). */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
/** Bytes of the nonce and of the tag (NIST SP 800-38D §8.2, §5.2.1.2). */
const nonceLength = 12;
const tagLength = 16;

/** Closes and opens texts. A label is not secret: it says what the text belongs to, and both sides must name it. */
export interface Seal {
  /** Nonce, tag and ciphertext, in this order. */
  close(text: string, label: string): Uint8Array;
  /** Throws when the key or the label is another, or when a bit was changed. */
  open(sealed: Uint8Array, label: string): string;
}

/** A seal under a secret of any length. */
export function createSeal(secret: string): Seal {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'instructions of cupcakes', 32));
  return {
    close: (text, label) => {
      const nonce = randomBytes(nonceLength);
      const closing = createCipheriv(cipher, key, nonce, { authTagLength: tagLength }).setAAD(
        Buffer.from(label),
      );
      const body = Buffer.concat([closing.update(text, 'utf8'), closing.final()]);
      return Buffer.concat([nonce, closing.getAuthTag(), body]);
    },
    open: (sealed, label) => {
      const body = nonceLength + tagLength;
      const opening = createDecipheriv(cipher, key, sealed.subarray(0, nonceLength), {
        authTagLength: tagLength,
      })
        .setAAD(Buffer.from(label))
        .setAuthTag(sealed.subarray(nonceLength, body));
      return Buffer.concat([opening.update(sealed.subarray(body)), opening.final()]).toString('utf8');
    },
  };
}
