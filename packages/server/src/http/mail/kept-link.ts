/**
 * The secret of a link that was opened. It leaves the address at once, for no history, log or line of a proxy is to keep it,
 * and stays in a cookie of the browser for as long as somebody may fill in the form that it leads to.
 */
import type { CookieValue, Wire } from '../../domain/tokens/carrier.ts';
import type { Reply } from '../route.ts';

const cookieName = 'doorward_link';
const cookieSeconds = 1800;

/** Lax: mails are read at other sites, and their links come from there. */
const linkCookie = (link: string): CookieValue => ({
  name: cookieName,
  value: link,
  maxAge: link === '' ? 0 : cookieSeconds,
  sameSite: 'Lax',
});

/** Keeps a link that is of this server, and leads to its page without it. */
export const keepLink = (path: string, link: string): Reply => ({
  status: 303,
  headers: { location: path },
  cookies: [linkCookie(link)],
});

/** The link that this browser has opened; empty when it has none. */
export const keptLink = (wire: Wire): string => wire.cookie(cookieName) ?? '';

/** A reply after which the link is not needed any more. */
export const withoutLink = (reply: Reply): Reply => ({
  ...reply,
  cookies: [...(reply.cookies ?? []), linkCookie('')],
});
