/**
 * The access JWT: made for a session with the active key, and proven again. Whether the session still lives is not
 * its question.
 */
import { randomUUID } from 'node:crypto';
import { type AccessTokenClaims, checkClaims, parseCompact, signingInput } from '../../protocol/jwt.ts';
import type { Ports } from '../ports.ts';
import type { Session } from '../sessions/session.ts';
import { clockDifference } from './family.ts';

/** Seconds that our own processes' clocks may differ. */
const leeway = 5;
/**
 * Characters of roles and scope together. Longer lists would make a header that servers refuse, or a cookie that browsers
 * do not take: then the token leaves out the scope, or both, and permits nothing by them.
 */
const room = { header: 4096, cookie: 2048 } as const;

/** Signs an access JWT (RFC 9068), whose `scope` is what the roles permit now, that ends at `expiresAt`, milliseconds since 1970. */
export async function signAccessToken(
  ports: Pick<Ports, 'clock' | 'keys' | 'settings' | 'store'>,
  session: Pick<Session, 'id' | 'accountId' | 'provenAt' | 'amr' | 'carrier'> & {
    readonly roles: readonly string[];
  },
  expiresAt: number,
): Promise<string> {
  const { settings, keys, clock, store } = ports;
  const permissions =
    session.roles.length === 0 ? session.roles : await store.read.roles.permissions(session.roles);
  const key = keys.active();
  const claims: AccessTokenClaims = {
    iss: settings.issuer,
    aud: settings.audience,
    sub: session.accountId,
    sid: session.id,
    jti: randomUUID(),
    iat: Math.floor(clock.now() / 1000),
    exp: Math.floor(expiresAt / 1000),
    auth_time: Math.floor(session.provenAt / 1000),
    amr: session.amr.split(' '),
    ...fitting(session, permissions.join(' ')),
  };
  const input = signingInput(key.header, claims);
  return `${input}.${await key.sign(input)}`;
}

/** As much of what the account may as the carrier has room for. */
function fitting(
  { carrier, roles }: Pick<Session, 'carrier'> & { readonly roles: readonly string[] },
  scope: string,
): Pick<AccessTokenClaims, 'roles' | 'scope'> {
  const left = (carrier === 'jwt-cookie' ? room.cookie : room.header) - JSON.stringify(roles).length;
  if (left < 0) return { roles: [] };
  return scope === '' || scope.length > left ? { roles } : { roles, scope };
}

/** What is wrong with a token, for the operator. */
export interface AccessTokenFault {
  readonly check: string;
  readonly [detail: string]: string | number;
}

/** Proves an access JWT: shape, then signature, then claims. */
export async function proveAccessToken(
  { clock, keys, settings }: Pick<Ports, 'clock' | 'keys' | 'settings'>,
  token: string,
): Promise<AccessTokenClaims | AccessTokenFault> {
  const compact = parseCompact(token);
  if (!compact) return { check: 'token-malformed' };
  const { kid, alg: algorithm } = compact.header;
  const signed = await keys.verify({ kid, algorithm, input: compact.input, signature: compact.signature });
  if (!signed) return { check: 'signature', kid };
  return checkClaims(compact.payload, {
    issuer: settings.issuer,
    audience: settings.audience,
    now: Math.floor(clock.now() / 1000),
    leeway,
  });
}

/**
 * What is wrong with the end of an opaque access token: it has come, or it lies so far ahead that our clock was set back
 * since. Nobody is signed out by that: a refresh brings the next token.
 */
export function endFault(
  { clock, settings }: Pick<Ports, 'clock' | 'settings'>,
  expiresAt: number,
): AccessTokenFault | undefined {
  const late = clock.now() - expiresAt;
  if (late >= 0) return { check: 'expired', late_by_seconds: Math.round(late / 1000) };
  const early = -late - settings.accessTokenSeconds * 1000;
  if (early <= clockDifference) return undefined;
  return { check: 'issued-in-the-future', early_by_seconds: Math.round(early / 1000) };
}
