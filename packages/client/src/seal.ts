/**
 * Encryption at rest: AES-256-GCM (NIST SP 800-38D) with a fresh nonce for every text, so that a changed byte is noticed.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
/** Stands before every sealed text and is authenticated with it. */
const label = 'doorward-client-1.';
/** Lengths in bytes. */
const [nonceLength, tagLength] = [12, 16];

/** Encrypts a text under a key of 32 bytes. */
export function sealed(key: Uint8Array, text: string): string {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(label));
  const parts = [nonce, cipher.update(text, 'utf8'), cipher.final()];
  return label + Buffer.concat([...parts, cipher.getAuthTag()]).toString('base64url');
}

/** Decrypts it; undefined unless it was sealed under this key and is whole. */
export function unsealed(key: Uint8Array, text: string): string | undefined {
  const bytes = Buffer.from(text.slice(label.length), 'base64url');
  if (!text.startsWith(label) || bytes.length < nonceLength + tagLength) return undefined;
  const [nonce, end] = [bytes.subarray(0, nonceLength), bytes.length - tagLength];
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength });
  decipher.setAAD(Buffer.from(label)).setAuthTag(bytes.subarray(end));
  const opened = decipher.update(bytes.subarray(nonceLength, end));
  try {
    return Buffer.concat([opened, decipher.final()]).toString('utf8');
  } catch {
    // The tag does not fit: another key, or a damaged file.
    return undefined;
  }
}
