/**
 * How tokens reach whoever asked: as JSON members, or in cookies that scripts cannot read.
 */
import type { Ports } from '../ports.ts';
import { seenStep } from '../sessions/session.ts';
import type { SessionWithAccount } from '../store.ts';
import { signAccessToken } from './access-token.ts';
import type { CookieValue, Delivery, StartedSession } from './carrier.ts';
import type { Handle } from './handle.ts';

/** Base names of our cookies. */
export const cookieNames = {
  session: 'doorward_session',
  token: 'doorward_token',
  refresh: 'doorward_refresh',
} as const;

const strict: ReadonlySet<string> = new Set([cookieNames.token, cookieNames.refresh]);

/** From where browsers send a cookie: the JWT's only from our own pages, a session's also when a link leads here. */
export const sameSiteOf = (name: string): 'Lax' | 'Strict' => (strict.has(name) ? 'Strict' : 'Lax');

/** What a delivery is made of. */
export interface Deliverable {
  readonly session: StartedSession | SessionWithAccount;
  readonly refresh: Handle;
  /** The opaque access token; undefined where a JWT is signed. */
  readonly access: Handle | undefined;
  /** Milliseconds since 1970. */
  readonly accessExpiresAt: number;
}

/** When an access token that is made now ends: never after its session. Milliseconds since 1970. */
export const accessEnd = (
  { clock, settings }: Pick<Ports, 'clock' | 'settings'>,
  expiresAt: number,
): number => Math.min(clock.now() + settings.accessTokenSeconds * 1000, expiresAt);

/** When a refresh token that is given out now ends unless it is used: with its session, idle or absolute. */
function refreshEnd({ settings }: Ports, { seenAt, expiresAt }: Deliverable['session'], now: number): number {
  // Between two steps a session is not written, so its idle end does not move.
  const lastSeen = now - seenAt >= seenStep ? now : seenAt;
  return Math.min(lastSeen + settings.sessionIdleSeconds * 1000, expiresAt);
}

/** Signs what has to be signed and packs the tokens for the carrier of the session. */
export async function deliver(ports: Ports, parts: Deliverable): Promise<Delivery> {
  const { session, refresh, access, accessExpiresAt } = parts;
  const now = ports.clock.now();
  const token = access?.text ?? (await signAccessToken(ports, session, accessExpiresAt));
  const lives = {
    expires_in: wholeSeconds(accessExpiresAt - now),
    refresh_expires_in: wholeSeconds(refreshEnd(ports, session, now) - now),
  };
  if (session.carrier !== 'jwt-cookie') {
    const tokens = {
      access_token: token,
      token_type: 'Bearer',
      refresh_token: refresh.text,
      ...lives,
    } as const;
    return { cookies: [], tokens };
  }
  return {
    tokens: lives,
    cookies: [
      cookie(cookieNames.token, token, lives.expires_in),
      cookie(cookieNames.refresh, refresh.text, lives.refresh_expires_in),
    ],
  };
}

const cookie = (name: string, value: string, maxAge: number): CookieValue => ({
  name,
  value,
  maxAge,
  sameSite: sameSiteOf(name),
});

const wholeSeconds = (milliseconds: number): number => Math.max(0, Math.round(milliseconds / 1000));
