/**
 * Who calls: the cookie that names a vault, and the one caller who needs none. The name of a vault is the digest of its
 * cookie, so that no listing of the files tells a cookie.
 */
import { hash, randomBytes } from 'node:crypto';
import { networkOf } from '@doorward/examples-kit';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

const cookie = 'token_client_vault';

/** How this machine is addressed, and the headers that plain curl does not send. */
const machine = /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|::1)$/;
const machineName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const telling = ['cookie', 'origin', 'sec-fetch-site', 'forwarded', 'x-forwarded-for'];

/** The name of the vault that the caller's cookie names; undefined without a cookie. */
export function vaultNameOf(c: Context): string | undefined {
  const value = getCookie(c, cookie);
  return value === undefined ? undefined : nameFor(value);
}

/** Makes the cookie of a new vault. `hand` puts it into the answer. */
export function newVaultCookie(): { name: string; hand: (c: Context) => void } {
  const value = randomBytes(32).toString('base64url');
  return {
    name: nameFor(value),
    hand: (c) => setCookie(c, cookie, value, { ...kept, secure: !isPlainLoopback(c) }),
  };
}

/** Takes the cookie from the browser. */
export const forgetVaultCookie = (c: Context): void =>
  void deleteCookie(c, cookie, { ...kept, secure: !isPlainLoopback(c) });

/**
 * Whether the caller is a program at this machine without a cookie, such as plain curl. A page in a browser is none,
 * whatever it says: browsers tell where a page is from, and a name that somebody let point here is not a name of this
 * machine. Who comes through a proxy is none either.
 */
export const isAtThisMachine = (c: Context): boolean =>
  machine.test(networkOf(c)) &&
  machineName.test(new URL(c.req.url).hostname) &&
  telling.every((header) => c.req.header(header) === undefined);

const kept = { httpOnly: true, sameSite: 'Lax', path: '/' } as const;

const nameFor = (value: string): string => hash('sha256', value, 'base64url');

function isPlainLoopback(c: Context): boolean {
  const { protocol, hostname } = new URL(c.req.url);
  return protocol === 'http:' && machineName.test(hostname);
}
