/**
 * Cookies as this system sets them: out of reach of scripts, and not sent along when another site posts something.
 */
import type { Context } from 'hono';
import { setCookie } from 'hono/cookie';
import { sessionCookie } from './carrier.ts';

/** A cookie to be set; without `maxAge` (seconds) it lives as long as the browser runs. */
export interface NewCookie {
  readonly name: string;
  readonly value: string;
  readonly maxAge?: number;
}

/** Sets a cookie. */
export function putCookie(c: Context, { name, value, maxAge }: NewCookie): void {
  const secure = !isPlainLoopback(new URL(c.req.url));
  const age = maxAge === undefined ? {} : { maxAge };
  setCookie(c, name, value, { path: '/', httpOnly: true, sameSite: 'Lax', secure, ...age });
}

/** Takes the token away from the browser. */
export const clearSession = (c: Context): void => putCookie(c, { name: sessionCookie, value: '', maxAge: 0 });

/** On this machine alone nobody listens on the way, and a cookie without `Secure` is no risk. */
const isPlainLoopback = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
