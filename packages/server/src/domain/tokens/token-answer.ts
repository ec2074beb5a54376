/**
 * How tokens reach whoever asked: as JSON members, or in cookies that scripts cannot read.
 */
import type { Ports } from '../ports.ts';
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

/** Signs what has to be signed and packs the tokens for the carrier of the session. */
export async function deliver(ports: Ports, parts: Deliverable): Promise<Delivery> {
  const { session, refresh, access, accessExpiresAt } = parts;
  const now = ports.clock.now();
  const tokens = {
    access_token: access?.text ?? (await signAccessToken(ports, session, accessExpiresAt)),
    token_type: 'Bearer',
    expires_in: wholeSeconds(accessExpiresAt - now),
    refresh_token: refresh.text,
    refresh_expires_in: wholeSeconds(session.expiresAt - now),
  } as const;
  if (session.carrier !== 'jwt-cookie') return { cookies: [], tokens };
  return {
    tokens: undefined,
    cookies: [
      cookie(cookieNames.token, tokens.access_token, tokens.expires_in),
      cookie(cookieNames.refresh, tokens.refresh_token, tokens.refresh_expires_in),
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
