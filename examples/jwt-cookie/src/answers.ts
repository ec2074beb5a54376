/**
 * What there is to see: pages for people, and the words of the token check.
 */
import { readFile } from 'node:fs/promises';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { clearSession } from './cookies.ts';
import { openForm } from './csrf.ts';
import { type Html, homePage, loginPage } from './pages.ts';
import { type Parts, whoAsks } from './visitor.ts';

/** `GET /` and `GET /home`: who is logged in; else the login page, which says why it is there. */
export async function showHome(parts: Parts, c: Context): Promise<Response> {
  const visitor = await whoAsks(parts, c);
  if (typeof visitor === 'string') {
    if (visitor !== 'missing') clearSession(c);
    return showLogin(parts, c, { message: pageWords[visitor] });
  }
  const { name, session } = visitor;
  const token = openForm(parts.key, c);
  return sendPage(c, homePage({ token, name, until: new Date(session.expiresAt) }));
}

const pageWords = {
  missing: undefined,
  expired: 'Session expired. Please log in again.',
  invalid: 'Invalid session. Please log in again.',
} as const;

/** What a login page says of the login before it. */
export interface SaidBefore {
  readonly message?: string | undefined;
  readonly username?: string | undefined;
  /** HTTP status; 200 unless given. */
  readonly status?: number;
}

/** `GET /login`: the login page; also after a login that was refused. */
export function showLogin({ key, hint }: Parts, c: Context, said: SaidBefore = {}): Promise<Response> {
  const { message, username, status } = said;
  return sendPage(c, loginPage({ token: openForm(key, c), message, username, hint }), status);
}

/** `GET /auth`: what programs hear of their token. */
export async function tellToken(parts: Parts, c: Context): Promise<Response> {
  const visitor = await whoAsks(parts, c);
  if (typeof visitor === 'string') return c.json({ message: tokenWords[visitor] }, 403);
  return c.text('JWT Authorized');
}

const tokenWords = {
  missing: 'Token is missing!',
  expired: 'Token has expired!',
  invalid: 'Token is invalid!',
} as const;

/** A file beside this one. */
export const sendFile = async (name: string, type: string): Promise<Response> =>
  new Response(await readFile(new URL(name, import.meta.url)), {
    headers: { 'content-type': type, 'cache-control': 'max-age=3600' },
  });

/** A page: it loads our stylesheet and icon and nothing else, sends forms to us alone, and stands in no frame. */
export async function sendPage(c: Context, content: Html, status = 200): Promise<Response> {
  c.header(
    'content-security-policy',
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  c.header('x-frame-options', 'DENY');
  // Not `no-referrer`: browsers would then hide the origin of our own forms from us.
  c.header('referrer-policy', 'same-origin');
  c.header('cross-origin-opener-policy', 'same-origin');
  c.header('vary', 'accept');
  return c.html(content, status as ContentfulStatusCode);
}
