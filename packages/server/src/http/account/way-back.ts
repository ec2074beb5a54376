/**
 * The way back from a change: the form that sets what there was before, offered beside the notice that tells of the change. It
 * travels as the notice does, sealed for the session that made the change, and is sent as every form is.
 */
import { fromBase64url, toBase64url, utf8 } from '../../base/bytes.ts';
import type { CookieValue, Wire } from '../../domain/tokens/carrier.ts';
import type { WayBack } from '../../pages/account/centre.ts';
import type { SessionCall } from '../route.ts';

const cookieName = 'doorward_undo';
const cookieSeconds = 60;
const sealPurpose = 'way back';

const cookie = (value: string): CookieValue => ({
  name: cookieName,
  value,
  maxAge: value === '' ? 0 : cookieSeconds,
  sameSite: 'Lax',
});

/** Takes the way back away. */
export const noWayBack: CookieValue = cookie('');

/** Keeps the way back for the next page. */
export function keepWayBack(
  { ports, session }: Pick<SessionCall, 'ports' | 'session'>,
  way: WayBack,
): CookieValue {
  return cookie(toBase64url(ports.vault.seal(sealPurpose, utf8(JSON.stringify(way)), session.id)));
}

/** The way back that came along, of this very session. */
export function wayBackIn(
  { ports, session }: Pick<SessionCall, 'ports' | 'session'>,
  wire: Wire,
): WayBack | undefined {
  const sealed = fromBase64url(wire.cookie(cookieName) ?? '');
  const bytes = sealed && ports.vault.open(sealPurpose, sealed, session.id);
  // Nobody but this file seals for this purpose.
  return bytes && (JSON.parse(Buffer.from(bytes).toString()) as WayBack);
}
