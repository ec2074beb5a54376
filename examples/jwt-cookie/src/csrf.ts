/**
 * Keeping forged forms out. A browser sends cookies by itself, so another site could have it post our forms: to log a
 * visitor out, or to log them in to the attacker's account, which they would then fill with their own secrets.
 *
 * Whatever a browser can be made to send shows that it comes from a browser:
 *
 * - a form on another page asks for a page: `Accept` names `text/html`, and the form cannot change that;
 * - a script on another page can choose `Accept`, but every POST of a script says `Origin`, and it cannot change that.
 *
 * A request with neither was written by a program such as curl. Nobody planted it in a browser, so it needs no proof.
 * Every other one must come from this site, and hold the token of a form that was handed to this browser.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Fields, textOf } from '@doorward/examples-kit';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { putCookie } from './cookies.ts';

/** Says nothing about anybody. It only is not known to other sites. */
const formCookie = 'session_form';

/** The token for the hidden field of a form. It belongs to a cookie, which the browser gets unless it has one. */
export function openForm(key: Uint8Array, c: Context): string {
  const known = formCookieOf(c);
  if (known !== undefined) return tokenOf(key, known);
  const value = randomBytes(32).toString('base64url');
  putCookie(c, { name: formCookie, value });
  return tokenOf(key, value);
}

/** Whether a page of somebody else may have made a browser post this. */
export function mayBeForged(key: Uint8Array, c: Context, fields: Fields): boolean {
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  if (site === undefined && origin === undefined && !wantsPage(c)) return false;
  if (site !== undefined && site !== 'same-origin') return true;
  if (origin !== undefined && URL.parse(origin)?.host !== new URL(c.req.url).host) return true;
  const cookie = formCookieOf(c);
  return cookie === undefined || !isEqual(textOf(fields, 'token') ?? '', tokenOf(key, cookie));
}

/** Whether a person looks at the answer: browsers ask for `text/html` by name, programs do not. */
export const wantsPage = (c: Context): boolean => /\btext\/html\b/i.test(c.req.header('accept') ?? '');

/** The cookie as we made it: 256 random bits, or it belongs to no form. */
function formCookieOf(c: Context): string | undefined {
  const value = getCookie(c, formCookie);
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/** Only we can compute it. The space keeps it apart from JWTs, signed with the same key: what they sign has none. */
const tokenOf = (key: Uint8Array, cookie: string): string =>
  createHmac('sha256', key).update(`form ${cookie}`).digest('base64url');

/** In a time that does not tell how much was right. */
function isEqual(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
