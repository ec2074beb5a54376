import { randomUUID } from 'node:crypto';

/**
 * A UUID of version 7 (RFC 9562 §5.7): 48 bits of `now` (milliseconds since 1970), 74 random bits. Sorting by
 * it sorts by birth, so new rows land side by side in an index.
 */
export function uuidv7(now: number): string {
  const time = Math.trunc(now).toString(16).padStart(12, '0');
  // A random UUID has its version and variant at the same places (§5.4), and Node draws the bits of many at once.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** What sorts before every UUID of version 7 from `now` (milliseconds since 1970) on, and after all older ones. */
export function uuidsFrom(now: number): string {
  const hex = Math.max(0, now).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** The text of 16 bytes as a UUID (RFC 9562 §4). */
export function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 bytes of a UUID in its lower-case text form; the caller has checked it with `isUuid`. */
export const uuidBytes = (uuid: string): Uint8Array => Buffer.from(uuid.replaceAll('-', ''), 'hex');

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a UUID in its one lower-case form. */
export const isUuid = (text: string): boolean => pattern.test(text);
