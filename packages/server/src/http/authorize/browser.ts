/**
 * The browser that an authorization request comes by: its secret, and who is signed in there.
 */
import { randomBytes } from 'node:crypto';
import type { AtBrowser } from '../../domain/authorize/authorize.ts';
import { authorizationSeconds } from '../../domain/oauth/authorization.ts';
import { heldSessions } from '../../domain/sessions/authenticate.ts';
import type { CookieValue, Wire } from '../../domain/tokens/carrier.ts';
import type { Call } from '../route.ts';

const cookieName = 'doorward_browser';

/** 32 random bytes in base64url. */
const secretShape = /^[A-Za-z0-9_-]{43}$/;

/** The secret that a browser keeps; empty when it has none that could be ours. */
export function browserSecret(wire: Wire): string {
  const kept = wire.cookie(cookieName) ?? '';
  return secretShape.test(kept) ? kept : '';
}

/** A secret for a browser that has none. */
export const newBrowserSecret = (): string => randomBytes(32).toString('base64url');

/** Has the browser keep its secret for as long as a request waits that begins now. */
export const browserCookie = (secret: string): CookieValue => ({
  name: cookieName,
  value: secret,
  maxAge: authorizationSeconds,
  sameSite: 'Lax',
});

/** The browser of a call, who is signed in there, and where it stands. */
export async function atBrowser({ ports, parts, wire, network }: BrowserCall): Promise<AtBrowser> {
  const [session] = await heldSessions(ports, wire, parts.carriers);
  return { browser: browserSecret(wire), session, network };
}

/** HEAD gives no code, uses nothing up and signs nobody out: whoever only looks wants nothing done (RFC 9110 §9.2.1). */
export const isLook = ({ request }: Pick<Call, 'request'>): boolean => request.method === 'HEAD';

/** What must be known of a call to look at its browser. */
export type BrowserCall = Pick<Call, 'ports' | 'parts' | 'wire' | 'network'>;
