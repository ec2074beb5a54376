/*
 * Cookies on the wire (RFC 6265bis). It owns their grammar and the attributes we promise; it knows nothing of
 * what a cookie holds.
 */

/** 400 days, in seconds: RFC 6265bis §5.5 lets browsers keep nothing longer. */
const longestAge = 34_560_000;
/** RFC 6265bis §5.6: browsers drop a cookie whose name and value together are longer, in bytes. */
const longestPair = 4096;
/** RFC 6265bis §5.6: browsers ignore an attribute whose value is longer, in bytes. */
const longestAttribute = 1024;

/**
 * The value of the cookie called exactly `name` (case counts) in a `Cookie` header, or undefined. A name that
 * stands there twice with different values gives undefined: one of them was planted, and order proves nothing
 * (RFC 6265bis §4.2.2). Quotes are part of the value. Linear, without a map of the others.
 */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined || name === '') return undefined;
  let found: string | undefined;
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, at + 1)) {
    const equals = at + name.length;
    if (header[equals] !== '=' || !beginsPair(header, at)) continue;
    const end = header.indexOf(';', equals);
    const value = header.slice(equals + 1, end === -1 ? undefined : end).trim();
    if (found !== undefined && found !== value) return undefined;
    found = value;
  }
  return found;
}

/** Whether only white space stands between `at` and the semicolon or the start before it. */
function beginsPair(header: string, at: number): boolean {
  let before = at - 1;
  while (header[before] === ' ' || header[before] === '\t') before--;
  return before < 0 || header[before] === ';';
}

/** The attributes by which a browser tells one cookie from another and guards it. */
export interface CookieAttributes {
  readonly name: string;
  readonly sameSite: 'Lax' | 'Strict';
  /** Sent over HTTPS alone. */
  readonly secure: boolean;
  /** Hidden from scripts; true unless said otherwise. */
  readonly httpOnly?: boolean | undefined;
  /** `/` unless said otherwise. */
  readonly path?: string | undefined;
}

/** A cookie to be set. */
export interface NewCookie extends CookieAttributes {
  readonly value: string;
  /** Seconds, at most 400 days; without it the cookie lives as long as the browser runs. */
  readonly maxAge?: number | undefined;
}

/** RFC 9110 §5.6.2, token. */
const namePattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 6265bis §4.1.1, cookie-octet. */
const valuePattern = /^[!#-+\--:<-[\]-~]*$/;
/** RFC 6265bis §4.1.1, path-value, absolute. */
const pathPattern = /^\/[ -:<-~]*$/;

/**
 * The value of a `Set-Cookie` header (RFC 6265bis §4.1.1), never with Domain. Throws RangeError, without the
 * value, for what a browser would drop or read differently: illegal characters, name and value above 4096
 * bytes, a Max-Age that is not a whole number of seconds from 0 to 400 days, or a `__Host-` or `__Secure-` name
 * whose promise the attributes break (§4.1.3).
 */
export function setCookie(cookie: NewCookie): string {
  const { name, value, maxAge, sameSite, secure, httpOnly = true, path = '/' } = cookie;
  if (!namePattern.test(name)) throw new RangeError('the cookie name is not a token');
  if (!valuePattern.test(value)) throw new RangeError(`the value of cookie ${name} has illegal characters`);
  if (name.length + value.length > longestPair) throw new RangeError(`cookie ${name} is too long`);
  if (!pathPattern.test(path) || path.length > longestAttribute)
    throw new RangeError(`the path of cookie ${name} is not valid`);
  if (!keepsPromise(name, secure, path))
    throw new RangeError(`the attributes of cookie ${name} break the promise of its name`);
  if (maxAge !== undefined && !(Number.isInteger(maxAge) && maxAge >= 0 && maxAge <= longestAge))
    throw new RangeError(`the Max-Age of cookie ${name} is not within 400 days`);
  const age = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  return `${name}=${value}; Path=${path}${age}; SameSite=${sameSite}${httpOnly ? '; HttpOnly' : ''}${secure ? '; Secure' : ''}`;
}

/** Browsers compare these prefixes without regard to case (RFC 6265bis §5.4). */
function keepsPromise(name: string, secure: boolean, path: string): boolean {
  const lower = name.toLowerCase();
  if (lower.startsWith('__host-')) return secure && path === '/';
  return secure || !lower.startsWith('__secure-');
}

/**
 * The value of a `Set-Cookie` header that removes a cookie (RFC 6265bis §4.1.2.2). The attributes must be those
 * it was set with, else the browser keeps it. Throws RangeError as `setCookie` does.
 */
export const clearCookie = (cookie: CookieAttributes): string =>
  setCookie({ ...cookie, value: '', maxAge: 0 });

/**
 * The name under which a cookie travels: over HTTPS with the prefix that binds it to this very host (RFC 6265bis
 * §4.1.3.2), over plain HTTP in development without it.
 */
export const cookieName = (base: string, secure: boolean): string => (secure ? `__Host-${base}` : base);
