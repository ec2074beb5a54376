import { isUtf8 } from 'node:buffer';
import { isInterchangeText } from './text.ts';

/*
 * The `Authorization` header and its answer, `WWW-Authenticate` (RFC 9110 §11.6, RFC 6750, RFC 7617). It says what
 * was presented, never whether it is good.
 */

/** What an `Authorization` header presents. */
export type Authorization =
  | { readonly scheme: 'bearer'; readonly token: string }
  | { readonly scheme: 'basic'; readonly identifier: string; readonly password: string }
  /** Well formed, of a scheme that we do not speak. */
  | { readonly scheme: 'other' }
  | { readonly scheme: 'malformed' };

const malformed: Authorization = { scheme: 'malformed' };
const other: Authorization = { scheme: 'other' };

/** RFC 6750 §2.1, b64token. */
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/;
/** RFC 9110 §5.6.2, token. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110 §11.2, the start of an auth-param. */
const parameterStart = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*=/;
const control = /\p{Cc}/u;

/**
 * Reads an `Authorization` header (RFC 9110 §11.6.2); undefined when there is none. The scheme is read without
 * regard to case and followed by exactly one space. Two headers that were joined by a comma are malformed,
 * because two readers could pick different ones. Never throws.
 */
export function parseAuthorization(header: string | undefined): Authorization | undefined {
  if (header === undefined) return undefined;
  if (header.startsWith('Bearer ')) return bearer(header.slice(7));
  const space = header.indexOf(' ');
  const scheme = (space === -1 ? header : header.slice(0, space)).toLowerCase();
  const rest = space === -1 ? '' : header.slice(space + 1);
  if (scheme === 'bearer') return bearer(rest);
  if (scheme === 'basic') return basic(rest);
  return token.test(scheme) && isOneCredential(rest) ? other : malformed;
}

const bearer = (text: string): Authorization =>
  b64token.test(text) ? { scheme: 'bearer', token: text } : malformed;

/** RFC 7617 §2: base64 of `identifier:password` in UTF-8, without control characters. */
function basic(text: string): Authorization {
  const bytes = Buffer.from(text, 'base64');
  // Encoding again refuses whatever the decoder forgave: spaces, foreign letters, missing padding.
  if (bytes.toString('base64') !== text || !isUtf8(bytes)) return malformed;
  const pair = bytes.toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 1 || control.test(pair) || !isInterchangeText(pair)) return malformed;
  return { scheme: 'basic', identifier: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

/** Whether every part after a comma outside quotes is a parameter and not the start of further credentials. */
function isOneCredential(text: string): boolean {
  let quoted = false;
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const unit = text[at];
    if (quoted && unit === '\\') at++;
    else if (unit === '"') quoted = !quoted;
    else if (unit === undefined || (unit === ',' && !quoted)) {
      if (start !== -1 && !isParameter(text.slice(start, at))) return false;
      start = at + 1;
    }
  }
  return !quoted;
}

const isParameter = (part: string): boolean => {
  const trimmed = part.trim();
  return trimmed === '' || parameterStart.test(trimmed);
};

/** What a `WWW-Authenticate` header says. */
export interface Challenge {
  readonly scheme: 'Bearer' | 'Basic';
  readonly realm: string;
  /** A code of RFC 6750 §3.1. */
  readonly error?: string | undefined;
  readonly errorDescription?: string | undefined;
  /** Scopes that are needed, with one space between them. */
  readonly scope?: string | undefined;
}

/**
 * The value of a `WWW-Authenticate` header (RFC 9110 §11.6.1, RFC 6750 §3, RFC 7617 §2.1). Throws RangeError when
 * the realm is not printable ASCII, or another part has characters that RFC 6750 §3 does not allow there.
 */
export function challenge({ scheme, realm, error, errorDescription, scope }: Challenge): string {
  if (!/^[ -~]*$/.test(realm)) throw new RangeError('the realm is not printable ASCII');
  const parts = [`${scheme} realm="${realm.replaceAll(/["\\]/g, '\\$&')}"`];
  if (scheme === 'Basic') parts.push('charset="UTF-8"');
  for (const [name, value] of [
    ['error', error],
    ['error_description', errorDescription],
    ['scope', scope],
  ] as const) {
    if (value === undefined) continue;
    // RFC 6750 §3: neither quote nor backslash is allowed here, so there is nothing to escape.
    if (!/^[ !#-[\]-~]+$/.test(value)) throw new RangeError(`${name} has characters that are not allowed`);
    parts.push(`${name}="${value}"`);
  }
  return parts.join(', ');
}
