/**
 * What was done just now, said once on the next page of the account centre. It travels in a cookie for a minute: what stands in
 * an address could be written by anybody.
 */
import type { CookieValue, Wire } from '../../domain/tokens/carrier.ts';
import { type Notice, notices } from '../../pages/words/account-notices.ts';

const cookieName = 'doorward_notice';
const cookieSeconds = 60;

/** Keeps a notice for the next page; an empty one takes it away. Lax: whoever links a sign-in comes back from another site. */
export const noticeCookie = (notice: Notice | ''): CookieValue => ({
  name: cookieName,
  value: notice,
  maxAge: cookieSeconds,
  sameSite: 'Lax',
});

/** The notice that came along. */
export function noticeIn(wire: Wire): Notice | undefined {
  const said = wire.cookie(cookieName);
  return notices.find((notice) => notice === said);
}
