import { timingSafeEqual } from 'node:crypto';

/**
 * Text of bytes in base64url without padding (RFC 4648 §5).
 */
export const toBase64url = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');

/**
 * Bytes of a base64url text, or undefined unless the text is the one canonical spelling of those bytes:
 * no padding, no white space, no foreign letters, unused trailing bits zero (RFC 4648 §3.5).
 */
export function fromBase64url(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** The UTF-8 bytes of a text. */
export const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/**
 * Whether two byte strings are equal, in a time that depends on their length alone.
 */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.byteLength === b.byteLength && timingSafeEqual(a, b);

/**
 * Whether two texts of ASCII letters are equal, in a time that depends on their length alone. Beside `equalBytes` for
 * texts that are compared with every request: it allocates nothing.
 */
export function equalText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at += 1) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
