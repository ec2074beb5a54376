/**
 * Time-based one-time passwords (RFC 6238) in the one shape that every authenticator knows: HMAC-SHA-1, six digits,
 * thirty seconds. It knows steps and not clocks, and remembers nothing: that a step is good once is its caller's affair.
 */
import { createHmac } from 'node:crypto';
import { equalText } from '../base/bytes.ts';
import { toBase32 } from './base32.ts';

/** Bytes of a secret: as long as the hash (RFC 4226 §4, R6). */
export const totpSecretLength = 20;

const digits = 6;
const stepSeconds = 30;
/** Steps that the clock of an authenticator may differ, to either side (RFC 6238 §5.2). */
const drift = 1;

/** What a code looks like. */
const codeShape = /^\d{6}$/;

/** The step of a moment, milliseconds since 1970 (RFC 6238 §4.2). */
export const totpStep = (time: number): number => Math.floor(time / (stepSeconds * 1000));

/** The code of a step (RFC 4226 §5.3). */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = (mac.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 10 ** digits;
  return String(number).padStart(digits, '0');
}

/**
 * The step that a code is of, around the one of `now`, milliseconds since 1970; undefined when it is of none. Every step of
 * the window is compared, whichever matches first. Should two steps share a code, the later one is named: then neither works
 * again.
 */
export function matchTotp(secret: Uint8Array, code: string, now: number): number | undefined {
  if (!codeShape.test(code)) return undefined;
  const middle = totpStep(now);
  let matched: number | undefined;
  for (let step = Math.max(0, middle - drift); step <= middle + drift; step += 1)
    if (equalText(totpCode(secret, step), code)) matched = step;
  return matched;
}

/** A code without the spaces that people and programs put into it. */
export const bareTotp = (typed: string): string => typed.replaceAll(/[\s-]/g, '');

/**
 * The address that an authenticator reads from a QR code (Key URI Format of Google Authenticator). The label says whose
 * account it is and where; what stands at their defaults is written out, because some read nothing else.
 */
export function otpauthUri({
  secret,
  issuer,
  account,
}: {
  readonly secret: Uint8Array;
  /** The name of the service, without a colon. */
  readonly issuer: string;
  readonly account: string;
}): string {
  const name = (text: string): string => encodeURIComponent(text.replaceAll(':', ' '));
  const parameters = [
    `secret=${toBase32(secret)}`,
    `issuer=${name(issuer)}`,
    'algorithm=SHA1',
    `digits=${digits}`,
    `period=${stepSeconds}`,
  ];
  return `otpauth://totp/${name(issuer)}:${name(account)}?${parameters.join('&')}`;
}
